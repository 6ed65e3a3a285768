"""Each phrase of the table means what it says there."""

import pytest

from app.chat.interpreter import interpret
from tests.chat.interpreter.phrases import PHRASES, Phrase


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.text[:60])
def test_a_phrase_means_what_a_person_means_by_it(phrase: Phrase) -> None:
    zone = phrase.now.tzinfo
    assert interpret(phrase.text, now=phrase.now, time_zone=zone).commands == phrase.commands  # type: ignore[arg-type]
