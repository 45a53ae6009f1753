"""Mentions in the life of data: found, told and erased with their document."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from quietude.keeping.api import Asked, Found
from quietude.portal.participants import Rows


class OfDocument(Rows):
    """What is said of a document's text: the document itself is found in its stead."""

    def find(self, asked: Asked) -> Iterator[Found]:  # noqa: ARG002 - the participants' common signature
        """Yield nothing."""
        yield from ()


PARTICIPANTS = (
    OfDocument(table="mentions.Looked", title=_("Orders read in documents")),
    OfDocument(table="mentions.Mention", title=_("Mentions in documents")),
    OfDocument(table="mentions.Decision", title=_("Decisions on mentions")),
)
