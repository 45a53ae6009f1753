"""Superseded versions of facts, asked like facts: for whoever answers a person or keeps to the durations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import ibis.expr.types as ir
import pyarrow as pa

from quietude.model.filter.question import Filter
from quietude.model.opened import concerned
from quietude.model.viewer import Viewer
from quietude.store.reading.reader import Reader
from quietude.store.table import Table


def past_versions(
    reader: Reader, history: Table, viewer: Viewer, question: Filter, columns: Sequence[str]
) -> Iterator[pa.Table]:
    """Yield superseded versions month by month, oldest month first: the viewer's, and matching as they see them.

    Raises:
        ValueError: the history has no such column.
    """
    schema = history.layout.file_schema
    unknown = sorted(set(columns) - set(schema.names))
    if unknown:
        raise ValueError(f"no column {unknown}; versions have {schema.names}")
    viewer = concerned(viewer, question)
    if not viewer.grants:
        return

    def build(table: ir.Table) -> ir.Table:
        return reader.matching(viewer, question, table).select(*columns)

    plan = reader.plan(("versions", viewer, question, tuple(columns)), {"history": schema}, build)
    for month in list(history.snapshot().by_month):

        def ask(month: str = month) -> pa.Table:
            files = history.snapshot().by_month.get(month, ())
            return reader.engine.run(plan, {"history": [f"{history.root}/{file.path}" for file in files]})

        found = reader.retrying(ask)
        if found.num_rows:
            yield found
