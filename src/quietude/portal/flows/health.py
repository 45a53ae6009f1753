"""How each flow does: when something came last, what waits and why, the rate against what is usual at this hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum

from quietude.ingest.api import silent_since
from quietude.portal.flows.models import Delivery, Fault, FlowHour, FlowState
from quietude.sources.api import Manifest

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
WEEKS = 8
LEAST_KNOWN = 3  # weeks without which nothing is said to be usual


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
    last_hour: int
    """Records of the last full hour."""
    usual: tuple[int, int] | None
    """Fewest and most records of that hour of the week in the eight weeks before; None while three are not known."""

    @property
    def is_unusual(self) -> bool:
        """Tell whether the last full hour had fewer or more records than that hour ever had."""
        return self.usual is not None and not self.usual[0] <= self.last_hour <= self.usual[1]

    @property
    def fault(self) -> Fault:
        """Return why what was received waits."""
        return Fault(self.state.fault) if self.state is not None else Fault.NONE


def health_of(manifest: Manifest, now: datetime) -> Health | None:
    """Return how a source's flow does; None where it has none."""
    if manifest.flow is None:
        return None
    state = FlowState.objects.filter(source=manifest.name).first()
    waiting = Delivery.objects.filter(source=manifest.name).aggregate(records=Sum("records"))["records"] or 0
    hour = now.replace(minute=0, second=0, microsecond=0) - HOUR
    began = [hour - number * WEEK for number in range(WEEKS + 1)]
    known = dict(FlowHour.objects.filter(source=manifest.name, hour__in=began).values_list("hour", "records"))
    first = FlowHour.objects.filter(source=manifest.name).order_by("hour").values_list("hour", flat=True).first()
    return Health(
        manifest=manifest,
        state=state,
        waiting=waiting,
        silent_for=silent_since(manifest, state.last_at, now) if state is not None else None,
        last_hour=known.get(hour, 0),
        usual=_usual([known.get(at, 0) for at in began[1:] if first is not None and at >= first]),
    )


def _usual(counts: Sequence[int]) -> tuple[int, int] | None:
    return (min(counts), max(counts)) if len(counts) >= LEAST_KNOWN else None
