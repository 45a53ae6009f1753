"""What is done about a breach: noted, assessed, told within 72 hours, closed; the steps and the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from quietude.journal.api import Kind
from quietude.keeping.api import DisposalError, say
from quietude.portal.accounts.models import User
from quietude.portal.protection.durations import name_of
from quietude.portal.protection.journal import note_act
from quietude.portal.protection.models import Breach
from quietude.portal.town import current_town

SOON = timedelta(hours=24)
"""From when on the clock warns: a working day to write, and one to sign."""
Risk = Breach.Risk
TOLD = frozenset({Risk.RISK, Risk.HIGH})
"""Risks that the CNIL is told of (RGPD art. 33-1)."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What is left of the 72 hours."""

    left: timedelta
    """Negative once the deadline has passed."""
    is_stopped: bool
    """Whether the CNIL is told, or need not be."""

    @property
    def is_late(self) -> bool:
        """Tell whether the deadline passed before the CNIL was told."""
        return self.left < timedelta(0)

    @property
    def hours(self) -> int:
        """Return the whole hours left, or gone since the deadline."""
        return int(abs(self.left).total_seconds() // 3600)

    @property
    def tone(self) -> str:
        """Return how loud it is: "good", "info", "warn" or "bad"."""
        if self.is_stopped:
            return "warn" if self.is_late else "good"
        return "bad" if self.is_late else "warn" if self.left <= SOON else "info"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the procedure."""

    label: str | Promise
    is_done: bool


def clock_of(breach: Breach, now: datetime) -> Clock:
    """Return the clock of a breach: it stops when the CNIL is told, or when there is no risk to tell of."""
    if breach.told_cnil_at is not None:
        return Clock(breach.deadline - breach.told_cnil_at, is_stopped=True)
    if breach.risk == Risk.NONE:
        return Clock(timedelta(0), is_stopped=True)
    return Clock(breach.deadline - now, is_stopped=False)


def reminder_of(now: datetime) -> tuple[Breach, Clock] | None:
    """Return the breach that the CNIL has to be told of soonest, from a day before its deadline on; None where none.

    Only its number, its moment and its risk are read: it stands on every page, and says nothing of what happened.
    """
    found = Breach.objects.filter(closed_at=None, told_cnil_at=None).values("pk", "found_at", "risk")
    running = [(breach, clock_of(breach, now)) for breach in (Breach(**row) for row in found)]
    urgent = [each for each in running if not each[1].is_stopped and each[1].left <= SOON]
    return min(urgent, key=lambda each: each[1].left, default=None)


def steps_of(breach: Breach) -> tuple[Step, ...]:
    """Return the steps that this breach needs, in order."""
    steps = [
        Step(gettext_lazy("Say what happened"), bool(breach.happened)),
        Step(gettext_lazy("Say who and what is concerned"), bool(breach.concerned and breach.data)),
        Step(gettext_lazy("Contain it: measures"), bool(breach.measures)),
        Step(gettext_lazy("Assess the risk to the persons"), breach.risk != Risk.UNKNOWN),
    ]
    if breach.risk in {*TOLD, Risk.UNKNOWN}:
        steps.append(Step(gettext_lazy("Tell the CNIL within 72 hours"), breach.told_cnil_at is not None))
    if breach.risk == Risk.HIGH:
        steps.append(Step(gettext_lazy("Tell the persons"), breach.told_persons_at is not None))
    return (*steps, Step(gettext_lazy("Close the breach"), breach.closed_at is not None))


@transaction.atomic
def note_breach(by: User | None, breach: Breach) -> None:
    """Enter a breach, or what is newly known of it.

    Raises:
        PermissionDenied: the account may not protect data.
        DisposalError: it is closed, or was found in the future.
        ValidationError: a field is refused.
    """
    actor = name_of(by)
    if breach.closed_at is not None:
        raise DisposalError(_("This breach is closed: it is not changed any more."))
    if breach.found_at > timezone.now():
        raise DisposalError(_("A breach cannot have been found in the future."))
    is_new = breach.pk is None
    if is_new:
        breach.noted_by = actor
    breach.full_clean()
    breach.save()
    note_act(Kind.COLLECT if is_new else Kind.MODIFY, actor, f"breach {breach.pk}")


@transaction.atomic
def tell_cnil(by: User | None, breach: Breach, *, late_reason: str = "") -> None:
    """Note that the CNIL was told; after the deadline a reason is due (RGPD art. 33-1).

    Raises:
        PermissionDenied: the account may not protect data.
        DisposalError: it was told already, there is nothing to tell, or the delay has no reason.
    """
    actor = name_of(by)
    now = timezone.now()
    if breach.told_cnil_at is not None or breach.closed_at is not None:
        raise DisposalError(_("The CNIL was told already."))
    if breach.risk not in TOLD:
        raise DisposalError(_("Assess the risk first: the CNIL is told where there is one."))
    if now > breach.deadline and not late_reason.strip():
        raise DisposalError(_("The 72 hours are over: say why the CNIL is told late."))
    breach.told_cnil_at, breach.late_reason = now, late_reason.strip()
    breach.save(update_fields=["told_cnil_at", "late_reason"])
    note_act(Kind.COMMUNICATE, actor, f"breach {breach.pk}", to="CNIL", motive=late_reason)


@transaction.atomic
def tell_persons(by: User | None, breach: Breach) -> None:
    """Note that the persons were told.

    Raises:
        PermissionDenied: the account may not protect data.
        DisposalError: they were told already, or the breach is closed.
    """
    actor = name_of(by)
    if breach.told_persons_at is not None or breach.closed_at is not None:
        raise DisposalError(_("The persons were told already."))
    breach.told_persons_at = timezone.now()
    breach.save(update_fields=["told_persons_at"])
    note_act(Kind.COMMUNICATE, actor, f"breach {breach.pk}", to="the persons concerned")


@transaction.atomic
def close_breach(by: User | None, breach: Breach) -> None:
    """Close a breach once every step it needs is done.

    Raises:
        PermissionDenied: the account may not protect data.
        DisposalError: a step is missing; the message names it.
    """
    actor = name_of(by)
    missing = [str(step.label) for step in steps_of(breach)[:-1] if not step.is_done]
    if missing:
        raise DisposalError(_("Not closed. Still to do: %(steps)s.") % {"steps": " ; ".join(missing)})
    if breach.closed_at is not None:
        raise DisposalError(_("This breach is closed: it is not changed any more."))
    breach.closed_at = timezone.now()
    breach.save(update_fields=["closed_at"])
    note_act(Kind.MODIFY, actor, f"breach {breach.pk} closed")


def notification_of(breach: Breach, name: str, language: str) -> str:
    """Return the text of a notification, as Markdown: "cnil" or "persons"; what is missing says so."""
    protection = current_town().protection
    missing = say("missing", language)
    empty = say("to_complete", language)
    written = {
        field: getattr(breach, field).strip() or empty
        for field in ("title", "happened", "concerned", "data", "consequences", "measures")
    }
    return say(
        f"breach_{name}",
        language,
        controller=protection.controller if protection is not None else missing,
        officer=protection.officer if protection is not None else missing,
        found_at=timezone.localtime(breach.found_at).strftime("%d/%m/%Y %H:%M"),
        deadline=timezone.localtime(breach.deadline).strftime("%d/%m/%Y %H:%M"),
        late_reason=breach.late_reason or "–",
        risk=str(breach.get_risk_display()),
        **written,
    )
