"""How each flow does: when something came last, what waits and why, the rate against what is usual at this hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from quietude.ingest.api import silent_since
from quietude.portal.flows.inbox import is_full
from quietude.portal.flows.models import Delivery, DoorState, Fault, FlowHour, FlowState
from quietude.sources.api import Manifest

NAMES = MappingProxyType(
    {
        "http": "HTTP",
        "webhook": _("signed webhook"),
        "mqtt": "MQTT",
        "nats": "NATS",
        "pull": _("address that is asked"),
        "folder": _("watched folder"),
    }
)
HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
WEEKS = 8
LEAST_KNOWN = 3  # weeks without which nothing is said to be usual


@dataclass(frozen=True, slots=True)
class Rate:
    """Records of the last full hour, beside what is usual at this hour of the week."""

    last_hour: int
    usual: tuple[int, int] | None
    """Fewest and most records of that hour in the eight weeks before; None while three are not known."""

    @property
    def is_unusual(self) -> bool:
        """Tell whether the last full hour had fewer or more records than that hour ever had."""
        return self.usual is not None and not self.usual[0] <= self.last_hour <= self.usual[1]


@dataclass(frozen=True, slots=True)
class DoorHealth:
    """How one door of a flow does."""

    door: str
    state: DoorState | None
    """None where nothing ever happened there."""
    rate: Rate
    now: datetime

    @property
    def is_broken(self) -> bool:
        """Tell whether what is asked or heard there does not answer."""
        return self.state is not None and self.state.failures > 0

    @property
    def lost_at(self) -> datetime | None:
        """Return when it was last noticed that the broker forgot what it was to keep, within a week; None if not."""
        said = self.state.memory.get("lost_at") if self.state is not None else None
        at = datetime.fromisoformat(said) if said else None
        return at if at is not None and self.now - at < WEEK else None

    @property
    def lost_said(self) -> str:
        """Return what may be lost, and what to do, for whoever keeps the sources."""
        return str(self.state.memory.get("lost_said", "")) if self.state is not None else ""

    @property
    def name(self) -> str:
        """Return its name on screens."""
        return str(NAMES[self.door])

    @property
    def lag_said(self) -> str:
        """Return how old the newest record of the last batch was when it came; "" where that is not known.

        Below zero a clock is ahead, or a local time says that it is UTC.
        """
        lag_s = self.state.lag_s if self.state is not None else None
        if lag_s is None:
            return ""
        size, sign = abs(lag_s), "−" if lag_s <= -1 else ""
        for length_s, unit in ((HOUR.total_seconds(), "h"), (60, "min")):
            if size >= 2 * length_s:
                return f"{sign}{size // length_s:.0f} {unit}"
        return f"{sign}{size:.0f} s"


@dataclass(frozen=True, slots=True)
class Health:
    """How one flow does."""

    manifest: Manifest
    state: FlowState | None
    """None where nothing ever came."""
    waiting: int
    """Records that are received and not filed yet."""
    silent_for: timedelta | None
    """For how long it is silent, where that is longer than its manifest allows."""
    rate: Rate
    doors: tuple[DoorHealth, ...]
    """In the order of the manifest."""
    is_full: bool
    """Whether so much of it waits that its senders are asked to keep theirs."""

    @property
    def fault(self) -> Fault:
        """Return why what was received waits."""
        return Fault(self.state.fault) if self.state is not None else Fault.NONE

    @property
    def is_broken(self) -> bool:
        """Tell whether a door does not answer."""
        return any(door.is_broken for door in self.doors)


def health_of(manifest: Manifest, now: datetime) -> Health | None:
    """Return how a source's flow does; None where it has none."""
    if manifest.flow is None:
        return None
    name = manifest.name
    state = FlowState.objects.filter(source=name).first()
    waiting = Delivery.objects.filter(source=name).aggregate(records=Sum("records"))["records"] or 0
    doors = {each.door: each for each in DoorState.objects.filter(source=name)}
    hours = FlowHour.objects.filter(source=name)
    return Health(
        manifest=manifest,
        state=state,
        waiting=waiting,
        silent_for=silent_since(manifest, state.last_at, now) if state is not None else None,
        rate=_rate(hours, now),
        doors=tuple(
            DoorHealth(door, doors.get(door), _rate(hours.filter(door=door), now), now) for door in manifest.flow.doors
        ),
        is_full=is_full(name, 1),
    )


def _rate(hours: QuerySet[FlowHour], now: datetime) -> Rate:
    hour = now.replace(minute=0, second=0, microsecond=0) - HOUR
    began = [hour - number * WEEK for number in range(WEEKS + 1)]
    counted = hours.filter(hour__in=began).values("hour").annotate(all=Sum("records"))
    known = {each["hour"]: each["all"] for each in counted}
    first = hours.order_by("hour").values_list("hour", flat=True).first()
    before = [known.get(at, 0) for at in began[1:] if first is not None and at >= first]
    return Rate(known.get(hour, 0), (min(before), max(before)) if len(before) >= LEAST_KNOWN else None)
