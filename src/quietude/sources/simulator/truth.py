"""What truly happened in a fictional town beside what was written: to measure methods, never read by imports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from quietude.sources.simulator.draws import Keys
from quietude.sources.simulator.plants import Plant, plants_between
from quietude.sources.simulator.records import KEY_COLUMNS, sightings_by_month
from quietude.sources.simulator.sightings import DAY_SECONDS, EPOCH_ORDINAL
from quietude.sources.simulator.spec import SimulatorSpec
from quietude.sources.simulator.stage import Stage
from quietude.sources.simulator.world import Facts, FictionalTown

TURNS = ("first", "again", "amended")
FACTS, REPORTS, PLANTS = "facts.parquet", "reports.parquet", "plants.parquet"

PLANT_SCHEMA = pl.Schema(
    {
        "plant": pl.String(), "kind": pl.String(), "natures": pl.List(pl.String()),
        "first_day": pl.Date(), "last_day": pl.Date(),
        "lon_deg": pl.Float64(), "lat_deg": pl.Float64(), "to_lon_deg": pl.Float64(), "to_lat_deg": pl.Float64(),
        "radius_m": pl.Float64(),
    }
)  # fmt: skip


@dataclass(frozen=True, eq=False, kw_only=True)
class Truth:
    """The truth of one world over a period."""

    facts: pl.DataFrame
    """fact, occurred_at (local, naive), nature, severity, lon_deg, lat_deg, place, zone, plant (null: none)."""
    reports: pl.DataFrame
    """fact, service, source_key, turn, entered_at (local).

    Turns are `first`, `again` (under a second number) and `amended` (under the same number, later).
    """
    plants: pl.DataFrame
    """plant, kind, natures, first_day, last_day (null: always there), radius_m, and where it stands: lon_deg and
    lat_deg at its beginning, to_lon_deg and to_lat_deg at its end."""

    def write(self, folder: Path) -> None:
        """Write the three tables as Parquet files into `folder`, which is made."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, table in ((FACTS, self.facts), (REPORTS, self.reports), (PLANTS, self.plants)):
            table.write_parquet(folder / name)


def simulate_truth(specs: Sequence[SimulatorSpec], stage: Stage, *, now: datetime) -> Truth:
    """Return what truly happened, with every entry that the services of `specs` made of it by `now` (aware).

    Raises:
        ValueError: the specs differ in seed, facts per day or days: they do not tell of one world.
    """
    if not specs or len({(spec.seed, spec.facts_per_day, spec.since, spec.until) for spec in specs}) > 1:
        raise ValueError("a truth needs logbooks of one world: the same seed, facts_per_day, from and to in all")
    world = specs[0]
    local = now.astimezone(ZoneInfo(stage.timezone)).replace(tzinfo=None)
    first, last = world.days(local.date())
    town = FictionalTown(stage, world.seed, world.facts_per_day)
    facts = pl.concat([_facts(town, town.facts(*month)) for month in town.months(first, last)])
    reports = pl.concat([_reports(spec, stage, now) for spec in specs])
    plants = plants_between(town.forms, first.toordinal(), last.toordinal(), town.terrain, town.draws)
    return Truth(facts=facts.filter(pl.col("occurred_at") <= local), reports=reports, plants=_plants(plants, stage))


def fact_names(keys: Keys) -> pl.Series:
    """Return the names of facts, 16 hexadecimal digits."""
    return pl.Series([f"{key:016x}" for key in keys.tolist()], dtype=pl.String)


def _facts(town: FictionalTown, facts: Facts) -> pl.DataFrame:
    lon, lat = town.stage.degrees(facts.x_m, facts.y_m)
    seconds = (facts.day - EPOCH_ORDINAL) * DAY_SECONDS + facts.minute * 60
    zones = np.array([zone.code for zone in town.stage.zones], dtype=object)
    return pl.DataFrame(
        {
            "fact": fact_names(facts.key),
            "occurred_at": seconds.astype("datetime64[s]").astype("datetime64[ms]"),
            "nature": np.array(town.natures, dtype=object)[facts.nature].tolist(),
            "severity": facts.severity,
            "lon_deg": lon,
            "lat_deg": lat,
            "place": town.stage.name[facts.place].tolist(),
            "zone": zones[town.stage.zone[facts.place]].tolist(),
            "plant": facts.plant.tolist(),
        },
        schema_overrides=dict.fromkeys(("nature", "place", "zone", "plant"), pl.String),
    )


def _reports(spec: SimulatorSpec, stage: Stage, now: datetime) -> pl.DataFrame:
    tables = [
        pl.DataFrame(
            {
                "fact": fact_names(sightings.fact_key),
                "service": pl.Series([spec.service] * sightings.size, dtype=pl.String),
                "source_key": rows[KEY_COLUMNS[spec.service]],
                "turn": pl.Series(TURNS).gather(pl.Series(sightings.turn)),
                "entered_at": sightings.entered,
            }
        )
        for sightings, rows in sightings_by_month(spec, stage, now=now)
    ]
    return pl.concat(tables)


def _plants(plants: Sequence[Plant], stage: Stage) -> pl.DataFrame:
    rows = []
    for plant in plants:
        begins = plant.centre(plant.first_day or 0)
        ends = plant.centre(plant.last_day or 0)
        lon, lat = stage.degrees(np.array([begins[0], ends[0]]), np.array([begins[1], ends[1]]))
        rows.append(
            {
                "plant": plant.name,
                "kind": plant.form.kind,
                "natures": list(plant.form.natures),
                "first_day": None if plant.first_day is None else date.fromordinal(plant.first_day),
                "last_day": None if plant.last_day is None else date.fromordinal(plant.last_day),
                "lon_deg": float(lon[0]),
                "lat_deg": float(lat[0]),
                "to_lon_deg": float(lon[1]),
                "to_lat_deg": float(lat[1]),
                "radius_m": plant.form.radius_m,
            }
        )
    return pl.DataFrame(rows, schema=PLANT_SCHEMA)
