"""Facts as rows: pages, the latest ones, exports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quietude.model.event import event_schema
from quietude.model.filter.question import Filter
from quietude.model.opened import concerned
from quietude.model.rights import masked_columns
from quietude.model.viewer import Viewer
from quietude.store.engines.base import FilesGoneError
from quietude.store.files import DataFile
from quietude.store.reading.counts import count_by
from quietude.store.reading.cubes import Cubes
from quietude.store.reading.reader import Reader
from quietude.store.results import StoreError

NEAR_ROWS = 2_000  # a page that ends within these is found by walking months; a deeper one by counting them first


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows of an answer, in which order: "-" before a column's name means descending; `id` breaks ties."""

    columns: tuple[str, ...]
    order_by: tuple[str, ...]
    limit: int | None
    offset: int

    @property
    def end(self) -> int:
        """Return how many rows there are to the end of a limited page, those before it included."""
        return self.offset + (self.limit or 0)

    @property
    def is_by_time(self) -> bool:
        """Tell whether newer months come strictly before (or after) older ones."""
        return self.order_by[:1] in {("-occurred_from",), ("occurred_from",)}

    @property
    def is_newest_first(self) -> bool:
        """Tell whether the newest comes first."""
        return self.order_by[:1] == ("-occurred_from",)


def query(reader: Reader, cubes: Cubes, viewer: Viewer, question: Filter, page: Page) -> pa.Table:
    """Return one page of rows."""
    _check(reader, page)
    viewer = concerned(viewer, question)
    if not viewer.grants or page.limit == 0:
        return _schema(reader, page.columns).empty_table()
    may_walk = page.limit is not None and page.is_by_time and not masked_columns(viewer) & {"occurred_from", "day"}
    if may_walk and page.end > NEAR_ROWS:
        return reader.retrying(lambda: _deep(reader.pinned(), cubes, viewer, question, page))
    if may_walk:
        return reader.retrying(lambda: _walk(reader, viewer, question, page, reader.files(viewer, question)))
    return reader.retrying(lambda: _select(reader, viewer, question, page, reader.files(viewer, question)))


def stream(
    reader: Reader, viewer: Viewer, question: Filter, columns: Sequence[str], batch_rows: int
) -> Iterator[pa.RecordBatch]:
    """Yield all rows, newest month first, inside a month newest first, so that memory holds one month at most."""
    page = Page(tuple(columns), ("-occurred_from",), None, 0)
    _check(reader, page)
    viewer = concerned(viewer, question)
    if not viewer.grants:
        return
    reader = reader.pinned()
    schema = reader.narrow(viewer, question, (*page.columns, "occurred_from", "id"))
    plan = reader.plan(("rows", viewer, question, page), {"events": schema}, _rows(reader, viewer, question, page))
    for _, files in _months(reader.files(viewer, question), is_newest_first=True):
        try:
            yield from reader.engine.batches(plan, {"events": reader.paths(files)}, batch_rows)
        except FilesGoneError as error:
            raise StoreError("an erasure removed files while they were exported; start the export again") from error


def _check(reader: Reader, page: Page) -> None:
    known = event_schema(reader.levels).names
    wanted = {*page.columns, *(name.removeprefix("-") for name in page.order_by)}
    if unknown := sorted(wanted - set(known)):
        raise ValueError(f"no column {unknown}; facts have {known}")
    if page.offset < 0 or (page.limit is not None and page.limit < 0):
        raise ValueError(f"limit {page.limit} and offset {page.offset} must not be negative")


def _schema(reader: Reader, columns: Sequence[str]) -> pa.Schema:
    known = event_schema(reader.levels)
    return pa.schema([pa.field(name, known.field(name).type) for name in columns])


def _months(files: list[DataFile], *, is_newest_first: bool) -> list[tuple[str, list[DataFile]]]:
    ordered = sorted(files, key=lambda file: file.month, reverse=is_newest_first)
    return [(month, list(group)) for month, group in groupby(ordered, key=lambda file: file.month)]


def _rows(reader: Reader, viewer: Viewer, question: Filter, page: Page) -> Callable[[ir.Table], ir.Table]:
    def build(table: ir.Table) -> ir.Table:
        found = reader.matching(viewer, question, table)
        order = [
            ibis.desc(name[1:], nulls_first=False) if name.startswith("-") else ibis.asc(name, nulls_first=False)
            for name in page.order_by
        ]
        is_settled = {"id", "-id"} & set(page.order_by)
        found = found.order_by(order if is_settled else [*order, ibis.asc("id")])
        if page.limit is not None:
            found = found.limit(page.limit, offset=page.offset)
        return found.select(*page.columns)

    return build


def _select(reader: Reader, viewer: Viewer, question: Filter, page: Page, files: list[DataFile]) -> pa.Table:
    ordering = (name.removeprefix("-") for name in page.order_by)
    schema = reader.narrow(viewer, question, (*page.columns, *ordering, "id"))
    key = ("rows", viewer, question, page)
    return reader.over(key, schema, _rows(reader, viewer, question, page), files).cast(_schema(reader, page.columns))


def _walk(reader: Reader, viewer: Viewer, question: Filter, page: Page, files: list[DataFile]) -> pa.Table:
    """Read months in the order of the page, more each time, until the page is full."""
    wanted = page.end
    months = _months(files, is_newest_first=page.is_newest_first)
    first = Page(page.columns, page.order_by, wanted, 0)  # one plan for all steps: the surplus is cut off here
    found: list[pa.Table] = []
    rows, start, step = 0, 0, 1
    while start < len(months) and rows < wanted:
        chosen = [file for _, group in months[start : start + step] for file in group]
        found.append(_select(reader, viewer, question, first, chosen))
        rows += found[-1].num_rows
        start, step = start + step, step * 3
    if not found:
        return _schema(reader, page.columns).empty_table()
    return pa.concat_tables(found).slice(page.offset, page.limit)


def _deep(reader: Reader, cubes: Cubes, viewer: Viewer, question: Filter, page: Page) -> pa.Table:
    """Count the months, then read only those that the page lies in."""
    counted = count_by(reader, cubes, viewer, question, ("month",))
    by_month = dict(zip(counted["month"].to_pylist(), counted["count"].to_pylist(), strict=True))
    skipped, chosen, rows = 0, list[DataFile](), 0
    for month, group in _months(reader.files(viewer, question), is_newest_first=page.is_newest_first):
        count = by_month.get(month, 0)
        if not chosen and skipped + count <= page.offset:
            skipped += count
            continue
        chosen += group
        rows += count
        if skipped + rows >= page.end:
            break
    inner = Page(page.columns, page.order_by, page.limit, page.offset - skipped)
    return _select(reader, viewer, question, inner, chosen)
