"""What changed of documents, for whoever keeps something beside them: a search index reads on from where it was."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

from django.db import transaction
from django.utils import timezone

from quietude.portal.documents.models import Change, Document, PageText, Version

_waiting, _changed = Event(), Event()


def changed(document: Document, *, has_work: bool = False) -> None:
    """Note that a document changed, within the transaction that changes it; `has_work`: a version is to be read."""
    Change.objects.create(document=document.pk, at=timezone.now())
    transaction.on_commit(_changed.set)
    if has_work:
        transaction.on_commit(_waiting.set)


def changes_after(number: int, limit: int) -> Sequence[Change]:
    """Return the next changes after one, in the order they came."""
    return list(Change.objects.filter(pk__gt=number).order_by("pk")[:limit])


def words_of(version: Version) -> str:
    """Return all that a version says, page after page; "" while it was not read yet."""
    pages = PageText.objects.filter(version=version).order_by("number").values_list("text", flat=True)
    return "\f".join(pages)


def wait_for_work(seconds: float) -> bool:
    """Wait until a version of this process is to be read, or so long; tell whether one came."""
    came = _waiting.wait(seconds)
    _waiting.clear()
    return came


def wait_for_change(seconds: float) -> bool:
    """Wait until a document of this process changed, or so long; tell whether one did."""
    came = _changed.wait(seconds)
    _changed.clear()
    return came


def wake() -> None:
    """End both waits at once."""
    _waiting.set()
    _changed.set()
