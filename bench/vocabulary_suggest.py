"""How often `quietude vocabulary suggest` proposes the code that a person chose, for sources it learnt nothing from.

Leave one source out: the values of each source are suggested for from the terms and from the other sources' crosswalks.
The synonyms of terms were written by people who had seen these sources, so a new source will fare somewhat worse.
"""

from __future__ import annotations

import time
from pathlib import Path

import polars as pl

from bench.figure import Figure
from bench.source_values import ROOT, SOURCES, SourceValues, data_folder, read_values
from quietude.model.crosswalk import Crosswalk
from quietude.model.vocabulary import Vocabulary, load_vocabulary
from quietude.model.vocabulary.suggest import Suggester
from quietude.sources.api import read_crosswalk

MOST = 300  # values a source, most frequent first: titles of orders are thousands of near copies
LEVELS = {"family": 1, "nature": 2, "code": 3}


def answers(crosswalk: Crosswalk, source: SourceValues, data_dir: Path) -> pl.DataFrame:
    """Return value, rows and code of the most frequent values that have one."""
    values = read_values(source, data_dir).filter(pl.col("value").is_not_null()).head(MOST)
    return values.hstack(crosswalk.apply(values["value"]).select("code")).filter(pl.col("code").is_not_null())


def hits(suggester: Suggester, known: pl.DataFrame) -> pl.DataFrame:
    """Return for each value, by level, whether the first and whether one of three suggestions is right."""
    rows = []
    for value, code in known.select("value", "code").iter_rows():
        proposed = [suggestion.code for suggestion in suggester.suggest(value, 3)]
        row: dict[str, bool] = {}
        for name, level in LEVELS.items():
            wanted = code.split(".")[:level]
            right = [candidate.split(".")[:level] == wanted for candidate in proposed]
            row |= {f"{name}_first": right[:1] == [True], f"{name}_three": any(right)}
        rows.append(row)
    return pl.DataFrame(rows)


def measure(vocabulary: Vocabulary, data_dir: Path) -> tuple[pl.DataFrame, float]:
    """Return the hits of all sources, each left out in turn, and the seconds a thousand values take."""
    walks = {source: read_crosswalk(ROOT / "towns" / source.crosswalk, vocabulary) for source in SOURCES}
    found, seconds = [], 0.0
    for source, walk in walks.items():
        taught = [pair for other in walks.values() if other is not walk for pair in other.pairs]
        suggester = Suggester(vocabulary, taught)
        known = answers(walk, source, data_dir)
        begun = time.perf_counter()
        hit = hits(suggester, known)
        seconds += time.perf_counter() - begun
        found.append(hit.with_columns(source=pl.lit(walk.name)))
    together = pl.concat(found)
    return together, 1000 * seconds / together.height


def main() -> None:
    """Show the figures."""
    found, seconds = measure(load_vocabulary(), data_folder())
    by_source = found.group_by("source", maintain_order=True).agg(pl.len().alias("values"), pl.col("^.*_.*$").mean())
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160, float_precision=2):
        print(by_source)
    note = (
        f"mean of {by_source.height} sources, each left out in turn; {found.height} values; terms' words not left out"
    )
    for name, limit in (("family_three", 0.8), ("nature_three", 0.7), ("nature_first", 0.5), ("code_three", 0.6)):
        level, within = name.split("_")
        words = "the first suggestion" if within == "first" else "one of three suggestions"
        share = sum(by_source[name]) / by_source.height
        Figure(name=f"right {level} in {words}", value=share, unit="", limit=limit, at_most=False, note=note).show()
    Figure(name="suggestions for a thousand values", value=seconds, unit="s", limit=10).show()


if __name__ == "__main__":
    main()
