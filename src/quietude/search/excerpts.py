"""Excerpts of texts with the found words marked, made of what the reader may read and of nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from quietude.search.analysis import Language, Token, analyser
from quietude.search.query_tree import All, AnyOf, Fuzzy, Node, Not, Phrase, Prefix, Term

WIDTH = 220  # characters: three lines of a list
BEFORE = 60  # of them before the first found word


class Piece(NamedTuple):
    """A piece of an excerpt."""

    text: str
    is_hit: bool


def excerpt(text: str, node: Node | None, field: str, language: Language = "fr") -> tuple[Piece, ...]:
    """Return a piece of a text around its first found word; its beginning where none is in it.

    Args:
        text: what the reader may read of one field.
        node: the words that were asked for.
        field: the field, of `query_tree.FIELDS`: words of other fields are not marked.
        language: of the text.
    """
    wanted = tuple(_judges(node, field))
    hits = [token for token in analyser(language).analyse(text) if any(holds(token.term) for holds in wanted)]
    begin, end = _window(text, hits)
    pieces: list[Piece] = [Piece("…", is_hit=False)] if begin else []
    at = begin
    for token in hits:
        if token.start >= at and token.end <= end:
            pieces += [Piece(text[at : token.start], is_hit=False), Piece(text[token.start : token.end], is_hit=True)]
            at = token.end
    pieces.append(Piece(text[at:end], is_hit=False))
    if end < len(text):
        pieces.append(Piece("…", is_hit=False))
    return tuple(piece for piece in pieces if piece.text)


def nearest_word(texts: Sequence[str], term: str, edits: int, language: Language = "fr") -> str | None:
    """Return the word of some texts whose term is nearest to one that was typed, at most `edits` slips away."""
    best: tuple[int, str] | None = None
    for text in texts:
        for token in analyser(language).analyse(text):
            slips = int(OSA.distance(token.term, term, score_cutoff=edits))
            if 0 < slips <= edits and (best is None or slips < best[0]):
                best = (slips, text[token.start : token.end].lower())
    return best[1] if best is not None else None


def _window(text: str, hits: Sequence[Token]) -> tuple[int, int]:
    begin = max(hits[0].start - BEFORE, 0) if hits and hits[-1].end > WIDTH else 0
    while 0 < begin < len(text) and not text[begin - 1].isspace():
        begin += 1
    end = min(begin + WIDTH, len(text))
    while begin < end < len(text) and not text[end].isspace():
        end += 1
    return begin, end


def _judges(node: Node | None, field: str) -> list[Callable[[str], bool]]:
    match node:
        case All(of) | AnyOf(of):
            return [judge for inner in of for judge in _judges(inner, field)]
        case Term(term, where) if where in {None, field}:
            return [term.__eq__]
        case Phrase(terms, where) if where in {None, field}:
            return [frozenset(terms).__contains__]
        case Prefix(start, term, where) if where in {None, field}:
            return [lambda found: found == term or found.startswith(start)]
        case Fuzzy(term, edits, where) if where in {None, field}:
            return [lambda found: OSA.distance(found, term, score_cutoff=edits) <= edits]
        case Not() | _:
            return []
