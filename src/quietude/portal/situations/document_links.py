"""Situations as what a document of the city may belong to: the document's page shows and makes the same items."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.documents.linked import ShownLink
from quietude.portal.documents.models import Document
from quietude.portal.logbook.reading import Reader
from quietude.portal.situations import attaching
from quietude.portal.situations.city_documents import WHAT
from quietude.portal.situations.models import Item, Situation

__all__ = ["WHAT", "knows", "link", "links", "unlink"]


def knows(by: User, ref: str) -> bool:
    """Tell whether a reference is the key of a situation that somebody may see."""
    return by.holds(Right.SEE_SITUATIONS) and Situation.objects.filter(key=ref).exists()


def link(by: User, reader: Reader, document: Document, ref: str, now: datetime) -> str:
    """Attach a document to a situation, and return its key.

    Raises:
        PermissionDenied: `by` does not handle situations.
        ValidationError: the situation is over, or the document is not the reader's to read.
    """
    attaching.attach(by, reader, ref, now, what=Item.What.DOCUMENT, refs=[str(document.pk)])
    return ref


def unlink(by: User, document: Document, number: int, now: datetime) -> None:
    """Take a document off a situation.

    Raises:
        PermissionDenied: there is no such item of the document, or `by` does not handle situations.
        ValidationError: the situation is over.
    """
    item = _items(document).filter(pk=number).first()
    if item is None:
        raise PermissionDenied
    attaching.detach(by, item.situation.key, [item.pk], now)


def links(by: User, document: Document) -> list[ShownLink]:
    """Return the situations of a document; to whoever sees none, only that there is one."""
    sees, what = by.holds(Right.SEE_SITUATIONS), gettext("situation")
    return [
        ShownLink(
            f"{WHAT}-{item.pk}", what, item.situation.key if sees else "",
            reverse("situations:page", args=[item.situation.key]) if sees else "",
        )
        for item in _items(document)
    ]  # fmt: skip


def _items(document: Document) -> QuerySet[Item]:
    return Item.objects.filter(
        what=Item.What.DOCUMENT, ref=str(document.pk), removed_at=None
    ).select_related("situation")  # fmt: skip
