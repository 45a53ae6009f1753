"""Alarms set aside by design (ISA-18.2: suppressed, out of service): planned events, works, rules that are off.

What is raised meanwhile is set aside as it is raised, and never rings; what stands already is within a second. All
of it ends by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.alarms.models import Alarm, AlarmStep, Memory, RuleOutage, Suppression, World
from quietude.portal.journal.recording import Act, note
from quietude.portal.town import current_town

LONGEST = timedelta(days=31)
"""What is set aside for longer is a change of the rule."""
NAMED = "suppression:"


@dataclass(frozen=True, slots=True)
class Aside:
    """What is set aside by design at a moment."""

    planned: tuple[Suppression, ...] = ()
    out: frozenset[str] = frozenset()
    """Names of rules out of service."""

    @classmethod
    def at(cls, now: datetime, world: World = World.REAL) -> Aside:
        """Return what is set aside at a moment; an exercise rings by all rules."""
        if world is not World.REAL:
            return cls()
        return cls(tuple(Suppression.objects.filter(begins_at__lte=now, ends_at__gt=now)), frozenset(rules_out(now)))

    def by(self, alarm: Alarm) -> str:
        """Return what suppresses an alarm; "" where nothing does."""
        for each in self.planned:
            if (not each.rules or alarm.rule in each.rules) and (not each.zones or set(each.zones) & zones_of(alarm)):
                return f"{NAMED}{each.pk}"
        return ""

    def is_out(self, alarm: Alarm) -> bool:
        """Tell whether the rule of an alarm is out of service."""
        return alarm.rule in self.out


def zones_of(alarm: Alarm) -> set[str]:
    """Return the zone that an alarm is about and those that hold it, "level:code" each."""
    kind, _, level = alarm.edition.content["by"].partition(":")
    held = current_town().territory.lineage(level, alarm.group) if kind == "zone" else ()
    return {f"{name}:{code}" for name, code in held}


def rules_out(now: datetime) -> dict[str, RuleOutage]:
    """Return the rules that are out of service at a moment, by name."""
    return {each.rule: each for each in RuleOutage.objects.filter(ends_at__gt=now)}


def reason_of(alarm: Alarm, now: datetime) -> str:
    """Return why an alarm is set aside by design."""
    if alarm.suppressed_by.startswith(NAMED):
        found = Suppression.objects.filter(pk=alarm.suppressed_by.removeprefix(NAMED)).first()
        return found.reason if found is not None else ""
    outage = rules_out(now).get(alarm.rule)
    return outage.reason if outage is not None else ""


@transaction.atomic
def follow(now: datetime) -> int:
    """Set aside what has to be, and bring back what has not any more; return how many alarms changed.

    What was over meanwhile calls for nobody when it comes back.
    """
    aside = Aside.at(now)
    touched = ~Q(suppressed_by="") | Q(is_in_service=False, is_active=True)
    if aside != Aside():
        touched |= Q(is_active=True) | Q(is_acknowledged=False)
    held = Alarm.objects.select_for_update(of=("self",)).filter(touched, world=World.REAL, withdrawn_at=None)
    changed = 0
    for alarm in held.select_related("edition").order_by("pk"):
        by, is_in_service = aside.by(alarm), not aside.is_out(alarm)
        if not alarm.is_active and not alarm.is_in_service:
            is_in_service = False  # it ended with its rule
        if (alarm.suppressed_by, alarm.is_in_service) == (by, is_in_service):
            continue
        was_aside = bool(alarm.suppressed_by) or not alarm.is_in_service
        standing = alarm.standing.suppress(by) if by else alarm.standing.unsuppress()
        alarm.stand(standing.serve(is_in_service=is_in_service))
        is_aside = bool(by) or not is_in_service
        if was_aside and not is_aside and not alarm.is_active:
            alarm.is_acknowledged = True
        alarm.save(update_fields=["suppressed_by", "is_in_service", "is_acknowledged"])
        if was_aside != is_aside:
            what = AlarmStep.What.SUPPRESSED if is_aside else AlarmStep.What.RELEASED
            AlarmStep.objects.create(alarm=alarm, what=what, at=now, said=reason_of(alarm, now) if is_aside else "")
        changed += 1
    if changed:
        Memory.objects.filter(world=World.REAL).update(changes=F("changes") + 1)
    return changed


@transaction.atomic
def plan(by: User, made: Suppression, now: datetime) -> Suppression:
    """Suppress alarms of some rules in some zones during a planned event or works.

    Raises:
        PermissionDenied: `by` may not.
        ValidationError: it names neither a rule nor a zone, has no reason, or makes no sense in time.
    """
    _allowed(by)
    if not made.rules and not made.zones:
        raise ValidationError(gettext("Choose rules or zones: everything at once is not set aside."))
    if made.ends_at <= made.begins_at or made.ends_at <= now:
        raise ValidationError({"ends_at": gettext("It would be over before it begins, or is past.")})
    if made.ends_at - made.begins_at > LONGEST:
        raise ValidationError({"ends_at": gettext("31 days at most: what is off for longer is a change of the rule.")})
    made.made_by, made.made_at = by, now
    made.full_clean()
    made.save()
    detail = {"rules": ",".join(made.rules), "zones": ",".join(made.zones), "until": made.ends_at.isoformat()}
    _note(by, "suppression_planned", made.reason, detail)
    follow(now)
    return made


@transaction.atomic
def end_plan(by: User, made: Suppression, now: datetime) -> None:
    """End a suppression now; one that has not begun never does.

    Raises:
        PermissionDenied: `by` may not.
    """
    _allowed(by)
    made.begins_at, made.ends_at = min(made.begins_at, now), now
    made.save(update_fields=["begins_at", "ends_at"])
    _note(by, "suppression_ended", made.reason, {})
    follow(now)


@transaction.atomic
def take_out(by: User, made: RuleOutage, now: datetime) -> RuleOutage:
    """Take a rule out of service until a moment.

    Raises:
        PermissionDenied: `by` may not.
        ValidationError: no reason is given, it is out already, or the moment makes no sense.
    """
    _allowed(by)
    if not now < made.ends_at <= now + LONGEST:
        raise ValidationError({"ends_at": gettext("31 days at most: what is off for longer is a change of the rule.")})
    if made.rule in rules_out(now):
        raise ValidationError({"rule": gettext("This rule is out of service already.")})
    made.made_by, made.made_at = by, now
    made.full_clean()
    made.save()
    _note(by, "rule_out_of_service", made.reason, {"rule": made.rule, "until": made.ends_at.isoformat()})
    follow(now)
    return made


@transaction.atomic
def put_back(by: User, made: RuleOutage, now: datetime) -> None:
    """Put a rule back in service now.

    Raises:
        PermissionDenied: `by` may not.
    """
    _allowed(by)
    RuleOutage.objects.filter(pk=made.pk, ends_at__gt=now).update(ends_at=now)
    _note(by, "rule_in_service", made.reason, {"rule": made.rule})
    follow(now)


def _allowed(by: User) -> None:
    if not by.holds(Right.SUPPRESS_ALARMS):
        raise PermissionDenied


def _note(by: User, act: str, reason: str, detail: dict[str, str]) -> None:
    said = {"act": act, "reason": reason, **{name: text for name, text in detail.items() if text}}
    note(Act(kind=Kind.MODIFY, who=f"user:{by.pk}", detail=said))
