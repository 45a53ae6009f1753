"""Entries of five fictional logbooks that no weight was learned from, with the truth about them."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from quietude.ingest.api import Ledger, Outcome, run_import
from quietude.model.filter.question import Filter
from quietude.model.identity import event_uid
from quietude.model.viewer import Viewer
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import Town, load_town, read_gazetteer
from quietude.sources.simulator.stage import build_stage
from quietude.sources.simulator.truth import simulate_truth
from quietude.store.api import Store

ROOT = Path(__file__).resolve().parent.parent
FACTS_PER_DAY = 650.0  # some 300,000 entries a year in five logbooks
PREFIX = "sim_"


def made_up(data_dir: Path, *, seed: int, since: str, until: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return entries as the whole import files them, and the fact behind each: uid, source, fact."""
    town = load_town(ROOT / "towns" / "marseille", data_dir)
    change = {"seed": seed, "facts_per_day": FACTS_PER_DAY, "since": since, "until": until}
    sources = dict(town.sources)
    names = [name for name in sources if name.startswith(PREFIX)]
    for name in names:
        manifest = sources[name]
        sources[name] = manifest.model_copy(
            update={
                "read": tuple(each.model_copy(update=change) for each in manifest.read),
                "expect": manifest.expect.model_copy(update={"rows": None}),
            }
        )
    town = replace(town, sources=sources)
    return _imported(town, names), _truth(town, names)


def _imported(town: Town, names: list[str]) -> pl.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "facts", levels=town.territory.level_names, timezone=town.timezone)
        ledger = Ledger(Path(folder) / "ledger.sqlite3")
        for name in names:
            report = run_import(town, name, store, ledger, vocabulary=load_vocabulary(), now=datetime.now(UTC))
            assert report.outcome == Outcome.DONE, report.error
        found = pl.from_arrow(store.query(Viewer.system("bench"), Filter()))
    assert isinstance(found, pl.DataFrame)
    return found


def _truth(town: Town, names: list[str]) -> pl.DataFrame:
    assert town.gazetteer is not None
    gazetteer = read_gazetteer(town.gazetteer, town.folder, town.data_dir)
    stage = build_stage(town.territory, gazetteer, timezone=town.timezone, country=town.country)
    specs = [town.sources[name].read[0] for name in names]
    reports = simulate_truth(specs, stage, now=datetime.now(UTC)).reports.unique(["service", "source_key"])  # type: ignore[arg-type]
    return pl.DataFrame(
        {
            "uid": [
                event_uid(PREFIX + service, key) for service, key in reports.select("service", "source_key").rows()
            ],
            "source": PREFIX + reports["service"],
            "fact": reports["fact"],
        }
    )


def true_pairs(entries: pl.DataFrame, truth: pl.DataFrame) -> int:
    """Return how many pairs of entries of different sources tell of the same fact, found by blocking or not."""
    told = truth.join(entries.select("uid"), on="uid").group_by("fact", "source").len()
    pairs = told.join(told, on="fact").filter(pl.col("source") < pl.col("source_right"))
    return int(pairs.select((pl.col("len") * pl.col("len_right")).sum()).item())


def are_true(pairs: pl.DataFrame, truth: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell for each pair (left, right) whether one fact is behind both."""
    facts = dict(truth.select("uid", "fact").iter_rows())
    return np.array([facts[left] == facts[right] for left, right in pairs.select("left", "right").iter_rows()])
