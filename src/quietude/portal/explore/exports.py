"""The selection as a file: CSV, GeoJSON and Parquet, written batch by batch, fictional facts labelled in each row."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

FORMULA_START: Final = r"^[=+\-@\t\r\n＝＋－＠]"
"""What makes a spreadsheet read a text cell as a formula (OWASP, CSV injection; full-width signs included)."""
BOM: Final = b"\xef\xbb\xbf"
"""Tells some spreadsheets that a file is UTF-8."""
PROVENANCE_KEY: Final = b"quietude"
"""Key of the Parquet file's metadata that holds the provenance, as JSON."""
INTERNAL: Final = frozenset({"uid", "month", "digest", "hour_of_week"})
"""Columns that only the software needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where an export comes from: who asked what, when, of which state of the facts."""

    title: str
    town: str
    question: str
    """The filter in its text form; empty when it means every fact."""
    made_at: str
    """ISO 8601, in the town's time zone."""
    state: str
    """Stamp of the facts that answered."""
    facts: int
    fictional: bool
    """Whether any of the facts is fictional or of an exercise."""
    notice: str
    """What the reader must know: rights applied, fictional facts."""


def export_columns(schema: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of an export, in order; `fictional` comes with each of them in second place."""
    return tuple(name for name in schema if name not in INTERNAL)


def tidy(batch: pa.RecordBatch, *, timezone: str) -> pl.DataFrame:
    """Return a batch as it is exported: `fictional` told after `id`, times in the town's time zone."""
    frame = pl.DataFrame(pl.from_arrow(batch))
    moments = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)]
    frame = frame.with_columns(pl.col(name).dt.convert_time_zone(timezone) for name in moments)
    fictional = (pl.col("reality") != "real").fill_null(True).alias("fictional")
    rest = [name for name in frame.columns if name != "id"]
    return frame.select("id", fictional, *rest)


def write_csv(batches: Iterator[pl.DataFrame], *, has_bom: bool) -> Iterator[bytes]:
    """Yield a CSV file: header, then rows; text that a spreadsheet would run as a formula begins with an apostrophe."""
    if has_bom:
        yield BOM
    for number, batch in enumerate(batches):
        yield neutralised(flat(batch)).write_csv(include_header=number == 0).encode()


def flat(batch: pl.DataFrame) -> pl.DataFrame:
    """Return the batch with lists joined by " | " and times as ISO 8601 text with their offset."""
    changed: list[pl.Expr] = []
    for name, kind in batch.schema.items():
        if isinstance(kind, pl.List):
            changed.append(pl.col(name).list.join(" | "))
        elif isinstance(kind, pl.Datetime):
            changed.append(pl.col(name).dt.to_string("%Y-%m-%dT%H:%M:%S%:z"))
    return batch.with_columns(changed)


def neutralised(batch: pl.DataFrame) -> pl.DataFrame:
    """Return the batch with an apostrophe before each text that begins like a formula."""
    texts = [name for name, kind in batch.schema.items() if kind == pl.String]
    return batch.with_columns(
        pl.when(pl.col(name).str.contains(FORMULA_START))
        .then(pl.lit("'") + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    )


def write_geojson(batches: Iterator[pl.DataFrame], provenance: Provenance) -> Iterator[bytes]:
    """Yield a GeoJSON feature collection (RFC 7946); facts without a place have a null geometry."""
    yield b'{"type":"FeatureCollection","provenance":' + _as_json(provenance) + b',"features":['
    separator = ""
    for batch in batches:
        features = features_of(flat(batch))
        if features:
            yield (separator + ",\n".join(features)).encode()
            separator = ",\n"
    yield b"]}\n"


def features_of(batch: pl.DataFrame) -> list[str]:
    """Return the batch's rows as GeoJSON features, one text each."""
    is_located = pl.col("lon_deg").is_not_null() & pl.col("lat_deg").is_not_null()
    point = pl.struct(pl.lit("Point").alias("type"), pl.concat_list("lon_deg", "lat_deg").alias("coordinates"))
    properties = [name for name in batch.columns if name not in {"id", "lon_deg", "lat_deg"}]
    dates = [name for name in properties if batch.schema[name] == pl.Date]
    features = batch.with_columns(pl.col(dates).dt.to_string("%Y-%m-%d")).select(
        pl.struct(
            pl.lit("Feature").alias("type"),
            pl.col("id"),
            pl.when(is_located).then(point).alias("geometry"),
            pl.struct(properties).alias("properties"),
        ).struct.json_encode()
    )
    return features.to_series().to_list()


def write_parquet(batches: Iterator[pl.DataFrame], provenance: Provenance) -> Iterator[bytes]:
    """Yield a Parquet file, a row group a batch; the provenance is in the file's metadata."""
    sink = _Drain()
    writer: pq.ParquetWriter | None = None
    for batch in batches:
        table = batch.to_arrow()
        if writer is None:
            schema = table.schema.with_metadata({PROVENANCE_KEY: _as_json(provenance)})
            writer = pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd")
        writer.write_table(table.cast(writer.schema))
        yield sink.drain()
    if writer is not None:
        writer.close()
    yield sink.drain()


class _Drain(io.RawIOBase):
    """A file that only grows at its end and gives away what was written since the last time."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # Arrow hands over bytes, never another buffer
        self._parts.append(bytes(data))
        return len(data)

    def drain(self) -> bytes:
        written, self._parts = b"".join(self._parts), []
        return written


def _as_json(provenance: Provenance) -> bytes:
    return json.dumps(asdict(provenance), ensure_ascii=False).encode()
