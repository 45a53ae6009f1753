"""The number: one value measured somewhere at some time."""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa


class Quality(StrEnum):
    """What a value is worth. `quality` of a row says it, and after a colon why: "suspect:range+stuck"."""

    GOOD = "good"
    SUSPECT = "suspect"
    MISSING = "missing"


class Note(StrEnum):
    """Why a value is suspect, or what else is to be known of it."""

    RANGE = "range"
    """Outside what the manifest calls plausible: suspect."""
    STUCK = "stuck"
    """The same for longer than the manifest allows: suspect."""
    UNIT = "unit"
    """The unit that the sensor states is another one than just before: suspect."""
    JUMP = "jump"
    """Far from the value just before; it may be true."""
    GAP = "gap"
    """Nothing came for longer than the manifest allows before this value."""
    CONVERTED = "converted"
    """It came in another unit, and was converted."""


MAKES_SUSPECT = frozenset({Note.RANGE, Note.STUCK, Note.UNIT})
OUT_OF_RANGE = "^suspect:.*range"
"""Regular expression of the qualities of values outside what is plausible."""


def notes_of(quality: str) -> tuple[Note, ...]:
    """Return what a quality says besides the worth, in the order of `Note`."""
    said = quality.partition(":")[2].split("+")
    return tuple(note for note in Note if note in said)


def played_series(mark: str, series: str) -> str:
    """Return the name of a series as an exercise plays it: another one, so that its values never mix with real ones."""
    return f"{mark}:{series}"


def mark_of(series: str) -> str:
    """Return the mark of the exercise that a series is of; "" of a real one."""
    return series.rpartition(":")[0]


def own_name(series: str) -> str:
    """Return the name of a series without the mark of an exercise."""
    return series.rpartition(":")[2]


def worth_of(quality: str) -> Quality:
    """Return the worth that a quality states."""
    return Quality(quality.partition(":")[0])


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
        pa.field("received_at", pa.timestamp("us", tz="UTC")),
    ]
)
"""The columns of observations. (`series`, `at`) identifies a value; `series` reads "<source>/<sensor>/<quantity>".

`quality` is a `Quality`, and after a colon the `Note`s joined by "+". `received_at` is when the value came as it is
now; null where it came before that was noted.
"""

ROLLUP_SCHEMA = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("series", pa.string(), nullable=False),
        pa.field("step_s", pa.int32(), nullable=False),
        pa.field("at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("leq", pa.float64()),
        pa.field("low", pa.float64()),
        pa.field("high", pa.float64()),
        pa.field("count", pa.int64(), nullable=False),
        pa.field("doubtful", pa.int64(), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("sensitivity", pa.string(), nullable=False),
        pa.field("reality", pa.string(), nullable=False),
        pa.field("lon_deg", pa.float64()),
        pa.field("lat_deg", pa.float64()),
    ]
)
"""One row a series, step and beginning: `value` is the arithmetic mean, `leq` the energetic one of levels in dB.

`count` values went in; those out of range did not, and are among the `doubtful`, as all suspect ones are.
"""
