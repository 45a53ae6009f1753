"""What belongs to a situation: attaching, taking off, merging situations and splitting them, many at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from quietude.portal.accounts.models import User
from quietude.portal.alarms.models import Alarm
from quietude.portal.alarms.reading import readable
from quietude.portal.attachments.models import Attachment
from quietude.portal.logbook.reading import PLACE, TEXT, Reader
from quietude.portal.situations import city_documents
from quietude.portal.situations.changing import Acting, What, handled, open_one, refuse_closed
from quietude.portal.situations.models import Item, Situation
from quietude.portal.situations.opening import Opening, open_situation, take_alarms
from quietude.portal.town import current_store

MANY_MAX = 200
_ENTRY = re.compile(r"(?P<logbook>[a-z][a-z0-9_-]*)/(?P<label>[^/#\s]+)(?:#(?P<number>\d{1,4}))?")


@transaction.atomic
def attach(
    by: User, reader: Reader, key: str, now: datetime, *, what: str, refs: Sequence[str]
) -> tuple[Situation, int]:
    """Attach things that the reader may see; return how many were not there yet.

    Raises:
        ValidationError: one of them is not there, or not the reader's to see.
    """
    situation = open_one(by, key)
    chosen = list(dict.fromkeys(ref.strip() for ref in refs if ref.strip()))[:MANY_MAX]
    allowed = _allowed(reader, what, chosen)
    lost = [ref for ref in chosen if ref not in allowed]
    if lost or not chosen:
        named = lost[0] if lost else ""
        raise ValidationError(gettext("There is nothing called “%(ref)s” that you may read.") % {"ref": named})
    have = set(situation.items.filter(what=what, removed_at=None).values_list("ref", flat=True))
    acting, new = Acting(by, now), [ref for ref in chosen if ref not in have]
    for ref in new:
        acting.made(situation.items.create(what=what, ref=ref, at=now, by=by))
    if new:
        acting.line(situation, What.ATTACHED, said=what, ref=", ".join(new)[:120])
    if what == Item.What.ALARM:
        take_alarms(by, list(Alarm.objects.filter(key__in=new)), now, situation)
    return situation, len(new)


@transaction.atomic
def write_note(by: User, key: str, now: datetime, *, said: str) -> Situation:
    """Add a note.

    Raises:
        ValidationError: nothing is said.
    """
    situation = open_one(by, key)
    if not said.strip():
        raise ValidationError({"said": gettext("Nothing is said yet.")})
    acting = Acting(by, now)
    row = situation.items.create(what=Item.What.NOTE, said=said.strip()[:1000], at=now, by=by)
    acting.made(row)
    acting.line(situation, What.NOTED, said=said)
    return situation


@transaction.atomic
def detach(by: User, key: str, items: Sequence[int], now: datetime) -> Situation:
    """Take things off a situation; they stay what they are.

    Raises:
        ValidationError: none of them belongs to it.
    """
    situation = open_one(by, key)
    found = _items(situation, items)
    acting = Acting(by, now)
    for item in found:
        acting.change(item, removed_at=now)
    acting.line(situation, What.DETACHED, said=", ".join(item.what for item in found)[:200])
    return situation


@transaction.atomic
def merge(by: User, into: str, others: Sequence[str], now: datetime) -> Situation:
    """Make situations part of another one, whatever they have in common: their items, tasks and units go on there.

    Raises:
        ValidationError: one of them is over, or of an exercise where the other is real.
    """
    chosen = [key for key in dict.fromkeys(others) if key != into]
    if not chosen:
        raise ValidationError(gettext("Choose two situations at least."))
    found = {situation.key: situation for situation in handled(by, [into, *chosen])}
    target = found[into]
    acting = Acting(by, now)
    for situation in found.values():
        refuse_closed(situation)
        if situation.world != target.world:
            raise ValidationError(gettext("An exercise and what is real cannot become one situation."))
    for key in chosen:
        _move(acting, target, found[key].items.filter(removed_at=None))
        for task in found[key].tasks.filter(removed_at=None, done_at=None):
            acting.change(task, situation=target)
        for unit in found[key].units.select_for_update():
            acting.change(unit, situation=target)
        acting.change(found[key], merged_into=target)
        acting.line(found[key], What.MERGED, ref=target.key)
    graver = max(situation.priority for situation in found.values())
    began = min(situation.began_at for situation in found.values())
    acting.change(target, priority=graver, began_at=began)
    acting.line(target, What.MERGED, ref=", ".join(chosen)[:120])
    return target


@transaction.atomic
def split(by: User, key: str, items: Sequence[int], said: Opening, now: datetime, *, language: str) -> Situation:
    """Make a situation of its own of some items of one; return it. An undo makes them one again.

    Raises:
        ValidationError: none of the items belongs to it, or all do.
    """
    situation = open_one(by, key)
    found = _items(situation, items)
    if situation.items.filter(removed_at=None).count() == len(found):
        raise ValidationError(gettext("Leave something: a situation without anything is none."))
    new = open_situation(by, said, now, language=language)
    acting = Acting(by, now)
    acting.change(new, world=situation.world)
    _move(acting, new, situation.items.filter(pk__in=[item.pk for item in found]))
    acting.changes.append(
        {"table": "Situation", "pk": new.pk, "was": {"merged_into": situation.pk}, "is": {"merged_into": None}}
    )
    acting.line(new, What.SPLIT, ref=situation.key)
    acting.line(situation, What.SPLIT, ref=new.key)
    return new


def _move(acting: Acting, target: Situation, items: Iterable[Item]) -> None:
    have = {(item.what, item.ref) for item in target.items.filter(removed_at=None) if item.ref}
    for item in items:
        if (item.what, item.ref) in have:
            acting.change(item, removed_at=acting.now)
        else:
            acting.change(item, situation=target)


def _items(situation: Situation, items: Sequence[int]) -> list[Item]:
    found = list(situation.items.filter(pk__in=list(items)[:MANY_MAX], removed_at=None))
    if not found:
        raise ValidationError(gettext("Nothing is chosen."))
    return found


def _allowed(reader: Reader, what: str, refs: Sequence[str]) -> set[str]:
    """Return those that are there and that the reader may see."""
    if what == Item.What.ALARM:
        return set(readable(reader.viewer, refs))
    if what == Item.What.FACT:
        return set(current_store().listable(reader.viewer, list(refs)))
    is_document = what == Item.What.DOCUMENT
    found = {ref for ref in refs if _is_entry(reader, ref, with_number=is_document)}
    return found | city_documents.readable(reader, refs) if is_document else found


def _is_entry(reader: Reader, ref: str, *, with_number: bool) -> bool:
    found = _ENTRY.fullmatch(ref)
    if found is None or (found["number"] is None) is with_number:
        return False
    entry = reader.entries().filter(logbook=found["logbook"], label=found["label"]).first()
    if entry is None:
        return False
    if not with_number:
        return True
    is_open = reader.opens(entry) >= {TEXT, PLACE}
    return is_open and Attachment.objects.filter(entry=entry, number=int(found["number"])).exists()
