"""Keeps the index of documents up with the database while the portal is served, whichever process changed them."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

from django.db import DatabaseError, close_old_connections
from django.db.models import Q

from quietude.documents.api import Page, mentions
from quietude.portal.background import in_background
from quietude.portal.documents.changes import wait_for_change
from quietude.portal.documents.classes import title_of
from quietude.portal.documents.models import Change, Document, PageText
from quietude.portal.town import current_town, installation
from quietude.search.api import Changed, Mark, Paper, PaperIndex, PaperPage, PaperWriter

EVERY_S = 0.25  # looked for besides: documents that another process changed
FAULT_WAIT_S = 5.0
READ_AT_ONCE = 50  # documents whose rows are read together
NAMING_PAGES = 5  # an order says its number and its streets on its first pages; an annex of plans says hundreds
log = logging.getLogger(__name__)


class KeptPapers:
    """The documents of the database, as the index needs them: read whole, by the system's own right."""

    def last(self) -> Changed | None:
        """Return the newest change."""
        found = Change.objects.order_by("-pk").first()
        return _changed(found) if found is not None else None

    def holds(self, mark: Mark) -> bool:
        """Tell whether the change of a mark is there, of the same moment."""
        if mark.at is None:
            return mark.number == 0
        return Change.objects.filter(pk=mark.number, at=mark.at).exists()

    def changes(self, mark: Mark, limit: int) -> Sequence[Changed]:
        """Return the next changes after a mark, those that came late too."""
        return [_changed(each) for each in Change.objects.filter(after(mark)).order_by("pk")[:limit]]

    def keys(self) -> Sequence[int]:
        """Return the keys of all documents."""
        return list(Document.objects.order_by("pk").values_list("pk", flat=True))

    def papers(self, keys: Sequence[int]) -> Iterator[Paper]:
        """Yield those of some documents that are there."""
        for at in range(0, len(keys), READ_AT_ONCE):
            rows = Document.objects.filter(pk__in=keys[at : at + READ_AT_ONCE]).prefetch_related("tags", "notes")
            for document in rows.order_by("pk"):
                yield _paper(document)


def changed_since(mark: Mark) -> Collection[int]:
    """Return the keys of the documents that changed after a mark."""
    return set(Change.objects.filter(after(mark)).values_list("document", flat=True).distinct())


def paper_index() -> PaperIndex:
    """Return the index of the town's documents, opened once."""
    return _opened(installation().document_search_dir)


@lru_cache(maxsize=1)  # a process serves one town
def _opened(folder: Path) -> PaperIndex:
    return PaperIndex(folder, changed_since)


def paper_writer() -> PaperWriter:
    """Return what writes the index."""
    return PaperWriter(installation().document_search_dir, KeptPapers())


def running() -> AbstractContextManager[None]:
    """Follow the documents in the background while the portal is served."""
    return in_background("documents-index", _run)


def _run(stopped: Event) -> None:
    writer = paper_writer()
    while not stopped.is_set():
        wait_s = EVERY_S
        try:
            writer.follow(wait_s=0)
        except (DatabaseError, OSError, ValueError) as error:  # a full disk, or a database that is locked
            log.error("the index of documents could not be brought up to date: %s", type(error).__name__)
            wait_s = FAULT_WAIT_S
        finally:
            close_old_connections()
        wait_for_change(wait_s)


def after(mark: Mark) -> Q:
    """Return the condition of the changes after a mark, those that came late too."""
    return Q(pk__gt=mark.number) | Q(pk__in=mark.gaps) if mark.gaps else Q(pk__gt=mark.number)


def _changed(change: Change) -> Changed:
    return Changed(change.pk, change.at, change.document, change.is_gone)


def _only(document: Document) -> tuple[str, ...] | None:
    rows = list(document.only_for.values_list("service", flat=True))
    return tuple(str(each) for each in rows if each is not None) if rows else None


def _paper(document: Document) -> Paper:
    rows = PageText.objects.filter(version__document=document).order_by("-version__number", "number")
    read = list(rows.values_list("version__number", "number", "text"))
    newest = max((version for version, _, _ in read), default=0)
    pages = tuple(
        PaperPage(version=version, number=number, text=text, is_newest=version == newest)
        for version, number, text in read
    )
    naming = [
        Page(number=page.number, text=page.text, width=None, height=None)
        for page in pages[:NAMING_PAGES]
        if page.is_newest
    ]
    named = mentions(naming)
    zone = ZoneInfo(current_town().timezone)
    return Paper(
        key=document.pk,
        source=document.source,
        sensitivity=document.sensitivity,
        regime=document.regime,
        service=str(document.service_id) if document.service_id is not None else None,
        only=_only(document),
        kind=document.kind,
        kind_title=" ".join({title_of(document.kind, language) for language in ("fr", "en")}),
        day=document.dated_on or document.added_at.astimezone(zone).date(),
        title=document.title,
        tags=tuple(each.name for each in document.tags.all()),
        notes="\n".join(each.said for each in document.notes.all()),
        place_label="\n".join(dict.fromkeys(each.value for each in named if each.kind == "place")),
        order_number="\n".join(dict.fromkeys(each.value for each in named if each.kind == "order")),
        pages=pages,
    )
