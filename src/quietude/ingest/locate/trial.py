"""The geocoder's trial on one source of a town: what it finds for records set aside, beside the naive baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from quietude.ingest.locate.calibration import Calibration, load_calibration
from quietude.ingest.locate.evaluate import (
    TEST_FOLD,
    Measure,
    calibrate,
    measure,
    name_matching,
    part_of,
)
from quietude.ingest.locate.geocoder import Geocoder
from quietude.ingest.locate.learn import learn
from quietude.ingest.locate.lessons import read_lessons
from quietude.ingest.locate.opening import base_gazetteer, calibration_of
from quietude.ingest.locate.zones import assign_zones
from quietude.model.event import zone_column
from quietude.sources.api import Town


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What was measured on the records of one part, none of which was taught or fitted on."""

    source: str
    taught: int
    """Records of the other parts, which teach."""
    tested: int
    stated_zone_agrees: float | None
    """Share of the tested records that state a zone and truly lie in it; None where none states one. No geocoder that
    heeds the stated zone can do better on the others: either the zone or the coordinates are wrong."""
    baseline: float
    """Share located by equality of normalised names."""
    measures: Mapping[str, Measure]
    """"files" (names of files alone), "learned" (and the other parts' records), "learned, zone stated" (and what the
    record states of its zone)."""


def try_source(town: Town, source: str) -> Trial:
    """Return how well the town's geocoder finds the records of `source` that have both coordinates and an address.

    Raises:
        KeyError: the town has no such source.
        ValueError: too few of its records have both.
        SourceError, ManifestError: it cannot be read.
    """
    records = _records(town, source)
    base = base_gazetteer(town)
    calibration = calibration_of(town)
    taught, tested = records.filter(pl.col("part") != TEST_FOLD), records.filter(pl.col("part") == TEST_FOLD)
    files = Geocoder(town.territory, base, calibration)
    learned = Geocoder(town.territory, learn(base, taught), calibration)
    return Trial(
        source=source,
        taught=taught.height,
        tested=tested.height,
        stated_zone_agrees=_agreement(files, tested),
        baseline=name_matching(base, tested),
        measures={
            "files": measure(files, tested, with_hints=False),
            "learned": measure(learned, tested, with_hints=False),
            "learned, zone stated": measure(learned, tested, with_hints=True),
        },
    )


def fit_source(town: Town, source: str, *, today: date) -> Calibration:
    """Return the numbers of the score fitted on `source`, its held-out part left alone.

    Raises:
        KeyError: the town has no such source.
        ValueError: too few of its records have both coordinates and an address.
    """
    fitted = calibrate(base_gazetteer(town), _records(town, source), load_calibration(), source=f"{town.name}/{source}")
    return replace(fitted, provenance={**fitted.provenance, "fitted_on": today.isoformat()})


MIN_RECORDS = 200  # in five parts: forty to test on, a share known to within 15 points


def _records(town: Town, source: str) -> pl.DataFrame:
    if source not in town.sources:
        raise KeyError(f"the town {town.name!r} has no source {source!r}; it has {', '.join(town.sources) or 'none'}")
    lessons = read_lessons(town.sources[source], town)
    finest = zone_column(town.territory.level_names[-1])
    zones = assign_zones(lessons["lon_deg"], lessons["lat_deg"], town.territory)
    records = lessons.filter(zones[finest].is_not_null())
    if records.height < MIN_RECORDS:
        raise ValueError(
            f"{town.sources[source].path}: only {records.height} records have both an address and coordinates "
            f"in the town; at least {MIN_RECORDS} are needed to measure anything"
        )
    return records.with_columns(part=part_of(records["key"]))


def _agreement(geocoder: Geocoder, records: pl.DataFrame) -> float | None:
    levels = geocoder.territory.level_names
    zones = assign_zones(records["lon_deg"], records["lat_deg"], geocoder.territory)
    stated = geocoder.understand(records).hstack(zones)
    judged = stated.select(
        agrees=pl.coalesce([pl.col(f"hint_{name}") == pl.col(zone_column(name)) for name in levels])
    ).drop_nulls()
    share = judged["agrees"].mean()
    return float(share) if isinstance(share, int | float) else None
