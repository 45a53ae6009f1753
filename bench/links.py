"""The same fact in several logbooks: precision and recall on seeds not learned from, and the time it takes."""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from bench.figure import Figure
from bench.links_facts import are_true, made_up, true_pairs
from quietude.analysis.api import ENTRY_COLUMNS, LinkModel, shipped_model
from quietude.analysis.links.records import records_of

SEEDS = (11, 13)  # the shipped weights were learned from seed 7
SINCE, UNTIL = "2026-04-01", "2026-04-28"
YEAR = 13  # four weeks, thirteen times
PRECISIONS = (0.99, 0.95, 0.9, 0.8, 0.7, 0.5)
WANTED_PRECISION, WANTED_RECALL = 0.95, 0.80  # issue 4, point 7
NAIVE_S = 30 * 60
SINGLE_MS, YEAR_S = 50.0, 600.0
SINGLES = 100


def recall_at(chances: npt.NDArray[np.float64], is_true: npt.NDArray[np.bool_], total: int, precision: float) -> float:
    """Return the largest share of the true pairs that is found at a precision, of any threshold."""
    order = np.argsort(-chances, kind="stable")
    found = np.cumsum(is_true[order])
    enough = (found / np.arange(1, len(found) + 1) >= precision).nonzero()[0]
    return float(found[enough[-1]] / total) if len(enough) else 0.0


def naive(entries: pl.DataFrame, model: LinkModel) -> pl.DataFrame:
    """Return the pairs of the plain rule: different sources, the same cell, within half an hour."""
    records = records_of(entries, model.words).select("uid", "source", "cell", "starts_s")
    pairs = records.join(records, on="cell", suffix="_right").filter(
        (pl.col("source") < pl.col("source_right")) & ((pl.col("starts_s") - pl.col("starts_s_right")).abs() <= NAIVE_S)
    )
    return pairs.select(left="uid", right="uid_right")


def measure(name: str, entries: pl.DataFrame, truth: pl.DataFrame, model: LinkModel) -> None:
    """Print the curve of one model on one seed, and the plain rule at its own precision."""
    total = true_pairs(entries, truth)
    found = model.compare(entries)
    chances, is_true = found["probability"].to_numpy(), are_true(found, truth)
    print(f"{name}: {entries.height} entries, {total} true pairs, {is_true.sum() / total:.3f} of them are candidates")
    for precision in PRECISIONS:
        print(f"  precision {precision}: recall {recall_at(chances, is_true, total, precision):.3f}")
    Figure(
        name=f"recall at precision {WANTED_PRECISION}, {name}", limit=WANTED_RECALL, at_most=False, unit="",
        value=recall_at(chances, is_true, total, WANTED_PRECISION),
        note=" ".join(f"P{each:g}: {recall_at(chances, is_true, total, each):.2f}" for each in PRECISIONS)
        + f"; {is_true.sum() / total:.2f} of the true pairs are candidates",
    ).show()  # fmt: skip
    plain = naive(entries, model)
    hits = are_true(plain, truth)
    precision, recall = float(hits.mean()), float(hits.sum() / total)
    ours = recall_at(chances, is_true, total, precision)
    Figure(
        name=f"recall at the plain rule's precision, {name}", value=ours / recall, unit="×", limit=1, at_most=False,
        peer="same H3 cell within 30 minutes",
        note=f"the rule: precision {precision:.2f}, recall {recall:.2f}; ours there: recall {ours:.2f}",
    ).show()  # fmt: skip


def time_it(entries: pl.DataFrame, model: LinkModel) -> None:
    """Print how long a year takes, in months, and one new entry against the last 48 hours."""
    parts = [
        entries.select(ENTRY_COLUMNS).with_columns(
            uid=pl.concat_str("uid", pl.lit(f"-{turn}")),
            occurred_from=pl.col("occurred_from") + timedelta(days=28 * turn),
        )
        for turn in range(YEAR)
    ]
    began = time.perf_counter()
    pairs = sum(model.compare(part).height for part in parts)
    seconds = time.perf_counter() - began
    number = sum(part.height for part in parts)
    Figure(
        name=f"{number:,} entries of five logbooks compared, four weeks at a time", value=seconds, unit="s",
        limit=YEAR_S, note=f"{pairs:,} candidate pairs",
    ).show()  # fmt: skip
    last = entries.select(ENTRY_COLUMNS).sort("occurred_from").tail(SINGLES)
    newest = last["occurred_from"][0]
    window = entries.select(ENTRY_COLUMNS).filter(
        pl.col("occurred_from").is_between(newest - timedelta(hours=48), newest, closed="left")
    )
    taken = []
    for row in range(last.height):
        began = time.perf_counter()
        model.compare(last[row], window)
        taken.append(1000 * (time.perf_counter() - began))
    Figure(
        name="one new entry against the last 48 hours, p95", value=float(np.percentile(taken, 95)), unit="ms",
        limit=SINGLE_MS, note=f"{window.height} entries, median {np.median(taken):.0f} ms",
    ).show()  # fmt: skip


def main() -> int:
    """Measure and print; return 1 where the town's data are not on this machine."""
    data_dir = Path(os.environ.get("QUIETUDE_DATA_DIR", Path(__file__).resolve().parents[2] / "shared" / "data"))
    if not data_dir.is_dir():
        print(f"{data_dir} is missing; set QUIETUDE_DATA_DIR")
        return 1
    for seed in SEEDS:
        entries, truth = made_up(data_dir, seed=seed, since=SINCE, until=UNTIL)
        measure(f"seed {seed}", entries, truth, shipped_model())
    began = time.perf_counter()
    own = LinkModel.learned(entries)
    print(f"learned from {entries.height} entries in {time.perf_counter() - began:.1f} s")
    measure(
        f"seed {SEEDS[-1]}, weights learned on the spot from its own entries, without the truth", entries, truth, own
    )
    time_it(entries, shipped_model())
    return 0


if __name__ == "__main__":
    sys.exit(main())
