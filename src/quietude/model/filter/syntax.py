"""The grammar of the text form: from characters to clauses, not yet to what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from quietude.model.filter.errors import FilterError, Problem

GRAMMAR = r"""
start: (clause | ",")*
clause: (MINUS | EXCEPT)? (field | comparison | phrase)
field: KEY value ("," value)*
comparison: NAME COMPARE value
value: QUOTED | BARE
phrase: QUOTED | WORD

EXCEPT.6: /(sauf|except)(?=\s)/i
KEY.5: /[^\W\d][\w'’-]*:/
NAME.5: /[^\W\d][\w'’-]*(?=\s*[<>=≥≤])/
COMPARE: /[<>]=?|[=≥≤]/
MINUS.4: /-(?=[^\s,])/
QUOTED.3: /"(\\[\s\S]|[^"\\])*"|“[^”]*”|«[^»]*»/
WORD: /[^\s,"“”«»]+/
BARE: /[^\s,"“”«»]+/
DASH.7: /[-–—](?=\s|$)/
SPACE: /\s+/
%ignore SPACE
%ignore DASH
"""
"""A clause is `key:value,value`, `key>=value` or words, with `-` or `sauf` (`except`) before it to exclude."""

_OPENING_QUOTES = '"“«'


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of the text and where they stand; `text` is without quotes."""

    text: str
    position: int
    length: int


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition as it is written; `key` is None for words, `compare` is None but for comparisons."""

    key: Piece | None
    compare: str | None
    values: tuple[Piece, ...]
    is_excluded: bool
    is_quoted: bool
    """Whether a phrase stands in quotes: then it is looked for as it is, whatever it looks like."""


def read_clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text in order.

    Raises:
        FilterError: a quote is open, a value is missing, or a sign stands where none can.
    """
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise _explained(text, error) from None
    return tuple(_clause(node) for node in tree.children if isinstance(node, Tree))


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


def _clause(node: Tree[Token]) -> Clause:
    *marks, body = node.children
    assert isinstance(body, Tree)  # noqa: S101 - the grammar's own shape
    pieces = [_piece(token) for token in _tokens(body)]
    is_excluded = bool(marks)
    if body.data == "field":
        return Clause(pieces[0], None, tuple(pieces[1:]), is_excluded, is_quoted=False)
    if body.data == "comparison":
        return Clause(pieces[0], pieces[1].text, tuple(pieces[2:]), is_excluded, is_quoted=False)
    return Clause(None, None, tuple(pieces), is_excluded, is_quoted=next(_tokens(body)).type == "QUOTED")


def _tokens(node: Tree[Token]) -> Iterator[Token]:
    for child in node.children:
        if isinstance(child, Tree):
            yield from _tokens(child)
        else:
            yield child


def _piece(token: Token) -> Piece:
    position = token.start_pos or 0
    if token.type == "KEY":
        return Piece(token[:-1], position, len(token) - 1)
    return Piece(unquoted(token) if token.type == "QUOTED" else str(token), position, len(token))


def quoted(text: str) -> str:
    """Return text in straight quotes, so that it is read as it is."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def unquoted(text: str) -> str:
    """Return what stands between quotes: straight ones with escapes, French and curly ones without."""
    inside = text[1:-1]
    return re.sub(r'\\(["\\])', r"\1", inside) if text[0] == '"' else inside.strip()


def _explained(text: str, error: UnexpectedInput) -> FilterError:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        position, length = error.token.start_pos or 0, len(error.token)
    elif isinstance(error, UnexpectedCharacters):
        position, length = error.pos_in_stream, 1
    else:
        position, length = len(text), 0
    if length and text[position] in _OPENING_QUOTES:
        return FilterError(Problem.UNCLOSED_QUOTE, position, len(text) - position)
    before = re.search(r"([^\s,:<>=≥≤]+)\s*([:,<>=≥≤]+)\s*$", text[:position])
    if before is not None and (not length or text[position] == ","):
        return FilterError(Problem.MISSING_VALUE, position, 0, {"key": before[1] + before[2]})
    return FilterError(Problem.UNEXPECTED, position, length, {"found": text[position : position + length]})
