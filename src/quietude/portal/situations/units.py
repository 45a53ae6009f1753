"""Units: what each does, where it was last, which is nearest; sending one to a situation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.journal.recording import Act, note
from quietude.portal.situations.changing import Acting, What, handled, refuse_closed
from quietude.portal.situations.models import Situation, Unit
from quietude.portal.situations.roads import way_to
from quietude.situations.api import OFF_SAID_M, Way

EARTH_M = 6_371_008.8  # mean radius (IUGG)
OLD = timedelta(minutes=15)
"""A position older than this says little of where a unit is."""
Status = Unit.Status


@dataclass(frozen=True, slots=True)
class Near:
    """One unit, as far from a point as it was when its position was last known."""

    unit: Unit
    distance_m: float | None
    """In a straight line; None where one of the two has no point."""
    is_old: bool
    way: Way | None = None
    """Along the streets; None where the town has none, or one of the two has no point."""

    @property
    def minutes(self) -> int | None:
        """Return about how long the way takes at the assumed speed, in whole minutes, at least one."""
        lasts_s = self.way.lasts_s if self.way is not None else None
        return max(1, math.ceil(lasts_s / 60)) if lasts_s is not None else None

    @property
    def off_m(self) -> float | None:
        """Return how much of the way lies off any street, where that is worth saying."""
        return self.way.off_m if self.way is not None and self.way.off_m >= OFF_SAID_M else None


def distance_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the length of the great circle between two points (longitude, latitude in degrees), in metres.

    Source: haversine formula, R. W. Sinnott, Sky and Telescope 68 (1984) 159.
    """
    (lon_a, lat_a), (lon_b, lat_b) = ((math.radians(lon), math.radians(lat)) for lon, lat in (a, b))
    chord = math.sin((lat_b - lat_a) / 2) ** 2
    chord += math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, chord)))


def units_near(situation: Situation, now: datetime) -> list[Near]:
    """Return the units on duty: those of the situation first, then the available, then the others.

    Each by the time that the way along the streets takes; those without a known way after them, by straight lines.
    """
    here = _point(situation)
    found = []
    for unit in (
        Unit.objects.filter(withdrawn_at=None).exclude(status=Status.OFF).select_related("service", "situation")
    ):
        there = _point(unit)
        far = distance_m(here, there) if here is not None and there is not None else None
        is_old = unit.position_at is None or now - unit.position_at > OLD
        way = way_to(here, there, unit.means) if here is not None and there is not None else None
        found.append(Near(unit, far, is_old, way))
    return sorted(found, key=lambda near: _order(near, situation))


def _order(near: Near, situation: Situation) -> tuple[bool, bool, float, float, str]:
    unit = near.unit
    lasts_s = near.way.lasts_s if near.way is not None else None
    far = near.distance_m if near.distance_m is not None else math.inf
    soon = lasts_s if lasts_s is not None else math.inf
    return (unit.situation_id != situation.pk, unit.status != Status.AVAILABLE, soon, far, unit.code)


def _point(row: Situation | Unit) -> tuple[float, float] | None:
    return (row.lon_deg, row.lat_deg) if row.lon_deg is not None and row.lat_deg is not None else None


@transaction.atomic
def set_unit(by: User, unit: int, now: datetime, *, status: str, key: str = "") -> Unit:
    """Say what a unit does now; on the way to or on the scene of a situation, or released from it.

    Raises:
        PermissionDenied: `by` does not handle situations.
        ValidationError: there is no such unit or status, the situation is over, or another one has the unit.
    """
    if not by.holds(Right.HANDLE_SITUATIONS):
        raise PermissionDenied
    situations = handled(by, [key]) if key else []
    found = Unit.objects.select_for_update(of=("self",)).filter(pk=unit, withdrawn_at=None).first()
    if found is None or status not in Status.values:
        raise ValidationError(gettext("There is no such unit."))
    engaged = status in {Status.ON_THE_WAY, Status.ON_SCENE}
    if engaged and not situations:
        raise ValidationError(gettext("Say which situation it goes to."))
    target = situations[0] if engaged else None
    if target is not None:
        refuse_closed(target)
    held = found.situation
    if held is not None and target is not None and held.pk != target.pk:
        said = gettext("%(unit)s is engaged on %(other)s: release it there first.")
        raise ValidationError(said % {"unit": found.code, "other": held.key})
    acting = Acting(by, now)
    acting.change(found, status=status, status_at=now, situation=target)
    about = target or held
    if about is not None:
        acting.line(about, What.UNIT, said=str(found.get_status_display()), ref=found.code)
    else:
        _noted(by, {"act": "unit_status", "unit": found.code, "said": status})
    return found


@transaction.atomic
def set_position(by: User, unit: int, now: datetime, *, lon_deg: float, lat_deg: float) -> Unit:
    """Say where a unit is. Only the last position is kept: a track of agents is nobody's purpose.

    Raises:
        PermissionDenied: `by` does not handle situations.
        ValidationError: there is no such unit, or the point is none.
    """
    if not by.holds(Right.HANDLE_SITUATIONS):
        raise PermissionDenied
    found = Unit.objects.select_for_update(of=("self",)).filter(pk=unit, withdrawn_at=None).first()
    if found is None:
        raise ValidationError(gettext("There is no such unit."))
    is_point = math.isfinite(lon_deg) and math.isfinite(lat_deg) and abs(lon_deg) <= 180 and abs(lat_deg) <= 90
    if not is_point or (lon_deg, lat_deg) == (0.0, 0.0):
        raise ValidationError(gettext("This is no position: longitude %(lon)s, latitude %(lat)s.") % {
            "lon": lon_deg, "lat": lat_deg,
        })  # fmt: skip
    found.lon_deg, found.lat_deg, found.position_at = lon_deg, lat_deg, now
    found.save(update_fields=["lon_deg", "lat_deg", "position_at"])
    return found


@transaction.atomic
def keep_unit(by: User, now: datetime, unit: Unit) -> Unit:
    """Keep a new unit, or what changed of one.

    Raises:
        PermissionDenied: `by` keeps no sheets and units.
    """
    if not by.holds(Right.KEEP_SHEETS):
        raise PermissionDenied
    if unit.pk is None:
        unit.status_at = now
    unit.save()
    _noted(by, {"act": "unit_kept", "unit": unit.code})
    return unit


def _noted(by: User, detail: dict[str, str]) -> None:
    note(Act(kind=Kind.MODIFY, who=f"user:{by.pk}", detail=detail))
