"""From a message to tokens that remember where they stood, so that titles keep their original text."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

# Every alternative is a run of one character class up to the next delimiter, so matching stays linear.
_TOKEN = re.compile(
    r"""
    (?P<quoted>   "[^"\n]+" | “[^“”\n]+” | „[^„“”\n]+[“”] | «[^«»\n]+» | (?<![\w'\u2019])'(?!\s)[^'\n]+'(?!\w) )
  | (?P<link>     (?:https?://|www\.)\S+ | [\w.+-]{1,64}@[\w-]+\.[\w.-]+ )
  | (?P<hashtag>  \#[^\W_][\w-]* )
  | (?P<bang>     !+(?:[0-9](?![0-9])|[a-zA-Z]+)? )
  | (?P<date>     [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9-])
                | [0-9]{1,2}\.[0-9]{1,2}\.(?:[0-9]{4}|[0-9]{2})?(?![0-9])
                | [0-9]{1,2}/[0-9]{1,2}(?:/(?:[0-9]{4}|[0-9]{2}))?(?![0-9/]) )
  | (?P<clock>    [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9:]) )
  | (?P<ordinal>  [0-9]{1,2}(?:st|nd|rd|th)\b )
  | (?P<number>   [0-9]+(?:[.,][0-9]+)? )
  | (?P<joint>    (?<=[0-9])(?:T(?=[0-9]{2}:)|H(?=[0-9])) )
  | (?P<word>     [^\W\d_]\w*(?:['\u2019-]\w+)* )
  | (?P<newline>  \n\s* )
  | (?P<mark>     \S )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Typographic apostrophes and dashes mean what their plain forms do.
_PLAIN = str.maketrans({"\u2019": "'", "\u2013": "-", "\u2014": "-"})
_BIDI_CONTROLS = {chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


class Kind(Enum):
    """The shape of a token, not its meaning."""

    QUOTED = "quoted"
    LINK = "link"
    HASHTAG = "hashtag"
    BANG = "bang"
    DATE = "date"
    CLOCK = "clock"
    ORDINAL = "ordinal"
    NUMBER = "number"
    JOINT = "joint"
    WORD = "word"
    NEWLINE = "newline"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the message; `norm` is its lower-case form and `glued` says no space stood before it."""

    text: str
    norm: str
    kind: Kind
    start: int
    end: int
    glued: bool

    @property
    def inner(self) -> str:
        """The text without its surrounding quotes."""
        return self.text[1:-1] if self.kind is Kind.QUOTED else self.text


Tokens = Sequence[Token]


def clean(text: str) -> str:
    """The message without control characters, lone surrogates and bidi overrides, which could disguise a title."""
    spaced = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (char for char in spaced if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs"))
    return "".join(char for char in kept if char not in _BIDI_CONTROLS).strip()


def tokenize(text: str) -> list[Token]:
    """The tokens of a cleaned message, in order."""
    tokens: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        kind = Kind(match.lastgroup)
        norm = match.group().lower().translate(_PLAIN)
        if kind is Kind.NEWLINE:
            norm = "\n"
        tokens.append(Token(match.group(), norm, kind, match.start(), match.end(), 0 < match.start() == end))
        end = match.end()
    return tokens


def norm_at(tokens: Tokens, index: int) -> str:
    """The lower-case token at `index`, or an empty string outside the list."""
    return tokens[index].norm if 0 <= index < len(tokens) else ""


def starts_with(tokens: Tokens, *words: str) -> bool:
    """Whether the tokens begin with exactly these words."""
    return len(tokens) >= len(words) and all(tokens[i].norm == word for i, word in enumerate(words))


def source(text: str, tokens: Tokens) -> str:
    """The message's own text from the first token to the last."""
    return text[tokens[0].start : tokens[-1].end] if tokens else ""


def has_text(tokens: Tokens) -> bool:
    """Whether there is more than punctuation; an emoji is more."""
    return any(token.kind not in (Kind.MARK, Kind.BANG, Kind.NEWLINE) or not token.text.isascii() for token in tokens)


def trim(tokens: Tokens, marks: str = ",.:;-!?…") -> Tokens:
    """The tokens without punctuation at either end."""
    start, end = 0, len(tokens)
    while start < end and tokens[start].norm in marks:
        start += 1
    while end > start and tokens[end - 1].norm in marks:
        end -= 1
    return tokens[start:end]
