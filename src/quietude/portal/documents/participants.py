"""Documents in the life of data: each goes at its term, whole, unless a hold or its class keeps it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quietude.keeping.api import Asked, Due, Fate, Found, Held, Shelf, Visa
from quietude.portal.documents.models import Document, PageText
from quietude.portal.participants import Rows
from quietude.portal.protection.scrubbing import scrub_database
from quietude.portal.town import town_day

PLACE = "documents.Document"


@dataclass(frozen=True, slots=True)
class DocumentShelf:
    """Documents past their last day; those under a hold of their own, or of their source, stay and are counted."""

    name: str = PLACE
    needs_visa: bool = True

    def due(self, as_of: date, held: Held) -> Sequence[Due]:
        """Return what is past its term, a heap a source: documents of a city are public archives, and need the visa."""
        heaps: dict[str, list[Document]] = {}
        for document in Document.objects.filter(retain_until__lt=as_of).order_by("source", "pk"):
            heaps.setdefault(document.source, []).append(document)
        found = []
        for source, documents in heaps.items():
            gone = () if held.names(source) else tuple(str(each.pk) for each in documents if not each.is_held)
            kept = len(documents) - len(gone)
            found.append(Due(place=self.name, source=source, fate=Fate.ELIMINATE, items=gone, held=kept))
        return found

    def clear(self, due: Due, visa: Visa) -> int:  # noqa: ARG002 - the shelves' common signature
        """Delete them with all that belongs to them."""
        return delete_all(due.items)


class OfDocuments(Rows):
    """Documents: a person is looked for in titles, tags, notes and every page of every version."""

    def shelves(self, timezone: str) -> Sequence[Shelf]:  # noqa: ARG002 - the participants' common signature
        """Return the one shelf."""
        return (DocumentShelf(),)

    def find(self, asked: Asked) -> Iterator[Found]:
        """Yield the documents that name the person, with the words around."""
        rows = Document.objects.prefetch_related("tags", "notes", "versions").order_by("pk")
        for document in rows.iterator(chunk_size=200):
            content = {"title": document.title, "hold_reason": document.hold_reason}
            content |= {f"tag {each.pk}": each.name for each in document.tags.all()}
            content |= {f"note {each.pk}": each.said for each in document.notes.all()}
            content |= {f"file {each.number}": each.name for each in document.versions.all()}
            pages = PageText.objects.filter(version__document=document).values_list("version__number", "number", "text")
            for version, number, text in pages.iterator(chunk_size=200):
                if asked.finds([text]):
                    content[f"version {version}, page {number}"] = text
            shown = {name: text for name, text in content.items() if text}
            if asked.finds(shown.values()):
                yield Found(place=self.table, key=str(document.pk), source=document.source, content=shown)

    def erase(self, found: Sequence[Found], asked: Asked) -> int:  # noqa: ARG002 - as above
        """Delete the documents whole: a file cannot be blanked in part; those written once are left to people."""
        return delete_all([each.key for each in found if not self.leaves(each)])

    def leaves(self, found: Found) -> bool:
        """Tell whether it is written once and its term is not over: who answers the person says so, with the law."""
        document = Document.objects.filter(pk=found.key).first()
        return document is not None and document.is_locked(town_day(timezone.now()))

    def is_held(self, found: Found, held: Held) -> bool:
        """Tell whether a hold names its source, or the document itself."""
        own = Document.objects.filter(pk=found.key).exclude(held_at=None).exists()
        return own or held.names(found.source)


class OfPart(Rows):
    """What belongs to a document: found, told and erased with it."""

    def find(self, asked: Asked) -> Iterator[Found]:  # noqa: ARG002 - as above
        """Yield nothing: its document is found in its stead."""
        yield from ()


def delete_all(keys: Sequence[str]) -> int:
    """Delete documents; their files and pictures follow. What is kept by its class or a hold stays. Return how many."""
    gone = 0
    for key in keys:
        with transaction.atomic():
            document = Document.objects.select_for_update().filter(pk=key).first()
            if document is not None and not document.is_held and not document.is_locked(town_day(timezone.now())):
                document.delete()
                gone += 1
    scrub_database()
    return gone


PARTICIPANTS = (
    OfDocuments(table=PLACE, title=_("Documents")),
    OfPart(table="documents.Version", title=_("Files of documents")),
    OfPart(table="documents.PageText", title=_("Texts of documents")),
    OfPart(table="documents.Tag", title=_("Tags of documents")),
    OfPart(table="documents.Note", title=pgettext_lazy("participant", "Notes on documents")),
    OfPart(table="documents.Link", title=_("Links of documents")),
    OfPart(table="documents.Step", title=_("Histories of documents")),
)
