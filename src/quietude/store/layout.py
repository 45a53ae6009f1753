"""How the folder of a store is laid: its tables, their columns, and the numbers that keep them quick."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa

from quietude.model.event import event_schema, zone_column
from quietude.model.observation import OBSERVATION_SCHEMA, ROLLUP_SCHEMA

RETENTION = timedelta(days=3)  # a figure of Friday can be made again on Monday; after that, versions are history rows
GROUP_ROWS = 40_000  # engines skip by row groups: thirds of the usual 120,000 find one fact or one zone twice as fast
FILE_ROWS = 480_000  # twelve groups: enough to use the cores, and a correction rewrites no more than this
SMALL_ROWS = 60_000  # an eighth of a file: smaller ones are worth joining
SMALL_FILES = 8  # this many small files in a month cost a reader more than one rewrite costs the writer
COMPRESSION = "zstd"
COMPRESSION_LEVEL = 1  # 3 makes files 4 % smaller and writes 30 % slower

KEY_HEX_DIGITS = 15  # 60 bits of the uid: fits a signed 64-bit integer
INTERNAL = ("key", "digest")
"""Columns of facts that stay inside: `key` finds a uid quickly, `digest` tells whether the content changed."""

_UTC = pa.timestamp("us", tz="UTC")
_MONTH = pa.field("month", pa.string(), nullable=False)


@dataclass(frozen=True, slots=True)
class Layout:
    """One Delta table: its folder's name, columns, partition columns and which columns have statistics in the log.

    The partition columns come last in `schema` and are not in the files. Columns of free text, and all that names a
    person's record, have no statistics: a log keeps the smallest and largest value of a column as text.
    """

    name: str
    schema: pa.Schema
    partition_by: tuple[str, ...]
    bounded: tuple[str, ...]
    sort_by: tuple[str, ...]
    group_rows: int = GROUP_ROWS

    @property
    def file_schema(self) -> pa.Schema:
        """Return the columns inside the files."""
        return pa.schema([field for field in self.schema if field.name not in self.partition_by])


def stored_event_schema(levels: tuple[str, ...]) -> pa.Schema:
    """Return the columns of a fact as kept: those of the model, then the internal ones."""
    return pa.schema([*event_schema(levels), pa.field("key", pa.int64()), pa.field("digest", pa.int64())])


def events_layout(levels: tuple[str, ...]) -> Layout:
    """Return the table of current facts: by local month, inside a file by finest zone, then time."""
    zones = [zone_column(level) for level in levels]
    return Layout(
        name="events",
        schema=stored_event_schema(levels).append(_MONTH),
        partition_by=("month",),
        bounded=("occurred_from", "day", "source", *zones),
        sort_by=(*reversed(zones[-1:]), "occurred_from", "key"),
    )


def history_layout(levels: tuple[str, ...]) -> Layout:
    """Return the table of superseded versions, by the month in the fact's name, where its other versions also are.

    `next_month` is the month that the following version was filed in: it leads an old name to the current fact.
    """
    own = [pa.field("superseded_at", _UTC, nullable=False), pa.field("next_month", pa.string(), nullable=False)]
    return Layout(
        name="history",
        schema=pa.schema([*stored_event_schema(levels), *own, _MONTH]),
        partition_by=("month",),
        bounded=("superseded_at",),
        sort_by=("key", "version"),
    )


def observations_layout() -> Layout:
    """Return the table of numbers: by UTC month, inside a file by series, then time."""
    return Layout(
        name="observations",
        schema=OBSERVATION_SCHEMA.append(_MONTH),
        partition_by=("month",),
        bounded=("source", "series", "at"),
        sort_by=("series", "at"),
    )


def rollups_layout() -> Layout:
    """Return the table of roll-ups of numbers: by UTC month, as `observations_layout`."""
    return Layout(
        name="rollups",
        schema=ROLLUP_SCHEMA.append(_MONTH),
        partition_by=("month",),
        bounded=("source", "series", "at"),
        sort_by=("series", "step_s", "at"),
    )


def erasures_layout() -> Layout:
    """Return the ledger of erasures: salted commitments to uids, and why, when, by whom; nothing of the facts."""
    schema = pa.schema(
        [
            pa.field("erasure_id", pa.string(), nullable=False),
            pa.field("commitment", pa.string(), nullable=False),
            pa.field("reason", pa.string(), nullable=False),
            pa.field("erased_by", pa.string(), nullable=False),
            pa.field("erased_at", _UTC, nullable=False),
        ]
    )
    return Layout(name="erasures", schema=schema, partition_by=(), bounded=("erased_at",), sort_by=("commitment",))
