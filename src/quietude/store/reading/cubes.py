"""Which cube answers which month: the smallest one that knows all that is asked; the facts themselves otherwise."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quietude.model.filter.question import Filter
from quietude.model.filter.scope import columns_of
from quietude.model.opened import opened
from quietude.model.rights import masked_columns
from quietude.model.viewer import Viewer
from quietude.store.cubes import CUBES, PLAIN, CubeSpec, fresh_cubes, months_by_year
from quietude.store.files import DataFile
from quietude.store.reading.reader import Reader
from quietude.store.table import Snapshot, Table

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

    def total(self, found: ir.Table) -> ir.IntegerValue:
        """Return the number of facts that rows of this part stand for, as `count`."""
        facts = found.count() if self.spec is None else found["count"].sum().fill_null(0)
        return facts.cast("int64").name("count")


class _LastFresh:
    """The cubes that hold, worked out once for each pair of snapshots: it takes a millisecond, an answer from them six.

    Thread-safe: what was found is replaced whole.
    """

    def __init__(self) -> None:
        self._found: tuple[Snapshot, Snapshot, Cells] | None = None

    def of(self, events: Snapshot, cubes: Snapshot) -> Cells:
        """Return the files of the cubes that hold for the facts of a snapshot."""
        found = self._found
        if found is None or found[0] is not events or found[1] is not cubes:
            found = self._found = (events, cubes, fresh_cubes(events, cubes))
        return found[2]


@dataclass(frozen=True, slots=True)
class Cubes:
    """The cubes of a store, asked through the same rights and the same questions as the facts."""

    table: Table
    is_used: bool = True
    _fresh: _LastFresh = field(default_factory=_LastFresh)

    def parts(self, reader: Reader, viewer: Viewer, question: Filter, columns: Iterable[str]) -> list[Part]:
        """Share a count out by months.

        Args:
            reader: at a fixed snapshot.
            viewer: who asks.
            question: what is counted.
            columns: columns of facts that the counts are grouped by; "day" where the day itself matters, "month" or
                "year" where that is enough, "located" for whether there is a position.
        """
        files = reader.files(viewer, question)
        able = _able(viewer, question, frozenset(columns), reader.levels) if self.is_used else ()
        if not able or not files:
            return [Part(None, question, tuple(reader.paths(files)))]
        events = reader.events.snapshot()
        fresh = self._fresh.of(events, self.table.snapshot())
        # Where days are masked a period matches nothing on the masked facts: it must stay in the question.
        is_open = question.since is None and question.until is None
        may_drop = is_open or "day" not in masked_columns(viewer)
        whole = {month for month in events.by_month if may_drop and _holds_whole_month(question, month)}
        without_period = replace(question, since=None, until=None)
        shares: dict[tuple[CubeSpec | None, Filter], list[str]] = {}
        for period in _periods(sorted({file.month for file in files}), whole, months_by_year(events), able, fresh):
            is_whole = period in whole or len(period) == len("YYYY")
            spec = _smallest(able, fresh, period, is_whole=is_whole)
            share = shares.setdefault((spec, without_period if is_whole else question), [])
            if spec is None:
                share += reader.paths(file for file in files if file.month == period)
            else:
                share += [f"{self.table.root}/{file.path}" for file in fresh[spec.name, period]]
        return [Part(spec, asked, tuple(paths)) for (spec, asked), paths in shares.items()]

    def schema(self, spec: CubeSpec, levels: tuple[str, ...]) -> pa.Schema:
        """Return the columns that a kind of cube has values in."""
        names = {"day", "count", *spec.kept(levels), *(["located"] if spec.is_located else [])}
        return pa.schema([field for field in self.table.layout.file_schema if field.name in names])

    def answer(
        self,
        reader: Reader,
        viewer: Viewer,
        parts: Sequence[Part],
        *,
        key: Hashable,
        columns: Iterable[str],
        build: Callable[[list[tuple[Part, ir.Table]]], ir.Table],
    ) -> pa.Table:
        """Return the answer of an expression over the shares of an answer.

        Args:
            reader: at the snapshot that the parts are of.
            viewer: who asks.
            parts: the shares.
            key: everything that the expression depends on, but for the parts.
            columns: columns of facts that it reads beside those it is judged by.
            build: writes the expression over the parts and their tables.
        """
        needed = frozenset(columns)
        tables, files = {}, {}
        for number, part in enumerate(parts):
            tables[f"part{number}"] = (
                reader.narrow(viewer, part.question, needed)
                if part.spec is None
                else self.schema(part.spec, reader.levels)
            )
            files[f"part{number}"] = part.paths
        shape = tuple((part.spec.name if part.spec else "", part.question) for part in parts)

        def over(*sources: ir.Table) -> ir.Table:
            return build([(part, self._as_facts(part, table)) for part, table in zip(parts, sources, strict=True)])

        return reader.engine.run(reader.plan((key, viewer, shape), tables, over), files)

    def _as_facts(self, part: Part, cells: ir.Table) -> ir.Table:
        """Return cells with the columns that conditions on a position look at: null where there is none."""
        if part.spec is None or not part.spec.is_located:
            return cells
        position = ibis.ifelse(cells["located"], ibis.literal(0.0), ibis.null("float64"))
        return cells.mutate(lon_deg=position, lat_deg=position)


def _able(viewer: Viewer, question: Filter, columns: frozenset[str], levels: tuple[str, ...]) -> tuple[CubeSpec, ...]:
    """Return the kinds of cube that know all that is asked."""
    plain, detailed = _judging(viewer, columns_of(question) | columns)
    asked = (question, *plain, *detailed)
    if any(isinstance(moment, datetime) for each in asked for moment in (each.since, each.until)):
        return ()
    everywhere = _columns_of([replace(question, since=None, until=None), *plain])
    in_detail = _columns_of(detailed)
    if not any(each.near or each.box or each.polygon for each in asked):
        everywhere, in_detail = _by_location(everywhere), _by_location(in_detail)
    everywhere |= columns
    return tuple(
        spec
        for spec in CUBES
        if everywhere <= spec.known(levels) and everywhere | in_detail <= spec.known_in_detail(levels)
    )


def _judging(viewer: Viewer, touched: frozenset[str]) -> tuple[list[Filter], list[Filter]]:
    """Return the filters that all facts are judged by, and those that facts above `PLAIN` alone are.

    Where a column that the question touches is masked, what unmasks it is judged on all facts, grant by grant.
    """
    if masked_columns(viewer) & (touched | {"day"} | (_POSITION if "located" in touched else set())):
        return [grant.rows for grant in viewer.grants], []
    shares = opened(viewer.grants)
    is_plain = [bool(set(share.sensitivities) & set(PLAIN)) for share in shares]
    by_kind = [
        [rows for share, plain in zip(shares, is_plain, strict=True) if plain is wanted for rows in share.filters]
        for wanted in (True, False)
    ]
    return by_kind[0], by_kind[1]


def _columns_of(filters: Iterable[Filter]) -> frozenset[str]:
    return frozenset[str]().union(*map(columns_of, filters))


def _by_location(judged: frozenset[str]) -> frozenset[str]:
    return judged - _POSITION | {"located"} if judged & _POSITION else judged


def _periods(
    months: list[str],
    whole: set[str],
    years: Mapping[str, tuple[str, ...]],
    able: tuple[CubeSpec, ...],
    fresh: Cells,
) -> list[str]:
    """Return the months to ask, a year in place of its months where all are wanted whole and a cube of it holds."""
    wanted = set(months)
    periods: list[str] = []
    for year, those in sorted(years.items()):
        is_joined = wanted.issuperset(those) and whole.issuperset(those)
        if is_joined and any((spec.name, year) in fresh for spec in able):
            periods.append(year)
        else:
            periods += [month for month in those if month in wanted]
    return periods


def _smallest(able: tuple[CubeSpec, ...], fresh: Cells, period: str, *, is_whole: bool) -> CubeSpec | None:
    """Return the kind with the fewest cells for a month or year, None where the facts must be asked."""
    candidates = [spec for spec in able if (is_whole or spec.grain == "day") and (spec.name, period) in fresh]
    return min(candidates, key=lambda spec: sum(file.rows for file in fresh[spec.name, period]), default=None)


def _holds_whole_month(question: Filter, month: str) -> bool:
    year, number = int(month[:4]), int(month[5:])
    first, last = date(year, number, 1), date(year, number, calendar.monthrange(year, number)[1])
    since, until = question.since, question.until
    return (since is None or since <= first) and (until is None or until >= last)
