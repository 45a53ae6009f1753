"""The raw rows of a made-up logbook, month after month, up to the minute it is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from quietude.sources.simulator.logbooks import (
    municipal_police,
    social_landlord,
    town_hall_desk,
    transport,
    video_centre,
)
from quietude.sources.simulator.logbooks.entries import Entries
from quietude.sources.simulator.narration import Narrator
from quietude.sources.simulator.places import write_places
from quietude.sources.simulator.sightings import Observer, Sightings
from quietude.sources.simulator.spec import Service, SimulatorSpec
from quietude.sources.simulator.stage import Stage
from quietude.sources.simulator.world import FictionalTown

WRITERS: dict[Service, Callable[[Entries], pl.DataFrame]] = {
    "municipal_police": municipal_police.write,
    "video_centre": video_centre.write,
    "town_hall_desk": town_hall_desk.write,
    "social_landlord": social_landlord.write,
    "transport": transport.write,
}

KEY_COLUMNS: dict[Service, str] = {
    "municipal_police": "N_MC",
    "video_centre": "evt_id",
    "town_hall_desk": "reference",
    "social_landlord": "ID",
    "transport": "NUM_INC",
}
"""Column that identifies an entry in each logbook; an amended entry comes again under the same."""


def read_simulated(spec: SimulatorSpec, stage: Stage, *, now: datetime) -> Iterator[pl.DataFrame]:
    """Yield the logbook's rows, one table a month, all columns texts, null where the service left something out.

    Rows entered after `now` (aware) are not there yet. A later row with the key of an earlier one replaces it.
    The same `spec`, `stage` and day give the same rows, whatever period is asked for.

    Raises:
        ValueError: `now` has no time zone.
    """
    for _, rows in sightings_by_month(spec, stage, now=now):
        yield rows


def sightings_by_month(spec: SimulatorSpec, stage: Stage, *, now: datetime) -> Iterator[tuple[Sightings, pl.DataFrame]]:
    """Yield the entries with the rows they are written as, month after month; the truth is told from both."""
    if now.tzinfo is None:
        raise ValueError(f"now={now.isoformat()} has no time zone; the fictional town lives in {stage.timezone}")
    local_now = now.astimezone(ZoneInfo(stage.timezone)).replace(tzinfo=None)
    first, last = spec.days(local_now.date())
    town = FictionalTown(stage, spec.seed, spec.facts_per_day)
    observer = Observer(town, spec.service, spec.rate)
    narrator = Narrator(observer.voice, town.natures, town.draws)
    for month_first, month_last in town.months(first, last):
        sightings = _known(observer, month_first, month_last, np.datetime64(local_now, "ms"))
        entries = Entries(
            sightings=sightings, places=write_places(sightings, stage), narrator=narrator, stage=stage, draws=town.draws
        )
        yield sightings, WRITERS[spec.service](entries)


def _known(observer: Observer, first: date, last: date, now: np.datetime64) -> Sightings:
    """Return the entries about facts of some days that were made by `now`."""
    sightings = observer.observe(observer.town.facts(first, last))
    return sightings.where(sightings.entered <= now)
