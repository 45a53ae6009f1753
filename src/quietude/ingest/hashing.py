"""Fingerprints of columns, the same as `quietude.model.identity` computes one by one."""

from __future__ import annotations

import duckdb
import polars as pl

from quietude.model.identity import SEPARATOR, UID_HEX_DIGITS


def fingerprints(texts: pl.Series) -> pl.Series:
    """Return for each text the first 32 hexadecimal digits of its SHA-256; null for null."""
    table = pl.DataFrame({"text": texts}).to_arrow()
    with duckdb.cursor() as cursor:  # of the library's own in-memory database: no set-up, safe between threads
        cursor.register("texts", table)
        hashed = cursor.execute(f"SELECT left(sha256(text), {UID_HEX_DIGITS}) AS uid FROM texts").to_arrow_table()
        cursor.unregister("texts")
    return pl.Series(texts.name, pl.from_arrow(hashed["uid"]), dtype=pl.String)


def event_uids(source: str, source_keys: pl.Series) -> pl.Series:
    """Return the identity of each fact, as `event_uid(source, source_key)` does for one."""
    return fingerprints((source + SEPARATOR) + source_keys).alias("uid")
