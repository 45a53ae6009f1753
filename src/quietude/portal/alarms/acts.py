"""Acts on alarms: take, reset, set aside, comment, undo; many at once. Each is whole with its line in the journal."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext

from quietude.alarms.api import ActError, Standing
from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.alarms.ground import commented
from quietude.portal.alarms.models import STANDING, Alarm, AlarmStep, Assignment
from quietude.portal.alarms.telling import notice_of
from quietude.portal.journal.recording import Act, note
from quietude.portal.notifications import recipients
from quietude.portal.notifications.notice import Said
from quietude.portal.notifications.tell import tell
from quietude.portal.services.api import Service

SAID_MAX = 300
UNDO_WITHIN = timedelta(minutes=10)
MANY_MAX = 200
What = AlarmStep.What
Kept = str | bool | int | None
"""What an act changed, as it was."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an act changed; of the alarms that were chosen, some may have been another's meanwhile."""

    act: uuid.UUID
    changed: tuple[Alarm, ...]
    refused: tuple[Alarm, ...]


def acknowledge(by: User, keys: Sequence[str], now: datetime, *, said: str = "") -> Done:
    """Take alarms: whoever does says that they look after it.

    Raises:
        ValidationError: nothing is said, and the rule of one of them asks for it.
    """
    if not said.strip() and not commented().isdisjoint(_rules_of(keys)):
        raise ValidationError(
            {"said": gettext("The rule asks whoever takes this alarm to say something: a few words.")}
        )
    return _act(by, keys, now, What.ACKNOWLEDGED, lambda standing: standing.acknowledge(now), said=said)


def reset(by: User, keys: Sequence[str], now: datetime, *, said: str = "") -> Done:
    """End alarms that stay until somebody does."""
    return _act(by, keys, now, What.RESET, lambda standing: standing.reset(now), said=said)


def shelve(by: User, keys: Sequence[str], now: datetime, *, until: datetime, said: str) -> Done:
    """Set alarms aside until a moment, with a reason; the shelf ends by itself.

    Raises:
        ValidationError: no reason is given.
    """
    if not said.strip():
        raise ValidationError({"said": gettext("Say why: whoever comes next will ask.")})
    return _act(by, keys, now, What.SHELVED, lambda standing: standing.shelve(until, now), said=said, until=until)


def unshelve(by: User, keys: Sequence[str], now: datetime) -> Done:
    """Take alarms back from aside."""
    return _act(by, keys, now, What.UNSHELVED, lambda standing: standing.unshelve(now))


def comment(by: User, keys: Sequence[str], now: datetime, *, said: str) -> Done:
    """Say something about alarms that changes nothing of them.

    Raises:
        ValidationError: nothing is said.
    """
    if not said.strip():
        raise ValidationError({"said": gettext("Nothing is said yet.")})
    return _act(by, keys, now, What.COMMENTED, lambda standing: standing, said=said)


def assign(by: User, keys: Sequence[str], now: datetime, *, to: User | Service | None) -> Done:
    """Give alarms to a person or a service, who is told; None takes them back."""
    person, service = (to if isinstance(to, User) else None), (to if isinstance(to, Service) else None)

    def give(alarm: Alarm, act: uuid.UUID) -> None:
        _give(alarm, person.pk if person is not None else None, service.pk if service is not None else None)
        if to is not None:
            whom = recipients.person(to) if isinstance(to, User) else f"service:{to.code}"
            tell(notice_of(alarm, Said.ASSIGNED), whom, key=f"assigned:{act}:{alarm.key}", now=now)

    said = str(to) if to is not None else ""
    return _act(by, keys, now, What.ASSIGNED, lambda standing: standing, said=said, and_then=give)


@transaction.atomic
def undo(by: User, act: uuid.UUID, now: datetime) -> int:
    """Undo one's own act within ten minutes, of the alarms that nothing has become of since; return how many.

    Raises:
        PermissionDenied: the act is another person's.
    """
    _allowed(by)
    steps = list(AlarmStep.objects.filter(act=act).exclude(what=What.UNDONE).select_related("alarm"))
    if any(step.by_id != by.pk for step in steps):
        raise PermissionDenied
    undone = []
    for step in steps:
        alarm = Alarm.objects.select_for_update(of=("self",)).get(pk=step.alarm_id)
        is_last = not AlarmStep.objects.filter(alarm=alarm, pk__gt=step.pk).exists()
        if step.before is None or not is_last or now - step.at > UNDO_WITHIN:
            continue
        _restore(alarm, step.before)
        AlarmStep.objects.create(alarm=alarm, what=What.UNDONE, at=now, by=by, act=act)
        undone.append(alarm)
    if undone:
        _note(by, What.UNDONE, undone, "")
    return len(undone)


