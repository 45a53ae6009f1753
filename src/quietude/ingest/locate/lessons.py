"""What a source's records say of places, read by its manifest: to learn from, and to measure on."""

from __future__ import annotations

import polars as pl

from quietude.ingest.evaluate import evaluate
from quietude.ingest.locate.geocoder import TEXT_COLUMNS
from quietude.ingest.mapping import Mapper
from quietude.model.coordinates import plausible_boxes, repair_coordinates
from quietude.sources.api import Manifest, Town, read_batches

LESSON_SCHEMA = {
    "key": pl.String,
    **dict.fromkeys(TEXT_COLUMNS, pl.String),
    "lon_deg": pl.Float64,
    "lat_deg": pl.Float64,
}
"""`key` is the record's own, or its position where the manifest has none."""


def read_lessons(manifest: Manifest, town: Town) -> pl.DataFrame:
    """Return the records of a source in its scope that have both plausible coordinates and words for their place.

    Columns as `LESSON_SCHEMA`; nothing else of the records is read.

    Raises:
        SourceError: a file of the source is missing or cannot be read.
        ManifestError: the manifest names a column that a file has not.
    """
    place = manifest.map.place
    empty = pl.DataFrame(schema=LESSON_SCHEMA)
    if place is None:
        return empty
    parts = place.expressions()
    lessons = [empty]
    boxes = plausible_boxes(town.territory, margin_deg=0.0)
    for batch in read_batches(manifest, town.data_dir, town=town):
        mapper = Mapper(manifest, batch.columns)
        frame = mapper.complete(batch.frame, batch.file)
        scope = mapper.in_scope()
        frame = frame if scope is None else frame.filter(scope)
        said = frame.select(
            key=mapper.key(),
            **{
                name: evaluate(parts[name]) if name in parts else pl.lit(None, dtype=pl.String)
                for name in (*TEXT_COLUMNS, "lon", "lat")
            },
        )
        repaired = repair_coordinates(said["lon"], said["lat"], boxes, scale=place.scale)
        found = said.hstack(repaired.select("lon_deg", "lat_deg")).select(LESSON_SCHEMA.keys())
        lessons.append(found.filter(pl.col("lon_deg").is_not_null(), pl.col("address").is_not_null()))
    whole = pl.concat(lessons)
    return whole.with_columns(key=pl.coalesce("key", pl.int_range(pl.len()).cast(pl.String)))
