"""Which cube answers which month: the smallest one that knows all that is asked; the facts themselves otherwise."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quietude.model.filter.question import Filter
from quietude.model.filter.scope import columns_of
from quietude.model.rights import masked_columns
from quietude.model.viewer import Viewer
from quietude.store.cubes import CUBES, CubeSpec, fresh_cubes, months_by_year
from quietude.store.files import DataFile
from quietude.store.reading.reader import Reader
from quietude.store.table import Table

Cells = Mapping[tuple[str, str], tuple[DataFile, ...]]
"""Files of the cubes that hold, by kind and month or year."""

_POSITION = frozenset({"lon_deg", "lat_deg"})


@dataclass(frozen=True, slots=True)
class Part:
    """A share of an answer: which table it is read from, with which question, from which files."""

    spec: CubeSpec | None
    """The kind of cube, None for the facts themselves."""
    question: Filter
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cubes:
    """The cubes of a store, asked through the same rights and the same questions as the facts."""

    table: Table
    is_used: bool = True

    def parts(self, reader: Reader, viewer: Viewer, question: Filter, columns: Iterable[str]) -> list[Part]:
        """Share a count out by months.

        Args:
            reader: at a fixed snapshot.
            viewer: who asks.
            question: what is counted.
            columns: columns of facts that the counts are grouped by; "day" where the day itself matters, "month"
                where the month is enough, "located" for whether there is a position.
        """
        files = reader.files(viewer, question)
        able = _able(viewer, question, frozenset(columns), reader.levels) if self.is_used else []
        if not able or not files:
            return [Part(None, question, tuple(reader.paths(files)))]
        events = reader.events.snapshot()
        fresh = fresh_cubes(events, self.table.snapshot())
        whole = replace(question, since=None, until=None)
        # Where days are masked a period matches nothing on the masked facts: it must stay in the question.
        may_drop = whole == question or "day" not in masked_columns(viewer)
        shares: dict[tuple[CubeSpec | None, Filter], list[str]] = {}
        for month in sorted({file.month for file in files}):
            is_whole = may_drop and _holds_whole_month(question, month)
            spec = _smallest(able, fresh, month, is_whole=is_whole)
            shares.setdefault((spec, whole if is_whole else question), []).append(month)
        years = months_by_year(events)
        return [
            Part(
                spec,
                asked,
                tuple(reader.paths(file for file in files if file.month in months))
                if spec is None
                else tuple(f"{self.table.root}/{file.path}" for file in _fewest_files(spec, months, fresh, years)),
            )
            for (spec, asked), months in shares.items()
        ]

    def schema(self, spec: CubeSpec, levels: tuple[str, ...]) -> pa.Schema:
        """Return the columns that a kind of cube has values in."""
        names = {"day", "count", *spec.kept(levels), *(["located"] if spec.is_located else [])}
        return pa.schema([field for field in self.table.layout.file_schema if field.name in names])

    def as_facts(self, spec: CubeSpec, cells: ir.Table) -> ir.Table:
        """Return cells with the columns that conditions on a position look at: null where there is none."""
        if not spec.is_located:
            return cells
        position = ibis.ifelse(cells["located"], ibis.literal(0.0), ibis.null("float64"))
        return cells.mutate(lon_deg=position, lat_deg=position)


def _able(
    viewer: Viewer, question: Filter, columns: frozenset[str], levels: tuple[str, ...]
) -> list[tuple[CubeSpec, bool]]:
    """Return the kinds of cube that know all that is asked, each with whether it can answer a part of a month."""
    asked = (question, *(grant.rows for grant in viewer.grants))
    if any(isinstance(moment, datetime) for each in asked for moment in (each.since, each.until)):
        return []
    is_placed = any(each.near or each.box or each.polygon for each in asked)
    period_aside = replace(question, since=None, until=None)
    needed = (columns - {"month"}).union(columns_of(period_aside), *(columns_of(grant.rows) for grant in viewer.grants))
    if needed & _POSITION and not is_placed:
        needed = needed - _POSITION | {"located"}
    able = []
    for spec in CUBES:
        known = {*spec.kept(levels), "sensitivity", "regime"}
        known |= ({"located"} if spec.is_located else set()) | ({"day"} if spec.is_daily else set())
        if needed <= known:
            able.append((spec, spec.is_daily))
    return able


def _smallest(
    able: list[tuple[CubeSpec, bool]],
    fresh: Mapping[tuple[str, str], tuple[DataFile, ...]],
    month: str,
    *,
    is_whole: bool,
) -> CubeSpec | None:
    candidates = [
        (sum(file.rows for file in fresh[spec.name, month]), position)
        for position, (spec, has_days) in enumerate(able)
        if (has_days or is_whole) and (spec.name, month) in fresh
    ]
    return able[min(candidates)[1]][0] if candidates else None


def _fewest_files(
    spec: CubeSpec, months: list[str], fresh: Cells, years: Mapping[str, tuple[str, ...]]
) -> list[DataFile]:
    """Return the files of some months of a cube, the year's in place of its months' where all of these are wanted."""
    found: list[DataFile] = []
    wanted = set(months)
    for year, those in sorted(years.items()):
        if (spec.name, year) in fresh and wanted.issuperset(those):
            found += fresh[spec.name, year]
        else:
            found += [file for month in those if month in wanted for file in fresh[spec.name, month]]
    return found


def _holds_whole_month(question: Filter, month: str) -> bool:
    year, number = int(month[:4]), int(month[5:])
    first, last = date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])
    since, until = question.since, question.until
    return (since is None or since <= first) and (until is None or until >= last)
