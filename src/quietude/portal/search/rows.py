"""One fact that was found: its row with the found words marked, and an excerpt of what the row does not say already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quietude.portal.explore.reading import language_of
from quietude.portal.ui.facts import FactView, fact_view
from quietude.search.api import Hit, Node, Piece, excerpt

Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One fact that was found."""

    view: FactView
    pieces: Pieces
    """The excerpt; empty where the fact has no words beyond its title."""
    marks: Mapping[str, Pieces]
    """Title and place with the found words marked, where there are any: `title`, `place`."""
    distance_m: float | None = None


def row_of(hit: Hit, words: Node | None) -> Row:
    """Return a fact with marks and an excerpt that say why it was found."""
    view = fact_view(hit.row, language_of())
    shown = {"title": (hit.row["title"] or "", "title"), "place": (view.place or "", "place_label")}
    marked = {part: excerpt(text, words, field) for part, (text, field) in shown.items() if text}
    marks = {part: pieces for part, pieces in marked.items() if _has_hit(pieces)}
    return Row(view, _excerpt(hit, words, view.title), marks, hit.distance_m)


def _excerpt(hit: Hit, words: Node | None, title: str) -> Pieces:
    """Return the text around the words, else the source's words where they stand there, else the text's beginning."""
    text, label = hit.row["text"] or "", hit.row["source_category"] or ""
    for said, field in ((text, "text"), (label, "source_category")):
        pieces = excerpt(said, words, field)
        if _has_hit(pieces) and _plain(said) != _plain(title):
            return pieces
    return excerpt(text, None, "text") if _plain(text) not in _plain(title) else ()


def _has_hit(pieces: Pieces) -> bool:
    return any(piece.is_hit for piece in pieces)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(" .…")
