"""What of a value is only told by those beside it: stuck sensors, jumps, gaps, a unit that changes.

Such notes depend on the values that are there and on nothing else: a late value has those after it looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
import pyarrow as pa

from quietude.ingest.mapping import Mapper
from quietude.model.observation import MAKES_SUSPECT, OBSERVATION_SCHEMA, Note, Quality
from quietude.model.viewer import Viewer
from quietude.sources.api import SeriesSpec, parse_duration
from quietude.store.api import Store

VIEWER = Viewer.system("ingest")
BESIDE = frozenset({Note.STUCK, Note.JUMP, Note.GAP, Note.UNIT})
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Looks:
    """What a series' manifest asks of the values beside each."""

    stuck: timedelta | None
    gap: timedelta | None
    jump: float | None
    within: timedelta
    has_units: bool

    @classmethod
    def of(cls, spec: SeriesSpec) -> Looks | None:
        """Return what a part of a manifest asks; None where it asks nothing."""
        stuck, gap = (
            parse_duration(text).exact if text is not None else None for text in (spec.stuck_after, spec.gap_after)
        )
        found = cls(stuck, gap, spec.jump, parse_duration(spec.jump_within).exact, spec.unit_from is not None)
        return found if stuck or gap or spec.jump or found.has_units else None

    @property
    def reach(self) -> timedelta:
        """Return how far away a value may be and still say something of another one."""
        lengths = [each for each in (self.stuck, self.gap) if each is not None]
        return max([*lengths, self.within if self.jump or self.has_units else timedelta(0)])


def with_neighbours(store: Store, numbers: pa.Table, mapper: Mapper, series: Mapping[str, SeriesSpec]) -> pa.Table:
    """Return values (`OBSERVATION_SCHEMA`) with the notes that those beside tell, and those beside whose notes change.

    `series` says which part of the manifest each series is of.
    """
    looks = {name: found for name, spec in series.items() if (found := Looks.of(spec)) is not None}
    frame = pl.DataFrame(numbers)
    asked = frame.filter(pl.col("series").is_in(list(looks)))
    if asked.is_empty() or mapper.manifest.kind != "observations":
        return numbers
    reach = max(each.reach for each in looks.values())
    names = asked["series"].unique().sort().to_list()
    others = frame.filter(~pl.col("series").is_in(list(looks)))
    done = pl.concat([others, _noted(store, asked, names, looks, reach)])
    return done.to_arrow().cast(OBSERVATION_SCHEMA)


def _noted(
    store: Store, new: pl.DataFrame, names: list[str], looks: Mapping[str, Looks], reach: timedelta
) -> pl.DataFrame:
    first, last = _ends(new)
    there = pl.DataFrame(store.numbers_beside(names, since=first - reach, until=last + reach))
    alone = _alone(there, new, {name for name in names if looks[name].gap is not None})
    begun = _firsts(store, alone)
    for name, began in begun.items():
        if began > last:  # it was the first one of its series, and is no more
            after = store.numbers_beside([name], since=began, until=began + MOMENT)
            there = pl.concat([there, pl.DataFrame(after)])
    both = pl.concat([there.with_columns(is_new=False), new.with_columns(is_new=True)])
    both = both.unique(["series", "at"], keep="last", maintain_order=True).sort("series", "at")
    judged = noted(both, looks, {name for name, began in begun.items() if began < first - reach})
    changed = pl.col("is_new") | (pl.col("quality") != pl.col("quality_before"))
    return judged.filter(changed & (pl.col("at") >= first)).select(new.columns)


def _alone(there: pl.DataFrame, new: pl.DataFrame, names: set[str]) -> list[str]:
    """Return the series of which nothing is there before the first new value."""
    firsts = new.group_by("series").agg(pl.col("at").min())
    before = there.select("series", was="at").join(firsts, on="series").filter(pl.col("was") < pl.col("at"))
    return sorted(names - set(before["series"].to_list()))


def noted(values: pl.DataFrame, looks: Mapping[str, Looks], begun: set[str]) -> pl.DataFrame:
    """Return values, in order by series and time, with `quality` told anew and `quality_before`.

    `begun` names the series that had a value before the first one here.
    """
    missing = values.filter(pl.col("value").is_null()).with_columns(quality_before=pl.col("quality"))
    there = values.filter(pl.col("value").is_not_null()).with_columns(quality_before=pl.col("quality"))
    before, since = pl.col("value").shift().over("series"), pl.col("at").diff().over("series")
    stuck, within = _asked("stuck", looks), _asked("within", looks)
    there = there.with_columns(
        since=since,
        is_other=(pl.col("value") != before).fill_null(value=True) | (since > stuck).fill_null(value=False),
        step=(pl.col("value") - before).abs(),
    )
    run = pl.col("is_other").cum_sum().over("series")
    there = there.with_columns(held=pl.col("at") - pl.col("at").first().over("series", run))
    was = pl.col("quality").str.contains(Note.CONVERTED.value)
    has_units = pl.col("series").is_in([name for name, each in looks.items() if each.has_units])
    is_first = pl.col("since").is_null() & pl.col("series").is_in(sorted(begun))
    found = {
        Note.RANGE: pl.col("quality").str.contains(Note.RANGE.value),
        Note.STUCK: pl.col("held") >= stuck,
        Note.UNIT: has_units & (was != was.shift().over("series")),
        Note.JUMP: (pl.col("step") > _asked("jump", looks)) & (pl.col("since") <= within),
        Note.GAP: (pl.col("since") > _asked("gap", looks)) | is_first,
        Note.CONVERTED: was,
    }
    there = there.with_columns(quality=quality(found))
    return pl.concat([there.select(missing.columns), missing]).sort("series", "at")


def quality(found: Mapping[Note, pl.Expr]) -> pl.Expr:
    """Return the text of `quality` from what holds of each value."""
    sure = {note: holds.fill_null(value=False) for note, holds in found.items()}
    is_suspect = pl.any_horizontal([sure[note] for note in found if note in MAKES_SUSPECT] or [pl.lit(value=False)])
    worth = pl.when(is_suspect).then(pl.lit(Quality.SUSPECT.value)).otherwise(pl.lit(Quality.GOOD.value))
    notes = pl.concat_str(
        [pl.when(sure[note]).then(pl.lit(note.value)) for note in found], separator="+", ignore_nulls=True
    )
    return pl.when(notes.str.len_bytes() > 0).then(worth + ":" + notes).otherwise(worth)


def _asked(name: str, looks: Mapping[str, Looks]) -> pl.Expr:
    """Return what each row's series asks, null where it asks nothing."""
    said = {series: value for series, each in looks.items() if (value := getattr(each, name)) is not None}
    kind = pl.Float64 if name == "jump" else pl.Duration("us")
    return pl.col("series").replace_strict(said, default=None, return_dtype=kind) if said else pl.lit(None, dtype=kind)


def _ends(frame: pl.DataFrame) -> tuple[datetime, datetime]:
    first, last = frame.select(first=pl.col("at").min(), last=pl.col("at").max()).row(0)
    return first, last


def _firsts(store: Store, names: list[str]) -> dict[str, datetime]:
    """Return when some series begin; asked only for those that begin, or come back after a gap."""
    if not names:
        return {}
    there = store.series(VIEWER).select(["series", "first"]).to_pylist()
    return {row["series"]: row["first"] for row in there if row["series"] in set(names)}
