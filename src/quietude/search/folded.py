"""A chunk of text in the form that words are compared in, with the way back to the characters as they were written."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_LIGATURES = {"œ": "oe", "æ": "ae", "ø": "o", "ß": "ss", "’": "'", "ʼ": "'", "‘": "'", "`": "'", "´": "'"}
_HYPHENS = dict.fromkeys("‐‑‒–—−", "-")
_SIGNS = str.maketrans({**_LIGATURES, **_HYPHENS, "\u00ad": ""})


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; `starts[i]` and `ends[i]` are where its i-th character stands in the text as written."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def fold_words(text: str) -> str:
    """Return text as words are compared: lower case, no accents in either Unicode form, ligatures as two letters."""
    signs = text.lower().translate(_SIGNS)
    if signs.isascii():
        return signs
    decomposed = unicodedata.normalize("NFKD", signs)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def fold_with_places(text: str) -> Folded:
    """Return folded text with the place of each of its characters; combining marks belong to the letter before."""
    if text.isascii():  # most chunks: each character stays one
        return Folded(fold_words(text), tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, character in enumerate(text):
        folded = fold_words(character)
        if not folded and ends:
            ends[-1] = place + 1
        characters.extend(folded)
        starts.extend([place] * len(folded))
        ends.extend([place + 1] * len(folded))
    return Folded("".join(characters), tuple(starts), tuple(ends))


def listed(words: str) -> frozenset[str]:
    """Return the words of a list that is written with blanks between."""
    return frozenset(words.split())
