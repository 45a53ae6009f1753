"""From what was typed to pieces: words, phrases, conditions, operators. It never fails: every character is a piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from quietude.model.filter.syntax import unquoted


class Kind(Enum):
    """What a piece is."""

    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    FIELD = auto()
    COMPARISON = auto()
    PHRASE = auto()
    WORD = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters and where they stand."""

    kind: Kind
    text: str
    """As typed; of a phrase what stands between its quotes."""
    position: int
    length: int
    key: str = ""
    """Of a condition: what stands before its sign."""
    value: str = ""
    """Of a condition: what stands after, as typed."""
    suffix: str = ""
    """Of a phrase: what sticks to its closing quote (`~2`, `*`)."""
    is_open: bool = False
    """Of a phrase: whether its closing quote is missing."""


_QUOTED = r'"(?:\\.|[^"\\])*"|“[^”]*”|«[^»]*»'
_VALUE = rf"(?:{_QUOTED}|[^\s,\"“”«»()]+)"
_PIECE = re.compile(
    rf"""
    (?P<OPEN>\() | (?P<CLOSE>\))
    | (?P<AND>(?:AND|ET)(?![\w:'’*~-])|&&) | (?P<OR>(?:OR|OU)(?![\w:'’*~-])|\|\|)
    | (?P<NOT>(?:NOT|SAUF|EXCEPT|sauf|Sauf|except|Except)(?=[\s(])|[-−!](?=[^\s,]))
    | (?P<FIELD>(?P<key>[^\W\d][\w'’-]*):(?P<value>\s*{_VALUE}(?:\s*,\s*{_VALUE})*))
    | (?P<COMPARISON>(?P<name>[^\W\d][\w'’-]*)\s*[<>=≥≤]=?\s*(?P<bound>{_VALUE}))
    | (?P<PHRASE>(?P<quoted>{_QUOTED})(?P<suffix>[~*]\w*)?)
    | (?P<REST>["“«](?P<rest>.*))
    | (?P<WORD>[^\s,"“”«»()]+)
    | (?P<BLANK>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def pieces_of(text: str) -> Iterator[Piece]:
    """Yield the pieces of a text in order; blanks, commas and stray closing quotes are none."""
    for found in _PIECE.finditer(text):
        position, length = found.start(), len(found[0])
        name = next(kind for kind in _KINDS if found[kind] is not None)
        if name == "FIELD":
            yield Piece(Kind.FIELD, found[0], position, length, found["key"], found["value"].strip())
        elif name == "COMPARISON":
            yield Piece(Kind.COMPARISON, found[0], position, length, found["name"], found["bound"])
        elif name == "PHRASE":
            inside = unquoted(found["quoted"])
            yield Piece(Kind.PHRASE, inside, position, length, suffix=found["suffix"] or "")
        elif name == "REST":
            yield Piece(Kind.PHRASE, found["rest"], position, length, is_open=True)
        elif name != "BLANK":
            yield Piece(Kind[name], found[0], position, length)


_KINDS = ("OPEN", "CLOSE", "AND", "OR", "NOT", "FIELD", "COMPARISON", "PHRASE", "REST", "WORD", "BLANK")
