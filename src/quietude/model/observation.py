"""The number: one value measured somewhere at some time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import pyarrow as pa


class Quality(StrEnum):
    """What is known of a value's worth."""

    GOOD = "good"
    SUSPECT = "suspect"
    MISSING = "missing"


OBSERVATION_SCHEMA = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("series", pa.string(), nullable=False),
        pa.field("at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("quality", pa.string(), nullable=False),
        pa.field("sensitivity", pa.string(), nullable=False),
        pa.field("reality", pa.string(), nullable=False),
        pa.field("lon_deg", pa.float64()),
        pa.field("lat_deg", pa.float64()),
    ]
)
"""The columns of observations. (`series`, `at`) identifies a value; `series` reads "<source>/<sensor>/<quantity>"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One value of one series (a sensor and a quantity), in `unit` (a UCUM-like symbol such as "dB", "Cel", "1/h")."""

    series: str
    at: datetime
    value: float | None
    unit: str
    quality: Quality = Quality.GOOD
