"""Spark as an engine: the same expressions over the same files, the road to a cluster."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import sqlglot.expressions as sge

from quietude.store.engines.base import NO_VALUES, FileLists, FilesGoneError, Plan, answer_schema, fitted, open_value

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_GONE = ("PATH_NOT_FOUND", "FileNotFound", "FILE_NOT_EXIST", "does not exist")


class SparkEngine:
    """One Spark session; each run names its tables apart, so that threads don't meet."""

    def __init__(self, session: SparkSession | None = None) -> None:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional package, needed by this engine only

        self._session = session or SparkSession.builder.getOrCreate()
        self._session.conf.set("spark.sql.session.timeZone", "UTC")
        self._compiler = ibis.pyspark.connect(self._session).compiler  # connecting also registers what it needs
        self._numbers = itertools.count()
        self._mutex = threading.Lock()

    def compile(self, expression: ir.Table, tables: Mapping[str, pa.Schema]) -> Plan:
        """Compile to Spark's SQL."""
        return Plan(self._compiler.to_sqlglot(expression), tables, answer_schema(expression))

    def run(self, plan: Plan, files: FileLists, values: Mapping[str, str] = NO_VALUES) -> pa.Table:
        """Run as a Spark job and bring the answer here."""
        return fitted(self._collect(plan, files, values), plan.schema)

    def batches(self, plan: Plan, files: FileLists, batch_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the answer of `run` in batches (the caller asks month by month, which bounds the memory)."""
        yield from self.run(plan, files).to_batches(max_chunksize=batch_rows)

    def _collect(self, plan: Plan, files: FileLists, values: Mapping[str, str]) -> pa.Table:
        with self._mutex:
            number = next(self._numbers)
        views = {name: f"quietude_{number}_{name}" for name in plan.tables}

        def renamed(node: sge.Expression) -> sge.Expression:
            if (name := open_value(node)) is not None:
                return sge.Literal.string(values[name])
            if isinstance(node, sge.Table) and node.name in views:
                node.set("this", sge.to_identifier(views[node.name], quoted=True))
            return node

        try:
            for name, view in views.items():
                self._frame(plan.tables[name], files.get(name, ())).createOrReplaceTempView(view)
            text = plan.tree.copy().transform(renamed).sql(dialect="spark")
            return pa.table(self._session.sql(text).toArrow())
        except Exception as error:
            if any(word in str(error) for word in _GONE):
                raise FilesGoneError(str(error).splitlines()[0]) from error
            raise
        finally:
            for view in views.values():
                self._session.catalog.dropTempView(view)

    def _frame(self, schema: pa.Schema, paths: Sequence[str]) -> DataFrame:
        from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415 - as above

        loose = pa.schema([pa.field(column.name, column.type) for column in schema])
        columns = from_arrow_schema(loose)
        if not paths:
            return self._session.createDataFrame([], columns)
        return self._session.read.schema(columns).parquet(*paths)
