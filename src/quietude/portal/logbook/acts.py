"""Acts on entries: write, correct, strike, settle. Each is whole with its line in the journal, or did not happen."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from quietude.journal.api import Kind as JournalKind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.journal.recording import note
from quietude.portal.logbook import filing
from quietude.portal.logbook.acting import allowed, line, move, reasoned
from quietude.portal.logbook.checking import check
from quietude.portal.logbook.content import Content, Identity, digest_of
from quietude.portal.logbook.models import ZONE_COLUMNS, Entry, EntryVersion, Kind, Numbering, State
from quietude.portal.logbook.streets import street_of
from quietude.portal.town import current_town
from quietude.sources.api import Logbook, parse_duration

SALT_BYTES = 16


class ConflictError(Exception):
    """The entry was corrected by somebody else since it was opened."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.label)
        self.entry = entry


@transaction.atomic
def write(
    by: User,
    logbook: Logbook,
    content: Content,
    *,
    key: UUID,
    identities: Sequence[Identity] = (),
    kind: Kind = Kind.ENTRY,
    purpose: str = "",
    choices: str = "",
    now: datetime | None = None,
) -> Entry:
    """Write an entry and return it; one that was written already under its key is returned as it is.

    Args:
        by: who writes.
        logbook: in which it is written.
        content: what it says.
        key: made with the entry, before it was sent: a second sending changes nothing.
        identities: who the parties are, in their order.
        kind: an entry, or one message of the radio.
        purpose: what the writer works under.
        choices: what the writer chose where the guard on free text warned, for the journal.
        now: the moment, of the server's clock.

    Raises:
        PermissionDenied: `by` does not write in this logbook, or the key is of somebody else's entry.
        ValidationError: a field is refused.
        JournalUnavailableError: the line cannot be written; nothing was.
    """
    allowed(by, logbook)
    now = now or timezone.now()
    known = Entry.objects.filter(key=key).first()
    if known is not None:
        if known.author_id != by.pk or known.logbook != logbook.name:
            raise PermissionDenied
        return known
    check(logbook, content, identities, now=now)
    year = now.astimezone(ZoneInfo(current_town().timezone)).year  # as in a bound book: in the order of writing
    number = _next_number(logbook.name, year)
    entry = Entry(
        key=key, logbook=logbook.name, year=year, number=number, label=logbook.number.format(year=year, number=number),
        kind=kind, author=by, written_at=now, sensitivity=logbook.sensitivity.value,
        state=State.CLOSED if kind == Kind.RADIO else State.OPEN,  # of most messages nothing follows; one that asks may
    )  # fmt: skip
    _present(entry, content)
    entry.save()
    _keep(entry, EntryVersion.What.WRITTEN, by, content, identities, now=now)
    note(line(JournalKind.COLLECT, by, entry, purpose, {"act": "written"} | ({"guard": choices} if choices else {})))
    filing.soon()
    return entry


@transaction.atomic
def correct(
    by: User,
    entry: Entry,
    content: Content,
    *,
    reason: str,
    seen_version: int,
    identities: Sequence[Identity] = (),
    purpose: str = "",
    choices: str = "",
    now: datetime | None = None,
) -> Entry:
    """Write a new version of an entry, with the reason; the ones before stay.

    Raises:
        ConflictError: it has another version than the one that was seen; nothing was overwritten.
        PermissionDenied: `by` does not write in its logbook.
        ValidationError: a field is refused, the reason is missing, or the entry is struck through.
    """
    logbook = current_town().logbooks[entry.logbook]
    allowed(by, logbook)
    now = now or timezone.now()
    held = Entry.objects.select_for_update().get(pk=entry.pk)
    reasoned(reason)
    if held.is_struck:
        raise ValidationError(gettext("This entry is struck through; it is not corrected any more."))
    if held.version != seen_version:
        raise ConflictError(held)
    check(logbook, content, identities, now=now)
    held.version += 1
    held.revision += 1
    _present(held, content)
    held.save()
    _keep(held, EntryVersion.What.CORRECTED, by, content, identities, now=now, reason=reason)
    detail = {"act": "corrected", "reason": reason.strip()} | ({"guard": choices} if choices else {})
    note(line(JournalKind.MODIFY, by, held, purpose, detail))
    filing.soon()
    return held


