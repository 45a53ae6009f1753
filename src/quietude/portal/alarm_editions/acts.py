"""Acts on editions of rules: propose, accept, refuse, take back. Each is whole with its line in the journal."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.alarm_editions.models import Edition
from quietude.portal.alarm_editions.standing import accepted, compiled, held_rule
from quietude.portal.journal.recording import Act, note
from quietude.portal.town import installation

SAID_MAX = 300
LINES_MAX = 400
"""A rule has a dozen lines; a text of more is no rule."""
State = Edition.State


@transaction.atomic
def propose(by: User, name: str, text: str, *, reason: str, now: datetime) -> Edition:
    """Propose a text for a rule; "" proposes to withdraw it. A former proposal of the same person is replaced.

    Raises:
        PermissionDenied: the account may not tune alarms.
        ValidationError: no reason, nothing changed, or another person's proposal waits.
        ManifestError: the text is no rule; each fault names its place and a remedy.
    """
    _allowed(by)
    if not reason.strip():
        raise ValidationError(gettext("Say why: whoever reviews it will ask."))
    if len(text.splitlines()) > LINES_MAX:
        raise ValidationError(gettext("This is too long for a rule."))
    held = held_rule(name)
    if (held.text if held is not None else "") == text:
        raise ValidationError(gettext("This is the text that holds already: nothing would change."))
    if text:
        compiled(name, text)
    waiting = Edition.objects.select_for_update().filter(name=name, state=State.PROPOSED).first()
    if waiting is not None and waiting.written_by_id != by.pk:
        raise ValidationError(
            gettext("A proposal of %(who)s waits for review: have it accepted or refused first.")
            % {"who": waiting.written_by}
        )
    if waiting is not None:
        _decide(waiting, State.TAKEN_BACK, by, now, gettext("Replaced by a newer proposal."))
    last = Edition.objects.filter(name=name).aggregate(last=Max("number"))["last"] or 0
    try:
        edition = Edition.objects.create(
            name=name, number=last + 1, text=text, reason=_short(reason), written_by=by, written_at=now
        )
    except IntegrityError as error:
        raise ValidationError(gettext("Somebody proposed an edition at the same time: look at it first.")) from error
    _note(by, edition, "proposed", reason)
    return edition


@transaction.atomic
def accept(by: User, edition: Edition, *, said: str, now: datetime) -> None:
    """Accept a proposal: the watch judges by it within a second. Whoever wrote it needs another person's eyes.

    Raises:
        PermissionDenied: the account may not tune alarms.
        ValidationError: one's own where that is not allowed, decided already, or a newer one was accepted since.
        ManifestError: the text is no rule of the town any more.
    """
    _allowed(by)
    edition = _waiting(edition)
    is_own = edition.written_by_id == by.pk
    if is_own and not installation().accepts_own_rules:
        raise ValidationError(gettext("Another person who tunes alarms has to look at it: four eyes."))
    if edition.text:
        compiled(edition.name, edition.text)
    newest = accepted().get(edition.name)
    if newest is not None and newest.number > edition.number:
        raise ValidationError(gettext("A newer edition was accepted since."))
    _decide(edition, State.ACCEPTED, by, now, said)
    _note(by, edition, "accepted_alone" if is_own else "accepted", said)


@transaction.atomic
def refuse(by: User, edition: Edition, *, said: str, now: datetime) -> None:
    """Refuse a proposal with a reason; its author takes it back the same way.

    Raises:
        PermissionDenied: the account may not tune alarms.
        ValidationError: no reason, or decided already.
    """
    _allowed(by)
    edition = _waiting(edition)
    is_own = edition.written_by_id == by.pk
    if not is_own and not said.strip():
        raise ValidationError(gettext("Say why: whoever wrote it will ask."))
    _decide(edition, State.TAKEN_BACK if is_own else State.REFUSED, by, now, said)
    _note(by, edition, edition.state, said)


def _waiting(edition: Edition) -> Edition:
    found = Edition.objects.select_for_update().get(pk=edition.pk)
    if found.state != State.PROPOSED:
        raise ValidationError(gettext("This edition was decided already: somebody was quicker."))
    return found


def _decide(edition: Edition, state: Edition.State, by: User, now: datetime, said: str) -> None:
    edition.state, edition.decided_by, edition.decided_at = state, by, now
    edition.decided_said = _short(said)
    edition.save(update_fields=["state", "decided_by", "decided_at", "decided_said"])


def _allowed(by: User) -> None:
    if not by.holds(Right.TUNE_ALARMS):
        raise PermissionDenied


def _short(said: str) -> str:
    return " ".join(said.split())[:SAID_MAX]


def _note(by: User, edition: Edition, act: str, said: str) -> None:
    detail = {"act": f"rule_{act}", "rule": edition.name, "edition": str(edition.number), "said": _short(said)}
    note(Act(kind=Kind.MODIFY, who=f"user:{by.pk}", detail={name: text for name, text in detail.items() if text}))
