"""Acts on follow-ups: ask, hand over, finish, open again. Each is whole with its line in the journal, or is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext

from quietude.journal.api import Kind as JournalKind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.journal.recording import note
from quietude.portal.logbook.acting import allowed, line, move, reasoned
from quietude.portal.logbook.models import Entry, FollowUp, FollowUpStep, Reminder, State
from quietude.portal.logbook.writers import codes_of, may_write
from quietude.portal.services.api import main_service_of, open_services, services_of
from quietude.portal.town import current_town

MORNING_HOUR = 8  # a term is called to mind at the beginning of its day
AHEAD = timedelta(hours=1)
"""Or so long before it, where its day has begun already."""
REMINDERS_MAX = 5
TASK = "task:follow-ups"


@transaction.atomic
def follow_up(
    by: User,
    entry: Entry,
    what: str,
    *,
    service: str = "",
    assignee: User | None = None,
    due_at: datetime | None = None,
    remind_at: Sequence[datetime] = (),
    written_at: datetime | None = None,
    now: datetime | None = None,
) -> FollowUp:
    """Ask for something to be done after an entry: it is under way from now on.

    Args:
        by: who asks.
        entry: from which it follows.
        what: what is to be done.
        service: code of the service it is for; with nobody named, that of `by`.
        assignee: the person it is for; it falls back to their service.
        due_at: by when.
        remind_at: when it is called to mind; by itself in the morning of its last day.
        written_at: when it was asked, where it comes later from a device: its term may be past by now.
        now: the moment.

    Raises:
        PermissionDenied: `by` does not write in its logbook.
        ValidationError: nothing is asked, it is for nobody who could do it, or its term is past.
    """
    allowed(by, current_town().logbooks[entry.logbook])
    now = now or timezone.now()
    held = Entry.objects.select_for_update().get(pk=entry.pk)
    if held.is_struck:
        raise ValidationError(gettext("This entry is struck through; nothing follows from it."))
    _ahead(due_at, remind_at, written_at or now)
    made = FollowUp(
        entry=held, what=" ".join(what.split()), service=_whose(by, held, service, assignee, now), assignee=assignee,
        due_at=due_at, made_at=now, made_by=by,
    )  # fmt: skip
    made.full_clean()
    made.save()
    _remind(made, remind_at, now)
    _step(made, FollowUpStep.What.ASKED, by, now)
    _settle(held)
    note(line(JournalKind.MODIFY, by, held, "", _said(made, "follow_up_asked")))
    return made


def follow_up_once(
    by: User,
    entry: Entry,
    asked: dict[str, Any] | None,
    *,
    written_at: datetime | None = None,
    now: datetime | None = None,
) -> None:
    """Ask for what is to follow from an entry that has just been written; of one sent twice, once."""
    if asked is not None and not entry.follow_ups.exists():
        follow_up(by, entry, **asked, written_at=written_at, now=now)


@transaction.atomic
def hand_over(
    by: User,
    found: FollowUp,
    *,
    service: str = "",
    assignee: User | None = None,
    due_at: datetime | None = None,
    reason: str = "",
    now: datetime | None = None,
) -> FollowUp:
    """Give an open follow-up to another service or person, with another term where one is given.

    Raises:
        PermissionDenied: it does not concern `by`.
        ValidationError: it is done, it is for nobody who could do it, the term is past, or nothing changes.
    """
    now = now or timezone.now()
    entry, held = _held(by, found, now)
    if held.done_at is not None:
        raise ValidationError(gettext("This follow-up is done already."))
    _ahead(due_at, (), now)
    before = (held.service, held.assignee_id, held.due_at)
    held.service, held.assignee = _whose(by, entry, service, assignee, now), assignee
    held.due_at = due_at or held.due_at
    if before == (held.service, held.assignee_id, held.due_at):
        raise ValidationError(gettext("It is theirs already: choose somebody else, or another term."))
    held.full_clean()
    held.save()
    if held.due_at != before[2]:
        held.reminders.filter(taken_at=None).delete()
        _remind(held, (), now)
    _step(held, FollowUpStep.What.HANDED_OVER, by, now, reason)
    _settle(entry)
    note(line(JournalKind.MODIFY, by, entry, "", _said(held, "follow_up_handed_over")))
    return held


@transaction.atomic
def finish(by: User, found: FollowUp, *, outcome: str, now: datetime | None = None) -> Entry:
    """Note that a follow-up is done and what came of it; the entry is closed with its last one.

    Raises:
        PermissionDenied: it does not concern `by`.
        ValidationError: the outcome is missing, or it is done already.
    """
    now = now or timezone.now()
    entry, held = _held(by, found, now)
    said = reasoned(outcome)
    if held.done_at is not None:
        raise ValidationError(gettext("This follow-up is done already."))
    held.done_at, held.done_by, held.outcome = now, by, said
    held.full_clean()
    held.save()
    _step(held, FollowUpStep.What.DONE, by, now, said)
    _settle(entry)
    note(line(JournalKind.MODIFY, by, entry, "", _said(held, "follow_up_done")))
    return entry


@transaction.atomic
def reopen(by: User, found: FollowUp, *, reason: str, now: datetime | None = None) -> FollowUp:
    """Open a follow-up again that was done too early; what had come of it stays in its steps.

    Raises:
        PermissionDenied: it does not concern `by`.
        ValidationError: the reason is missing, it is open, or its entry is struck through.
    """
    now = now or timezone.now()
    entry, held = _held(by, found, now)
    said = reasoned(reason)
    if entry.is_struck:
        raise ValidationError(gettext("This entry is struck through; nothing follows from it."))
    if held.done_at is None:
        raise ValidationError(gettext("This follow-up is open already."))
    held.done_at, held.done_by, held.outcome = None, None, ""
    held.save()
    _step(held, FollowUpStep.What.REOPENED, by, now, said)
    _settle(entry)
    note(line(JournalKind.MODIFY, by, entry, "", _said(held, "follow_up_reopened")))
    return held


@transaction.atomic
def fall_back(now: datetime) -> int:
    """Give the open follow-ups of persons who left to their service; return how many. Safe to repeat."""
    waiting = FollowUp.objects.filter(done_at=None).exclude(assignee=None)
    people = {each.pk: each for each in User.objects.filter(pk__in=waiting.values("assignee"))}
    here = {key: codes_of(each, now) for key, each in people.items()}
    gone = 0
    for key, entry_key, who, service in waiting.values_list("pk", "entry_id", "assignee_id", "service"):
        if service in here[who] or (not service and here[who]):
            continue
        entry = Entry.objects.select_for_update().get(pk=entry_key)
        held = FollowUp.objects.select_for_update(of=("self",)).get(pk=key)
        if held.assignee_id != who or held.done_at is not None:  # somebody was quicker
            continue
        held.assignee = None
        held.save(update_fields=["assignee"])
        _step(held, FollowUpStep.What.FELL_BACK, None, now)
        note(line(JournalKind.MODIFY, TASK, entry, "", _said(held, "follow_up_fell_back")))
        gone += 1
    return gone


def may_act(by: User, found: FollowUp, now: datetime) -> bool:
    """Tell whether a follow-up concerns a person: it is theirs, their service's, or of a logbook that they keep."""
    if not by.holds(Right.WRITE_LOGBOOK):
        return False
    if found.assignee_id == by.pk or found.service in codes_of(by, now):
        return True
    logbook = current_town().logbooks.get(found.entry.logbook)
    return logbook is not None and may_write(by, logbook, at=now)


