"""A zone alone is a place of its own size."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest

from quietude.ingest.locate.known_zones import KnownZones
from quietude.model.territory import Territory


def told(territory: Territory, **said: str | None) -> dict[str, Any]:
    columns = [f"{word}_{level}" for word in ("hint", "named") for level in territory.level_names]
    row = pl.DataFrame({name: [said.get(name)] for name in columns}, schema=dict.fromkeys(columns, pl.String))
    return KnownZones.of_territory(territory).of(row).row(0, named=True)


def test_a_district_is_a_point_in_it_as_wide_as_it_is(territory: Territory) -> None:
    found = told(territory, hint_arrondissement="13201")
    assert (found["by"], found["name"], found["in_arrondissement"], found["in_quartier"]) == (
        "zone",
        "1e arrondissement",
        "13201",
        None,
    )
    area = 2 * (0.02 * 111.195) * (0.02 * 111.195 * math.cos(math.radians(43.21)))
    assert found["radius_m"] == pytest.approx(0.82 * math.sqrt(area / math.pi) * 1000, rel=0.01)
    assert found["score"] is None


def test_the_finest_zone_said_wins_and_brings_those_above_it(territory: Territory) -> None:
    found = told(territory, hint_arrondissement="13201", named_quartier="q10")
    assert (found["name"], found["in_arrondissement"], found["in_quartier"]) == ("Belle de Mai", "13201", "q10")
    assert 0.5 < found["score"] < 1


def test_nothing_said_is_nothing_known(territory: Territory) -> None:
    found = told(territory)
    assert [found[name] for name in ("by", "lon", "score", "in_arrondissement", "in_quartier")] == [None] * 5


def test_the_point_of_every_zone_lies_in_it(territory: Territory) -> None:
    zones = KnownZones.of_territory(territory).zones
    assigned = territory.assign(zones["lon"].to_numpy(), zones["lat"].to_numpy())
    pairs = zip(zones["level"], zones["code"], range(zones.height), strict=True)
    assert all(assigned[level][row] == code for level, code, row in pairs)