@transaction.atomic
def strike(by: User, entry: Entry, *, reason: str, purpose: str = "", now: datetime | None = None) -> Entry:
    """Strike an entry through: it stays readable, with who struck it and why, and states no fact any more.

    Raises:
        PermissionDenied: `by` is neither its author nor a supervisor who writes in its logbook.
        ValidationError: the reason is missing, or it is struck already.
    """
    allowed(by, current_town().logbooks[entry.logbook])
    now = now or timezone.now()
    held = Entry.objects.select_for_update().get(pk=entry.pk)
    if held.author_id != by.pk and not by.holds(Right.SUPERVISE):
        raise PermissionDenied
    reasoned(reason)
    if held.is_struck:
        raise ValidationError(gettext("This entry is struck through already."))
    last = held.versions.get(version=held.version)
    held.version += 1
    held.revision += 1
    held.struck_at = now
    held.state, held.due_at = State.CLOSED, None
    held.save()
    content = Content.model_validate(last.content)
    identities = [Identity.model_validate(each) for each in last.identities]
    _keep(held, EntryVersion.What.STRUCK, by, content, identities, now=now, reason=reason)
    note(line(JournalKind.MODIFY, by, held, purpose, {"act": "struck", "reason": reason.strip()}))
    filing.soon()
    return held


@transaction.atomic
def settle(by: User, entry: Entry, state: State, *, reason: str = "", now: datetime | None = None) -> Entry:
    """Close an entry from which nothing follows, or open a closed one again, with the reason.

    Raises:
        PermissionDenied: `by` does not write in its logbook.
        ValidationError: open follow-ups keep it from being closed, or the reason to open it again is missing.
    """
    allowed(by, current_town().logbooks[entry.logbook])
    now = now or timezone.now()
    held = Entry.objects.select_for_update().get(pk=entry.pk)
    if held.is_struck:
        raise ValidationError(gettext("This entry is struck through; nothing follows from it."))
    if state == State.CLOSED and held.follow_ups.filter(done_at=None).exists():
        raise ValidationError(gettext("Follow-ups are still open: say first what came of them."))
    if held.state == State.CLOSED and state != State.CLOSED:
        reasoned(reason)
    move(held, state)
    detail = {"act": f"state:{state}"} | ({"reason": reason.strip()} if reason.strip() else {})
    note(line(JournalKind.MODIFY, by, held, "", detail))
    return held


def _next_number(logbook: str, year: int) -> int:
    """Return the next number; the row is held until the transaction ends, so that a failure leaves no hole."""
    Numbering.objects.get_or_create(logbook=logbook, year=year)
    Numbering.objects.filter(logbook=logbook, year=year).update(last=F("last") + 1)
    return Numbering.objects.values_list("last", flat=True).get(logbook=logbook, year=year)


def _present(entry: Entry, content: Content) -> None:
    """Give the entry's own columns what its present version says."""
    place = content.place
    entry.occurred_at, entry.occurred_to = content.occurred_at, content.occurred_to
    entry.category, entry.severity, entry.regime = content.category, content.severity, content.regime
    entry.place_label, entry.lon_deg, entry.lat_deg = place.label, place.lon_deg, place.lat_deg
    entry.accuracy_m, entry.street = place.accuracy_m, street_of(place.label)
    town = current_town()
    day = content.occurred_at.astimezone(ZoneInfo(town.timezone)).date()
    entry.retain_until = parse_duration(town.logbooks[entry.logbook].retention).after(day)
    for column, code in zip(ZONE_COLUMNS, zones_at(place.lon_deg, place.lat_deg), strict=False):
        setattr(entry, column, code)


def zones_at(lon_deg: float | None, lat_deg: float | None) -> list[str]:
    """Return the code of the zone at each level of the territory, "" outside or without a place."""
    territory = current_town().territory
    if lon_deg is None or lat_deg is None:
        return [""] * len(territory.level_names)
    found = territory.assign(*filing.degrees(lon_deg, lat_deg))
    return [str(found[level][0] or "") for level in territory.level_names]


def _keep(
    entry: Entry,
    what: EntryVersion.What,
    by: User,
    content: Content,
    identities: Sequence[Identity],
    *,
    now: datetime,
    reason: str = "",
) -> None:
    salt = secrets.token_bytes(SALT_BYTES)
    said: dict[str, Any] = content.dumped()
    who = [identity.model_dump() for identity in identities]
    EntryVersion.objects.create(
        entry=entry, version=entry.version, what=what, at=now, author=by, reason=" ".join(reason.split()),
        content=said, identities=who, salt=salt, digest=digest_of(salt, said, who),
    )  # fmt: skip
