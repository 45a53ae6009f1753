"""Deletes here what was deleted there, unless its class or a legal hold keeps it, or it only moved."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from quietude.journal.api import Kind
from quietude.portal.document_sources.models import Item, State
from quietude.portal.documents.acts import line
from quietude.portal.documents.models import Document
from quietude.portal.journal.recording import note
from quietude.portal.protection.durations import current_held
from quietude.portal.protection.scrubbing import scrub_database
from quietude.portal.town import town_day

GONE = (State.LEAVING, State.STAYS)


def follow_deletions(source: str, now: datetime) -> int:
    """Delete what is gone there; return how many documents went.

    What stays is looked at again each time: it goes when its hold is lifted or its term is over. One that may have
    moved, because something of its size is still to be fetched, waits for that.
    """
    gone = 0
    for pk in list(Item.objects.filter(source=source, state__in=GONE).values_list("pk", flat=True)):
        item = Item.objects.select_related("document").filter(pk=pk).first()
        if item is not None and not _may_have_moved(item):
            gone += _leave(item, now)
    if gone:
        scrub_database()
    return gone


def _may_have_moved(item: Item) -> bool:
    if item.state == State.STAYS or item.document is None:
        return False
    size = item.document.current.size_bytes
    is_like = Q(state__in=[State.WAITING, State.FAILED], size_bytes=size) | Q(state=State.WAITING, size_bytes=None)
    return Item.objects.filter(is_like, source=item.source).exists()


@transaction.atomic
def _leave(item: Item, now: datetime) -> int:
    document = Document.objects.select_for_update().filter(pk=item.document_id or 0).first()
    if document is None:
        item.delete()
        return 0
    others = Item.objects.filter(document=document).exclude(pk=item.pk)
    if others.exclude(state__in=GONE).exists():  # it still lies there under another name
        others.update(is_due=True)
        item.delete()
        return 0
    if document.is_locked(town_day(now)) or document.is_held or current_held().names(document.source):
        if item.state != State.STAYS:
            item.state = State.STAYS
            item.save(update_fields=["state"])
        return 0
    note(line(Kind.ERASE, None, document, act="gone_at_source", source=item.source))
    document.delete()
    return 1
