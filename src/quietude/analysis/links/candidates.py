"""Pairs of entries that could tell of the same fact: of different sources, in cells that touch, within some hours."""

from __future__ import annotations

from functools import cache

import duckdb
import polars as pl

from quietude.analysis.links.levels import FEATURES, GAP_S

SLACK_S = 6 * 3_600
"""How far apart two entries may be, in seconds: a desk writes down hours later what it was told."""
_DAY_S = 86_400


def candidates(records: pl.DataFrame, others: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return candidate pairs with the level of each feature.

    Args:
        records: as `records_of` makes them.
        others: what `records` are compared with; themselves unless told.

    Returns:
        left, right (uid), left_source, right_source, left_category, right_category, and a column for each feature.
        Within one table each pair comes once, its sources in the order of their names.
    """
    levels = ", ".join(f'{feature.sql}::TINYINT AS "{feature.name}"' for feature in FEATURES)
    order = "l.source < r.source" if others is None else "l.source <> r.source"
    with _database().cursor() as connection:
        connection.register("lefts", records.to_arrow())
        connection.register("rights", (records if others is None else others).to_arrow())
        return connection.execute(
            f"""
            WITH cells AS (SELECT uid, unnest(near) AS cell FROM lefts),
            days AS (
              SELECT c.uid, c.cell, unnest(range(
                (l.starts_s - {_DAY_S} - {SLACK_S}) // {_DAY_S}, (l.ends_s + {SLACK_S}) // {_DAY_S} + 1
              )) AS day
              FROM cells c JOIN lefts l USING (uid)
            ),
            blocked AS (
              SELECT d.uid AS left_uid, r.uid AS right_uid
              FROM days d JOIN rights r ON d.cell = r.cell AND d.day = r.starts_s // {_DAY_S}
            )
            SELECT l.uid AS left, r.uid AS right, l.source AS left_source, r.source AS right_source,
              l.category AS left_category, r.category AS right_category, {levels}
            FROM blocked JOIN lefts l ON l.uid = left_uid JOIN rights r ON r.uid = right_uid
            WHERE {order} AND {GAP_S} <= {SLACK_S}
            """
        ).pl()


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """Return an empty database in memory, opened once: each question takes a cursor, with names of its own."""
    return duckdb.connect()
