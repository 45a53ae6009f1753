"""The crosswalks of the towns: sound, and wide enough for the real sources."""

from pathlib import Path

import polars as pl
import pytest
from bench.source_values import ROOT, SOURCES, SourceValues, read_values

from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import read_crosswalk

FILES = sorted((ROOT / "towns").glob("*/crosswalks/*.csv"))
ENOUGH = 0.98  # of rows, with a code


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_crosswalk_is_sound(path: Path) -> None:
    assert read_crosswalk(path, load_vocabulary()).rows


def test_every_real_source_of_the_towns_is_measured() -> None:
    real = {str(path.relative_to(ROOT / "towns")) for path in FILES if not path.stem.startswith("sim_")}
    assert real == {source.crosswalk for source in SOURCES}


@pytest.mark.data
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: Path(source.crosswalk).stem)
def test_at_least_98_percent_of_rows_have_a_code(source: SourceValues, data_dir: Path) -> None:
    walk = read_crosswalk(ROOT / "towns" / source.crosswalk, load_vocabulary())
    values = read_values(source, data_dir)
    answered = values.hstack(walk.apply(values["value"]))
    covered = answered.filter(pl.col("relation").is_in(["exact", "broad", "narrow"]))["rows"].sum()
    worst = answered.filter(pl.col("code").is_null()).sort("rows", descending=True).head(5).rows()
    assert float(covered) >= ENOUGH * float(values["rows"].sum()), worst
