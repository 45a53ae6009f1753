"""What rang for a search, as its owner may read it now, with the words that it answers to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from quietude.portal.documents.changes import words_of
from quietude.portal.documents.models import Document
from quietude.portal.explore.reading import language_of
from quietude.portal.saved_searches.judging import Owner, documents_of, only
from quietude.portal.saved_searches.models import Kind, Ring, SavedSearch
from quietude.portal.search.feeding import current_index
from quietude.portal.ui.facts import FactView, fact_view
from quietude.search.api import FIELDS, Asked, Node, Piece, Search, excerpt

SHOWN = 50
"""Rings on the page of a search, the newest; the others are found by running it."""
TEXT_FIRST = sorted(FIELDS, key=("text", "title", "place_label", "source_category").index)


@dataclass(frozen=True, slots=True)
class RungFact:
    """One fact that rang."""

    at: datetime
    view: FactView
    pieces: tuple[Piece, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class RungDocument:
    """One document that rang."""

    at: datetime
    document: Document
    title: str
    """"" where it is closed to the reader."""
    pieces: tuple[Piece, ...]
    is_new: bool


def facts_rung(kept: SavedSearch, owner: Owner, search: Search, now: datetime) -> Sequence[RungFact]:
    """Return the facts that rang and that the owner finds by the search now, the newest ring first."""
    rings = {each.place: each for each in _rings(kept, Kind.FACT)}
    conditions = only(search, list(rings))
    if conditions is None or not owner.viewer.grants:
        return ()
    asked = Asked(conditions=conditions, words=search.words, limit=SHOWN, now=now)
    found = [
        RungFact(
            rings[hit.id].at,
            fact_view(hit.row, language_of()),
            _why({name: hit.row[name] for name in FIELDS}, search.words),
            rings[hit.id].at > kept.seen_at,
        )
        for hit in current_index().find(owner.viewer, asked).hits
        if hit.id in rings
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)


def documents_rung(kept: SavedSearch, owner: Owner, search: Search) -> Sequence[RungDocument]:
    """Return the documents that rang and whose words the owner may read now; the reading is noted.

    Raises:
        JournalUnavailableError: it cannot be noted; nothing may be shown.
    """
    rings = {each.key: each for each in _rings(kept, Kind.DOCUMENT)}
    if not rings:
        return ()
    reader = owner.documents
    found = documents_of(reader, search, list(rings))
    reader.note_reading([document for document, _ in found], "title,text")
    shown = []
    for document, version in found:
        at = rings[str(document.pk)].at
        title = document.title if reader.shows_title(document) else ""
        pieces = _why({"text": words_of(version), "title": title}, search.words)
        shown.append(RungDocument(at, document, title, pieces, at > kept.seen_at))
    return sorted(shown, key=lambda each: each.at, reverse=True)


def _rings(kept: SavedSearch, kind: Kind) -> list[Ring]:
    return list(kept.rings.filter(kind=kind)[:SHOWN])


def _why(texts: dict[str, str | None], words: Node | None) -> tuple[Piece, ...]:
    """Return a piece of the first text that holds a found word; else the beginning of the text."""
    for name in TEXT_FIRST:
        pieces = excerpt(texts.get(name) or "", words, name)
        if any(piece.is_hit for piece in pieces):
            return pieces
    return excerpt(texts.get("text") or "", None, "text")


def address_of(kept: SavedSearch) -> str:
    """Return the search page's address that runs a search."""
    said = urlencode([("q", kept.text)]) if kept.text else ""
    query = "&".join(part for part in (said, kept.query) if part)
    return f"{reverse('search:page')}?{query}"
