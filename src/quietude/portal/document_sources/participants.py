"""Followed documents in the life of data: what names persons goes with the document, or with it at its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from quietude.keeping.api import Asked, Found
from quietude.portal.document_sources.models import Item, forget
from quietude.portal.participants import Rows


class OfItems(Rows):
    """Documents that were told and are not here: those that are here are found as documents."""

    def find(self, asked: Asked) -> Iterator[Found]:
        """Yield the documents whose names there name the person."""
        rows = Item.objects.filter(document=None).exclude(key="")
        for row in rows.order_by("pk").iterator(chunk_size=500):
            content = {name: text for name in self.worded_fields() if (text := getattr(row, name))}
            if asked.finds(content.values()):
                yield Found(place=self.table, key=str(row.pk), source=row.source, content=content)

    def erase(self, found: Sequence[Found], asked: Asked) -> int:  # noqa: ARG002 - the participants' common signature
        """Forget their names; they are not fetched any more."""
        return forget(Item.objects.filter(pk__in=[each.key for each in found]))


class OfSources(Rows):
    """Sources: a cursor names what lies at the place, as long as it lies there; it is erased there."""

    def find(self, asked: Asked) -> Iterator[Found]:  # noqa: ARG002 - as above
        """Yield nothing: what a cursor names is found as a document, or as one that was told."""
        yield from ()


PARTICIPANTS = (
    OfSources(table="document_sources.Source", title=_("Sources of documents")),
    OfItems(table="document_sources.Item", title=_("Documents of other systems")),
)
