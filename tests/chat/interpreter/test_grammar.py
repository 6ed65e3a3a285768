"""The pattern language: expansion, the longest phrase, strength and complaints."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.chat.interpreter.grammar import Complaint, Grammar, Strength, expand
from app.chat.interpreter.moments import Present
from app.chat.interpreter.tokens import clean, tokenize
from app.chat.interpreter.vocabulary import VOCABULARY

PRESENT = Present(datetime(2026, 12, 2, 10, tzinfo=ZoneInfo("UTC")), ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("pattern", "phrases"),
    [
        ("end of month", ["end of month"]),
        ("end of [the] month", ["end of the month", "end of month"]),
        ("(on|at) noon", ["on noon", "at noon"]),
        ("[on [the]] <day>", ["on the <day>", "on <day>", "<day>"]),
    ],
)
def test_a_pattern_stands_for_its_phrases(pattern: str, phrases: list[str]) -> None:
    assert [" ".join(phrase) for phrase in expand(pattern)] == phrases


@pytest.mark.parametrize("pattern", ["", "[all]", "a ) b"])
def test_a_pattern_that_can_be_empty_or_is_unbalanced_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="malformed"):
        expand(pattern)


def test_a_slot_must_exist() -> None:
    with pytest.raises(KeyError, match="no slot <colour>"):
        Grammar[str](VOCABULARY).rule("<colour>")(lambda _present, colour: str(colour))


def test_the_longest_phrase_wins_and_of_two_as_long_the_surer_one() -> None:
    grammar: Grammar[str] = Grammar(VOCABULARY)
    grammar.rule("every <unit>")(lambda _present, unit: f"each {unit}")
    grammar.rule("every <number> <unit>")(lambda _present, number, unit: f"each {number} {unit}")
    grammar.rule("<unit>", strength=Strength.ADJACENT)(lambda _present, _unit: "weak")
    grammar.rule("<unit>")(lambda _present, _unit: "strong")

    def meaning(text: str) -> str | Complaint | None:
        match = grammar.match(tokenize(text), 0, PRESENT)
        return match.meaning if match else None

    assert meaning("every 3 days") == "each 3 day"
    assert meaning("every day") == "each day"
    assert meaning("day") == "strong"
    assert meaning("every cat") is None


def test_what_overflows_the_calendar_is_a_complaint() -> None:
    def overflow(_present: Present) -> str:
        raise OverflowError

    grammar: Grammar[str] = Grammar({})
    grammar.rule("far away")(overflow)
    match = grammar.match(tokenize("far away"), 0, PRESENT)
    assert match is not None
    assert isinstance(match.meaning, Complaint)


def test_tokens_remember_where_they_stood() -> None:
    text = "Call “Ann\u2019s shop”, 5pm on 24.12. #tag https://a.example/x?y=1 !!"
    tokens = tokenize(text)
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert [token.kind.value for token in tokens] == [
        "word", "quoted", "mark", "number", "word", "word", "date", "hashtag", "link", "bang",
    ]  # fmt: skip


def test_a_cleaned_message_has_nothing_that_hides_or_breaks() -> None:
    assert clean("a\x00b\x1bc\u202ed\ud800e\tf\r\ng ") == "abcde f\ng"
