"""Entries made ready to be compared: where, when, in which words and numbers, one row each."""

from __future__ import annotations

import re

import h3
import numpy as np
import polars as pl

from quietude.analysis.links.words import DIM, Words, folded
from quietude.model.event import TimePrecision

ENTRY_COLUMNS = (
    "uid", "source", "occurred_from", "time_precision", "category", "text", "lon_deg", "lat_deg", "place_label",
)  # fmt: skip
"""What entries are compared by; columns of `EVENT_FIELDS` of the same names and units."""
RESOLUTION = 9  # cells of some 200 m: with its six neighbours a cell holds nine true pairs in ten of the simulator
METRES_PER_DEGREE = 111_195.0
SPAN_S = {TimePrecision.MINUTE: 0, TimePrecision.HOUR: 3_600, TimePrecision.DAY: 86_400}
"""How long after the stated moment a fact may have happened, in seconds; coarser ones are no candidates."""
_NO_NAME = frozenset({
    "rue", "avenue", "boulevard", "place", "chemin", "impasse", "traverse", "square", "face", "les", "des", "cite",
    "allee", "cours", "quai", "residence", "parc", "secteur", "arret", "angle", "street", "road",
})  # fmt: skip
_WORD = re.compile(r"[a-z]{3,}")
_NUMBER = re.compile(r"\b\d{1,4}\b")


def records_of(entries: pl.DataFrame, words: Words) -> pl.DataFrame:
    """Return entries ready to be compared, those without a point or a day left out.

    Args:
        entries: `ENTRY_COLUMNS`, `occurred_from` aware.
        words: weights of words, learned from entries like these.

    Returns:
        uid, source, category, starts_s and ends_s (seconds since 1970: the fact happened between), is_coarse,
        lon_deg, cos_lat (what a degree of longitude shrinks by there), y_m (metres north of the equator), cell (H3),
        near (the cell and its neighbours), names (words of the place), numbers, vector (`DIM` numbers of length one).
    """
    known = entries.select(ENTRY_COLUMNS).filter(
        pl.col("lon_deg").is_not_null()
        & pl.col("lat_deg").is_not_null()
        & pl.col("time_precision").is_in([each.value for each in SPAN_S])
    )
    labels = [folded(label or "") for label in known["place_label"]]
    texts = [text or "" for text in known["text"]]
    cells = [h3.latlng_to_cell(lat, lon, RESOLUTION) for lat, lon in known.select("lat_deg", "lon_deg").iter_rows()]
    disks = {cell: h3.grid_disk(cell, 1) for cell in set(cells)}
    starts = pl.col("occurred_from").dt.epoch("s")
    span = pl.col("time_precision").replace_strict({each.value: span for each, span in SPAN_S.items()})
    return known.select(
        "uid",
        "source",
        pl.col("category").fill_null(""),
        starts_s=starts,
        ends_s=starts + span,
        is_coarse=pl.col("time_precision") == TimePrecision.DAY.value,
        y_m=pl.col("lat_deg") * METRES_PER_DEGREE,
        cos_lat=(pl.col("lat_deg") * np.pi / 180).cos(),
        lon_deg="lon_deg",
        cell=pl.Series(cells, dtype=pl.String),
        near=pl.Series([disks[cell] for cell in cells], dtype=pl.List(pl.String)),
        names=pl.Series([sorted(set(_WORD.findall(each)) - _NO_NAME) for each in labels], dtype=pl.List(pl.String)),
        numbers=pl.Series([sorted(set(_NUMBER.findall(each))) for each in labels], dtype=pl.List(pl.String)),
        vector=pl.Series(words.vectors(texts), dtype=pl.Array(pl.Float32, DIM)),
    )