@transaction.atomic
def _act(
    by: User,
    keys: Sequence[str],
    now: datetime,
    what: AlarmStep.What,
    stand: Callable[[Standing], Standing],
    *,
    said: str = "",
    until: datetime | None = None,
    and_then: Callable[[Alarm, uuid.UUID], None] = lambda _alarm, _act: None,
) -> Done:
    _allowed(by)
    act, changed, refused = uuid.uuid4(), [], []
    chosen = Alarm.objects.select_for_update(of=("self",)).filter(key__in=list(keys)[:MANY_MAX], withdrawn_at=None)
    for alarm in chosen.order_by("pk"):
        before = _kept(alarm)
        try:
            alarm.stand(stand(alarm.standing))
        except ActError:
            refused.append(alarm)
            continue
        if what is What.ACKNOWLEDGED:
            alarm.taken_by, alarm.taken_at = by, now
        alarm.save(update_fields=[*STANDING, "taken_by", "taken_at"])
        AlarmStep.objects.create(
            alarm=alarm, what=what, at=now, by=by, said=" ".join(said.split())[:SAID_MAX], until=until, act=act,
            before=before if what is not What.COMMENTED else None,
        )  # fmt: skip
        and_then(alarm, act)
        changed.append(alarm)
    if changed:
        _note(by, what, changed, said)
    return Done(act, tuple(changed), tuple(refused))


def _allowed(by: User) -> None:
    if not by.holds(Right.TAKE_ALARMS):
        raise PermissionDenied


def _kept(alarm: Alarm) -> dict[str, Kept]:
    moment = alarm.shelved_until.isoformat() if alarm.shelved_until is not None else None
    taken = alarm.taken_at.isoformat() if alarm.taken_at is not None else None
    given = Assignment.objects.filter(alarm=alarm).first()
    return {
        "given_to": given.person_id if given is not None else None,
        "given_to_service": given.service_id if given is not None else None,
        "is_acknowledged": alarm.is_acknowledged,
        "is_reset": alarm.is_reset,
        "shelved_until": moment,
        "taken_by": alarm.taken_by_id,
        "taken_at": taken,
    }


def _restore(alarm: Alarm, before: dict[str, Kept]) -> None:
    def moment(name: str) -> datetime | None:
        said = before[name]
        return datetime.fromisoformat(said) if isinstance(said, str) else None

    alarm.is_acknowledged, alarm.is_reset = bool(before["is_acknowledged"]), bool(before["is_reset"])
    alarm.shelved_until, alarm.taken_at = moment("shelved_until"), moment("taken_at")
    who = before["taken_by"]
    alarm.taken_by = User.objects.filter(pk=who).first() if who is not None else None
    alarm.save(update_fields=["is_acknowledged", "is_reset", "shelved_until", "taken_by", "taken_at"])
    _give(alarm, before.get("given_to"), before.get("given_to_service"))


def _give(alarm: Alarm, person: Kept, service: Kept) -> None:
    if person is None and service is None:
        Assignment.objects.filter(alarm=alarm).delete()
    else:
        Assignment.objects.update_or_create(alarm=alarm, defaults={"person_id": person, "service_id": service})


def _rules_of(keys: Sequence[str]) -> set[str]:
    return set(Alarm.objects.filter(key__in=list(keys)[:MANY_MAX]).values_list("rule", flat=True))


def _note(by: User, what: AlarmStep.What, alarms: Sequence[Alarm], said: str) -> None:
    detail = {"act": f"alarm_{what.value}", "alarms": ",".join(alarm.key for alarm in alarms), "said": said[:SAID_MAX]}
    note(Act(kind=Kind.MODIFY, who=f"user:{by.pk}", detail={name: text for name, text in detail.items() if text}))
