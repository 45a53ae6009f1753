"""The fact: one thing that happened somewhere at some time, in one shape whatever its source calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import pyarrow as pa


class TimePrecision(StrEnum):
    """How finely a source says when; counts by hour use only MINUTE and HOUR."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Status(StrEnum):
    """Where the response to a fact stands, as far as its source says."""

    OPEN = "open"
    UNDER_WAY = "under_way"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class Origin(StrEnum):
    """How a fact came to be known. Models train on REPORTED facts only (feedback loops)."""

    REPORTED = "reported"
    SENSOR = "sensor"
    PATROL = "patrol"
    ADMINISTRATIVE = "administrative"


class Regime(StrEnum):
    """The law a record lives under: administrative (GDPR) or penal (French data-protection act, title III)."""

    RGPD = "RGPD"
    TITRE_III = "TITRE_III"


class Sensitivity(StrEnum):
    """Who may see a record at all, from anyone to the few."""

    PUBLIC = "public"
    INTERNAL = "internal"
    RESTRICTED = "restricted"
    CONFIDENTIAL = "confidential"


class Reality(StrEnum):
    """Whether a record states a fact of the world; all but REAL is labelled on every screen and export."""

    REAL = "real"
    FICTIONAL = "fictional"
    EXERCISE = "exercise"


SENSITIVITY_ORDER: tuple[Sensitivity, ...] = tuple(Sensitivity)
"""From open to closed: a viewer's ceiling admits itself and all before it."""

SEVERITIES = (1, 2, 3, 4, 5)

_UTC = pa.timestamp("us", tz="UTC")

EVENT_FIELDS: tuple[pa.Field, ...] = (
    pa.field("uid", pa.string(), nullable=False),
    pa.field("id", pa.string(), nullable=False),
    pa.field("source", pa.string(), nullable=False),
    pa.field("source_key", pa.string(), nullable=False),
    pa.field("occurred_from", _UTC, nullable=False),
    pa.field("occurred_to", _UTC),
    pa.field("time_precision", pa.string(), nullable=False),
    pa.field("reported_at", _UTC),
    pa.field("received_at", _UTC, nullable=False),
    pa.field("category", pa.string()),
    pa.field("source_category", pa.string()),
    pa.field("category_by", pa.string()),
    pa.field("category_confidence", pa.float32()),
    pa.field("severity", pa.int8(), nullable=False),
    pa.field("status", pa.string(), nullable=False),
    pa.field("origin", pa.string(), nullable=False),
    pa.field("title", pa.string()),
    pa.field("text", pa.string()),
    pa.field("lon_deg", pa.float64()),
    pa.field("lat_deg", pa.float64()),
    pa.field("accuracy_m", pa.float32()),
    pa.field("place_label", pa.string()),
    pa.field("located_by", pa.string()),
    pa.field("located_score", pa.float32()),
    pa.field("h3", pa.string()),
    pa.field("regime", pa.string(), nullable=False),
    pa.field("sensitivity", pa.string(), nullable=False),
    pa.field("reality", pa.string(), nullable=False),
    pa.field("retain_until", pa.date32()),
    pa.field("flags", pa.list_(pa.string())),
    pa.field("attributes", pa.string()),
    pa.field("day", pa.date32(), nullable=False),
    pa.field("hour_of_week", pa.int16()),
    pa.field("version", pa.int32(), nullable=False),
)
"""The columns of a fact, but for one `zone_<level>` per level of the town's territory, which follow `h3`.

`day` is the town's local date of `occurred_from`; `hour_of_week` (0 is Monday 00 h to 01 h, local time, 167 the
last hour of Sunday) is null when the time is coarser than an hour. `category` is null where the crosswalk says
"none"; `source_category` keeps the source's own words, parts joined by " > ". `category_by` reads
"crosswalk:<name>@<version>", "person:<id>" or "model:<name>". `attributes` is JSON text.
"""


ZONE_PREFIX = "zone_"


def zone_column(level: str) -> str:
    """Return the column that holds a fact's zone code at one level of the territory."""
    return f"{ZONE_PREFIX}{level}"


def event_schema(levels: tuple[str, ...]) -> pa.Schema:
    """Return the Arrow schema of facts for a territory with these levels, from coarse to fine."""
    fields: list[pa.Field] = []
    for field in EVENT_FIELDS:
        fields.append(field)
        if field.name == "h3":
            fields.extend(pa.field(zone_column(level), pa.string()) for level in levels)
    return pa.schema(fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One fact in its current or a past version; columns carry many, this carries one.

    Fields mean what the columns of `EVENT_FIELDS` mean; `zones` maps a level's name to a zone's code.
    """

    uid: str
    id: str
    source: str
    source_key: str
    occurred_from: datetime
    occurred_to: datetime | None = None
    time_precision: TimePrecision
    reported_at: datetime | None = None
    received_at: datetime
    category: str | None
    source_category: str | None = None
    category_by: str | None = None
    category_confidence: float | None = None
    severity: int
    status: Status = Status.UNKNOWN
    origin: Origin
    title: str | None = None
    text: str | None = None
    lon_deg: float | None = None
    lat_deg: float | None = None
    accuracy_m: float | None = None
    place_label: str | None = None
    located_by: str | None = None
    located_score: float | None = None
    h3: str | None = None
    zones: dict[str, str | None]
    regime: Regime
    sensitivity: Sensitivity
    reality: Reality = Reality.REAL
    retain_until: date | None = None
    flags: tuple[str, ...] = ()
    attributes: str | None = None
    day: date
    hour_of_week: int | None = None
    version: int = 1


def event_of(row: Mapping[str, Any]) -> Event:
    """Return the fact that one row of a table with the columns of `event_schema` holds; other columns are left aside.

    Raises:
        KeyError: a column is missing.
    """
    values = {field.name: row[field.name] for field in EVENT_FIELDS}
    zones = {name.removeprefix(ZONE_PREFIX): code for name, code in row.items() if name.startswith(ZONE_PREFIX)}
    return Event(
        **values
        | {
            "time_precision": TimePrecision(row["time_precision"]),
            "status": Status(row["status"]),
            "origin": Origin(row["origin"]),
            "regime": Regime(row["regime"]),
            "sensitivity": Sensitivity(row["sensitivity"]),
            "reality": Reality(row["reality"]),
            "flags": tuple(row["flags"] or ()),
            "zones": zones,
        }
    )
