"""Entries of the town's own logbooks made facts: what a person wrote in the portal goes the way of any other source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl
import pyarrow as pa

from quietude.ingest.filing import filed_schema
from quietude.ingest.hashing import event_uids
from quietude.ingest.locate.zones import assign_zones, h3_cells
from quietude.ingest.protect import masked_columns
from quietude.ingest.times import hour_of_week
from quietude.model.event import Origin, Reality, Regime, Sensitivity, Status, TimePrecision
from quietude.model.identity import event_uid
from quietude.sources.api import Town, parse_duration
from quietude.store.api import Filed, Store

FREE_TEXTS = ("title", "text", "place_label", "attributes")
STRUCK = "struck"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEntry:
    """What one entry states as fact, in its present version."""

    logbook: str
    """Name of the logbook: the source of the fact."""
    number: str
    """Its number, which never changes: the source key."""
    occurred_from: datetime
    """Aware."""
    occurred_to: datetime | None = None
    time_precision: TimePrecision = TimePrecision.MINUTE
    reported_at: datetime
    """When it was written, aware."""
    category: str | None
    source_category: str | None = None
    category_by: str
    """ "person:<id>"."""
    severity: int
    status: Status
    origin: Origin
    text: str
    lon_deg: float | None = None
    lat_deg: float | None = None
    accuracy_m: float | None = None
    place_label: str | None = None
    located_by: str | None = None
    zones: dict[str, str | None] = field(default_factory=dict)
    """Where only a zone is known: level to code. Overruled by coordinates."""
    regime: Regime
    sensitivity: Sensitivity
    reality: Reality
    attributes: str | None = None
    """JSON."""
    is_struck: bool = False


def file_entries(store: Store, town: Town, entries: Sequence[LoggedEntry], *, now: datetime) -> Filed:
    """File entries as facts: new ones, and new versions of those that were corrected; struck ones are withdrawn.

    Plates, telephone numbers and addresses of e-mail in free texts are masked, as in imports.

    Raises:
        KeyError: an entry is of a logbook that the town has not.
    """
    filed = store.upsert(facts_of(town, entries, now=now))
    struck: dict[str, list[str]] = {}
    for entry in entries:
        if entry.is_struck:
            struck.setdefault(entry.logbook, []).append(event_uid(entry.logbook, entry.number))
    for logbook, uids in struck.items():
        store.retract(logbook, uids, reason=STRUCK)
    return filed


def facts_of(town: Town, entries: Sequence[LoggedEntry], *, now: datetime) -> pa.Table:
    """Return entries as facts in the columns that the store takes: one row each, same order."""
    levels = town.territory.level_names
    schema = filed_schema(levels)
    facts = pl.DataFrame([_row(entry) for entry in entries], schema=_COLUMNS, orient="row")
    retentions = {name: parse_duration(town.sources[name].retention) for name in {entry.logbook for entry in entries}}
    facts, _, _ = masked_columns(facts, FREE_TEXTS, town.country)
    local = pl.col("occurred_from").dt.convert_time_zone(town.timezone)
    facts = facts.with_columns(local=local.dt.replace_time_zone(None)).with_columns(
        day=pl.col("local").dt.date(),
        hour_of_week=hour_of_week(pl.col("local"), pl.col("time_precision")),
        received_at=pl.lit(now).dt.convert_time_zone("UTC"),
        h3=h3_cells(facts["lon_deg"], facts["lat_deg"]),
        flags=pl.lit([], dtype=pl.List(pl.String)),
    )
    facts = facts.with_columns(event_uids_by_source(facts["source"], facts["source_key"]))
    days = zip(facts["source"], facts["day"], strict=True)
    until = [retentions[source].after(day) for source, day in days]
    facts = facts.with_columns(pl.Series("retain_until", until, dtype=pl.Date))
    facts = facts.hstack(_zones(town, entries, facts))
    missing = [name for name in schema.names if name not in facts.columns]
    facts = facts.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in missing)
    return facts.select(schema.names).to_arrow().cast(schema)


def event_uids_by_source(sources: pl.Series, keys: pl.Series) -> pl.Series:
    """Return the identities of facts of several sources, row for row, as `quietude.model.identity.event_uid`."""
    made = pl.Series("uid", [""], dtype=pl.String).new_from_index(0, len(keys)).to_list()
    for source in sources.unique():
        rows = (sources == source).arg_true()
        for row, uid in zip(rows, event_uids(source, keys[rows]), strict=True):
            made[row] = uid
    return pl.Series("uid", made, dtype=pl.String)


def _zones(town: Town, entries: Sequence[LoggedEntry], facts: pl.DataFrame) -> pl.DataFrame:
    """Return the zones of each entry: those its coordinates lie in, else those it was given."""
    found = assign_zones(facts["lon_deg"], facts["lat_deg"], town.territory)
    stated = pl.DataFrame(
        {name: [entry.zones.get(name.removeprefix("zone_")) for entry in entries] for name in found.columns},
        schema=dict.fromkeys(found.columns, pl.String),
    )
    return pl.DataFrame([found[name].fill_null(stated[name]) for name in found.columns])


_UTC = pl.Datetime("us", "UTC")
_COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "source": pl.String, "source_key": pl.String, "occurred_from": _UTC, "occurred_to": _UTC,
    "time_precision": pl.String, "reported_at": _UTC, "category": pl.String, "source_category": pl.String,
    "category_by": pl.String, "category_confidence": pl.Float32, "severity": pl.Int8, "status": pl.String,
    "origin": pl.String, "title": pl.String, "text": pl.String, "lon_deg": pl.Float64, "lat_deg": pl.Float64,
    "accuracy_m": pl.Float32, "place_label": pl.String, "located_by": pl.String, "located_score": pl.Float32,
    "regime": pl.String, "sensitivity": pl.String, "reality": pl.String, "attributes": pl.String,
}  # fmt: skip


def _row(entry: LoggedEntry) -> tuple[object, ...]:
    return (
        entry.logbook, entry.number, entry.occurred_from, entry.occurred_to,
        entry.time_precision.value, entry.reported_at, entry.category, entry.source_category,
        entry.category_by, 1.0, entry.severity, entry.status.value,
        entry.origin.value, None, entry.text, entry.lon_deg, entry.lat_deg,
        entry.accuracy_m, entry.place_label, entry.located_by, None,
        entry.regime.value, entry.sensitivity.value, entry.reality.value, entry.attributes,
    )  # fmt: skip
