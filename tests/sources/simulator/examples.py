"""Made-up logbooks of a quarter, and an hour at which they are read."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from quietude.sources.simulator.records import read_simulated
from quietude.sources.simulator.spec import Service, SimulatorSpec
from quietude.sources.simulator.stage import Stage

NOW = datetime(2026, 3, 20, 11, 30, tzinfo=UTC)


def spec_of(service: Service, **changes: object) -> SimulatorSpec:
    """Return a spec of ninety days up to the moment of reading."""
    content = {"format": "simulator", "service": service, "seed": 7, "from": "P90D", "facts_per_day": 110}
    return SimulatorSpec.model_validate(content | changes)


def rows_of(
    service: Service, stage: Stage, *, now: datetime = NOW, since: str = "P90D", **changes: object
) -> pl.DataFrame:
    """Return the rows of a logbook in one table."""
    return pl.concat(list(read_simulated(spec_of(service, **{"from": since}, **changes), stage, now=now)))
