"""What is done about durations: the list of what is due, its elimination with a visa, legal holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlencode

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quietude.journal.api import Kind, operator
from quietude.keeping.api import (
    DisposalError,
    Held,
    Order,
    Plan,
    Shelf,
    Visa,
    carry_out,
    held_by,
    load_census,
    plan,
    shelves_of,
)
from quietude.model.filter.text import FilterError, parse
from quietude.model.filter.url import from_query, to_query
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.participants import participants
from quietude.portal.protection.journal import note_act
from quietude.portal.protection.models import Disposal, Hold
from quietude.portal.protection.scrubbing import scrub_database
from quietude.portal.town import current_ledger, current_store, current_town, current_vocabulary, installation

TRANSFERS = "transfers"  # folder of the town's var folder, where packages wait for the archives


def name_of(by: User | None) -> str:
    """Return how acts name whoever acts, None being the command line.

    Raises:
        PermissionDenied: the account may not protect data.
    """
    if by is None:
        return operator()
    if not by.holds(Right.PROTECT_DATA):
        raise PermissionDenied
    return by.username


def transfers_folder() -> Path:
    """Return the folder where packages wait for the archives."""
    return installation().facts_dir.parent / TRANSFERS


def all_shelves() -> tuple[Shelf, ...]:
    """Return every place where things have a term."""
    town = current_town()
    facts = shelves_of(town, current_store(), current_ledger(), load_census(), transfers=transfers_folder())
    rows = (shelf for each in participants() for shelf in each.shelves(town.timezone))
    return (*facts, *rows)


def current_held() -> Held:
    """Return what the holds in force cover."""
    orders = [
        Order(
            title=hold.title,
            sources=tuple(hold.sources),
            question=from_query(parse_qs(hold.query)) if hold.query else None,
            uids=tuple(hold.uids),
        )
        for hold in Hold.objects.filter(lifted_at__isnull=True)
    ]
    return held_by(orders, current_store())


def planned(as_of: date) -> Plan:
    """Return what has to leave on a day: nothing is changed."""
    return plan(all_shelves(), as_of=as_of, held=current_held())


def today() -> date:
    """Return the town's day."""
    return timezone.localdate()


def dispose(by: User | None, *, signed_by: str, reason: str, list_digest: str, as_of: date) -> Disposal:
    """Make all that is due leave, on a list that was looked at; what is refused changes nothing.

    The run is noted before it begins, so that an interrupted one is seen; its report follows.

    Raises:
        PermissionDenied: the account may not protect data.
        DisposalError: the list has changed, or no one signs, or the day is still to come.
    """
    actor = name_of(by)
    if as_of > today():
        raise DisposalError(_("Nothing was eliminated: this day is still to come."))
    visa = Visa(by=signed_by, reason=reason, list_digest=list_digest)
    shelves = all_shelves()
    found = plan(shelves, as_of=as_of, held=current_held())
    if list_digest != found.digest or not signed_by.strip() or not reason.strip():
        carry_out(shelves, found, visa)  # refuses, and says why
    with transaction.atomic():
        run = Disposal.objects.create(by=signed_by, reason=reason, as_of=as_of, list_digest=list_digest, report={})
        note_act(Kind.ERASE, actor, f"disposal {run.pk}, list {list_digest[:16]}: {found.total} due", motive=reason)
    report = carry_out(shelves, found, visa)
    run.report = report.to_json()
    run.save(update_fields=["report"])
    scrub_database()
    return run


@transaction.atomic
def hold(
    by: User | None, *, title: str, reason: str, sources: Sequence[str] = (), uids: Sequence[str] = (), words: str = ""
) -> Hold:
    """Put a legal hold on sources, on facts, or on what a selection (in its text form) finds.

    Raises:
        PermissionDenied: the account may not protect data.
        DisposalError: the hold covers nothing, or the selection cannot be read.
    """
    actor = name_of(by)
    town = current_town()
    try:
        question = parse(
            words,
            territory=town.territory,
            vocabulary=current_vocabulary(),
            today=today(),
            timezone=town.timezone,
            sources=tuple(town.sources),
        )
    except FilterError as error:
        raise DisposalError(_("The selection cannot be read: %(error)s") % {"error": error}) from error
    if not sources and not uids and question.is_open:
        raise DisposalError(_("A hold covers sources, facts or a selection: name at least one."))
    if not title.strip() or not reason.strip():
        raise DisposalError(_("A hold has a title and a reason."))
    made = Hold.objects.create(
        title=title.strip(),
        reason=reason.strip(),
        sources=sorted(set(sources)),
        uids=sorted({uid.rpartition("-")[2] for uid in uids}),
        query="" if question.is_open else urlencode(to_query(question), doseq=True),
        made_by=actor,
    )
    note_act(Kind.MODIFY, actor, f"legal hold {made.pk} put", motive=reason)
    return made


@transaction.atomic
def release(by: User | None, made: Hold) -> None:
    """Lift a legal hold: what it kept may leave at the next run.

    Raises:
        PermissionDenied: the account may not protect data.
        DisposalError: it is lifted already.
    """
    actor = name_of(by)
    if made.lifted_at is not None:
        raise DisposalError(_("This hold is lifted already."))
    made.lifted_by, made.lifted_at = actor, timezone.now()
    made.save(update_fields=["lifted_by", "lifted_at"])
    note_act(Kind.MODIFY, actor, f"legal hold {made.pk} lifted")
