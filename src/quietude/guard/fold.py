"""Text as the rules read it: ASCII where French has accents, ligatures and signs, with the way back to the original."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_AS_SPACE = "\t\v\f\0\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_AS_QUOTE = "«»“”„‟"
_AS_APOSTROPHE = "’‘‛ʼ`′"
_AS_DASH = "‐‑‒–—―−"
_AS_NOTHING = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
OTHER = "\ufffd"
"""What stands for a character of the upper planes, which JavaScript counts as two."""
LINE_END = "|"
"""What stands for the end of a line, so that `$` means the same in Python and in JavaScript."""

TABLE: dict[str, str] = {
    **dict.fromkeys(_AS_SPACE, " "),
    **dict.fromkeys(_AS_QUOTE, '"'),
    **dict.fromkeys(_AS_APOSTROPHE, "'"),
    **dict.fromkeys(_AS_DASH, "-"),
    **dict.fromkeys(_AS_NOTHING, ""),
    **dict.fromkeys("\n\r\x85\u2028\u2029", LINE_END),
    **{
        "œ": "oe",
        "Œ": "OE",
        "æ": "ae",
        "Æ": "AE",
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ı": "i",
    },
}
"""What Unicode's compatibility decomposition leaves and the rules write otherwise; the browser is handed it."""

_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as the rules read it."""

    cased: str
    lower: str
    """The same, ASCII capitals made small; as long as `cased`."""
    origins: tuple[int, ...]
    """For each character, where it began in the original; one more at the end: the original's length."""

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Return where a stretch of the folded text is in the original."""
        return self.origins[begin], self.origins[end]


def fold(text: str) -> Folded:
    """Return the text as the rules read it; never fails, whatever the characters."""
    pieces: list[str] = []
    origins: list[int] = []
    for place, character in enumerate(text):
        for part in _folded(character):
            pieces.append(part)
            origins.append(place)
    cased = "".join(pieces)
    return Folded(cased, cased.translate(_LOWER), (*origins, len(text)))


def _folded(character: str) -> str:
    if character < "\x7f" and character >= " ":
        return character
    found = TABLE.get(character)
    if found is not None:
        return found
    parts = unicodedata.normalize("NFKD", character)
    return "".join(_sign(part) for part in parts if not "\u0300" <= part <= "\u036f")


def _sign(part: str) -> str:
    return OTHER if part > "\uffff" else TABLE.get(part, part)