def usual_reminder(due_at: datetime, now: datetime) -> datetime:
    """Return when a term is called to mind by itself: at eight on its last day, or else an hour before it."""
    local = due_at.astimezone(ZoneInfo(current_town().timezone))
    morning = local.replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0)
    if now < morning < due_at - AHEAD:
        return morning
    return max(due_at - AHEAD, now)


def _held(by: User, found: FollowUp, now: datetime) -> tuple[Entry, FollowUp]:
    entry = Entry.objects.select_for_update().get(pk=found.entry_id)
    held = FollowUp.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if not may_act(by, held, now):
        raise PermissionDenied
    return entry, held


def _whose(by: User, entry: Entry, service: str, assignee: User | None, now: datetime) -> str:
    """Return the code of the service that a follow-up is for, or falls back to."""
    if assignee is not None:
        main = main_service_of(assignee, now)
        if main is None or not assignee.holds(Right.WRITE_LOGBOOK):
            said = gettext("%(who)s belongs to no service that could do it: choose a service.")
            raise ValidationError({"to": said % {"who": assignee}})
        own = {each.code for each in services_of(assignee, now)}
        return service if service in own else main.code
    if service:
        if not open_services(now).filter(code=service).exists():
            raise ValidationError({"to": gettext("This service is closed, or there is none of that name.")})
        return service
    main = main_service_of(by, now)
    return main.code if main is not None else next(iter(current_town().logbooks[entry.logbook].services), "")


def _ahead(due_at: datetime | None, remind_at: Sequence[datetime], now: datetime) -> None:
    wrong: dict[str, Any] = {}
    if due_at is not None and due_at <= now:
        wrong["due"] = gettext("This is past: say by when it is to be done.")
    if any(each <= now for each in remind_at):
        wrong["remind"] = gettext("This is past: say when to remind of it.")
    if len(remind_at) > REMINDERS_MAX:
        wrong["remind"] = gettext("%(n)s reminders at most.") % {"n": REMINDERS_MAX}
    if wrong:
        raise ValidationError(wrong)


def _remind(made: FollowUp, remind_at: Sequence[datetime], now: datetime) -> None:
    moments = set(remind_at) or ({usual_reminder(made.due_at, now)} if made.due_at is not None else set())
    for at in moments:
        Reminder.objects.get_or_create(follow_up=made, at=at)


def _step(made: FollowUp, what: FollowUpStep.What, by: User | None, now: datetime, said: str = "") -> None:
    FollowUpStep.objects.create(
        follow_up=made, what=what, at=now, by=by, said=" ".join(said.split()), service=made.service,
        assignee=made.assignee,
    )  # fmt: skip


def _settle(entry: Entry) -> None:
    """Have an entry's state and term follow its follow-ups."""
    waiting = entry.follow_ups.filter(done_at=None)
    entry.due_at = waiting.aggregate(first=Min("due_at"))["first"]
    entry.save(update_fields=["due_at"])
    move(entry, State.UNDER_WAY if waiting.exists() else State.CLOSED)


def _said(made: FollowUp, act: str) -> dict[str, str]:
    said = {"act": act, "follow_up": str(made.pk), "service": made.service}
    return said | ({"assignee": f"user:{made.assignee_id}"} if made.assignee_id is not None else {})
