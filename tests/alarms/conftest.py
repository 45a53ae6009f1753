"""A small town, facts by the minute, and rules written as a person would."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from quietude.alarms.compiled import Compiled, Ground
from quietude.alarms.placed import Points
from quietude.alarms.rule import Rule
from quietude.model.event import event_schema
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import load_town

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 6, 5, 12, tzinfo=UTC)  # a Friday; 14 h in the town
LON, LAT = 5.38, 43.29


@dataclass(frozen=True)
class Said:
    """A fact in short."""

    key: str
    minute: float
    category: str = "noise.party"
    zone: str | None = "port"
    source: str = "patrols"
    version: int = 1
    precision: str = "minute"
    severity: int = 2
    east_m: float | None = None
    """How far east of the port's middle it is, in metres; nowhere when absent."""
    mover: str | None = None


def _lon(east_m: float | None) -> float | None:
    return LON + east_m / (111_195 * math.cos(math.radians(LAT))) if east_m is not None else None


def frame(facts: Iterable[Said]) -> pl.DataFrame:
    """Return facts as columns of the store."""
    rows: list[dict[str, Any]] = []
    schema = event_schema(("district", "quarter"))
    for fact in facts:
        at = NOON + timedelta(minutes=fact.minute)
        rows.append(
            dict.fromkeys(schema.names)
            | {
                "uid": fact.key, "id": fact.key, "source": fact.source, "source_key": fact.key, "occurred_from": at,
                "time_precision": fact.precision, "received_at": at, "category": fact.category,
                "severity": fact.severity, "status": "open", "origin": "reported", "regime": "RGPD",
                "sensitivity": "internal", "reality": "real", "day": at.date(), "hour_of_week": at.hour,
                "version": fact.version, "lon_deg": _lon(fact.east_m),
                "lat_deg": LAT if fact.east_m is not None else None,
                "attributes": json.dumps({"vehicle": fact.mover}) if fact.mover else None,
                "zone_quarter": fact.zone, "zone_district": "west" if fact.zone else None,
            }
        )  # fmt: skip
    empty = pl.from_arrow(schema.empty_table())
    assert isinstance(empty, pl.DataFrame)
    return pl.DataFrame(rows, schema=empty.schema)


@pytest.fixture(scope="session")
def ground() -> Ground:
    town = load_town(ROOT / "tests" / "portal" / "towns" / "valcombe", ROOT)
    schools = Points(("West school", "East school"), np.array([[LON, LAT], [_lon(1_000.0), LAT]]))
    return Ground(town.territory, load_vocabulary(), town.timezone, places={"schools": schools})


MakeRule = Callable[..., Compiled]


@pytest.fixture(scope="session")
def make(ground: Ground) -> MakeRule:
    """Return a maker of rules: make({"count": {...}}, by="zone:quarter")."""

    def made(when: dict[str, Any], name: str = "rule", **others: Any) -> Compiled:
        content = {"title": {"fr": "Essai", "en": "Trial"}, "severity": 3, "when": when, **others}
        return Compiled.of(Rule.model_validate(content).bind(name=name, path=Path()), ground, date(2026, 6, 5))

    return made
