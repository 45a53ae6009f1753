"""DuckDB as an engine: in this process, over the snapshot's files."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import duckdb
import ibis.expr.types as ir
import pyarrow as pa
import sqlglot as sg
import sqlglot.expressions as sge
from ibis.backends.sql.compilers import DuckDBCompiler

from quietude.store.engines.base import NO_VALUES, FileLists, FilesGoneError, Plan, answer_schema, fitted, open_value

_GONE = ("No files found", "No such file", "Cannot open file")


class DuckEngine:
    """One in-memory database for its settings and caches; one cursor for each thread."""

    def __init__(self, spill: Path) -> None:
        self._database = duckdb.connect(config={"temp_directory": str(spill)})
        self._database.execute("SET TimeZone = 'UTC'; SET parquet_metadata_cache = true")
        self._cursors = threading.local()
        self._compiler = DuckDBCompiler()
        self._mutex = threading.Lock()
        self._empty: set[str] = set()
        self._is_spatial = False

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return this thread's connection; for the store's own SQL over files (keys, sorting)."""
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._cursors, "cursor", None)
        if cursor is None:
            cursor = self._cursors.cursor = self._database.cursor()
        return cursor

    def spatial(self) -> duckdb.DuckDBPyConnection:
        """Return this thread's connection, with the spatial extension, which comes as a package: no network."""
        with self._mutex:
            if not self._is_spatial:
                folder = resources.files("duckdb_extension_spatial") / "extensions" / f"v{duckdb.__version__}"
                with resources.as_file(folder / "spatial.duckdb_extension") as path:
                    self._database.load_extension(str(path))
                self._is_spatial = True
        return self.cursor()

    def compile(self, expression: ir.Table, tables: Mapping[str, pa.Schema]) -> Plan:
        """Compile to DuckDB's SQL."""
        return Plan(self._compiler.to_sqlglot(expression), tables, answer_schema(expression))

    def run(self, plan: Plan, files: FileLists, values: Mapping[str, str] = NO_VALUES) -> pa.Table:
        """Run on this thread's connection."""
        with _noticing_gone_files():
            return fitted(self._execute(self.cursor(), plan, files, values).to_arrow_table(), plan.schema)

    def batches(self, plan: Plan, files: FileLists, batch_rows: int) -> Iterator[pa.RecordBatch]:
        """Run on a connection of its own, which stays open as long as the answer is read."""
        with self._database.cursor() as cursor, _noticing_gone_files():
            for batch in self._execute(cursor, plan, files, NO_VALUES).to_arrow_reader(batch_rows):
                yield from fitted(pa.table(batch), plan.schema).to_batches()

    def _execute(
        self, cursor: duckdb.DuckDBPyConnection, plan: Plan, files: FileLists, values: Mapping[str, str]
    ) -> duckdb.DuckDBPyConnection:
        empty = frozenset(name for name in plan.tables if not files.get(name))
        text = plan.texts.get(empty)
        if text is None:
            text = plan.texts[empty] = self._text(plan, empty)
        bound: dict[str, object] = {name: list(files[name]) for name in plan.tables if name not in empty}
        return cursor.execute(text, bound | dict(values))

    def _text(self, plan: Plan, empty: frozenset[str]) -> str:
        def source(node: sge.Expression) -> sge.Expression:
            if (name := open_value(node)) is not None:
                return sge.Parameter(this=sge.Var(this=name))
            if not isinstance(node, sge.Table) or node.name not in plan.tables:
                return node
            names = ", ".join(f'"{column}"' for column in plan.tables[node.name].names)
            place = (
                self._empty_table(plan.tables[node.name])
                if node.name in empty
                else f"read_parquet(${node.name}, hive_partitioning = false)"
            )
            chosen = sg.parse_one(f"SELECT {names} FROM {place}", read="duckdb")
            return sge.Subquery(this=chosen, alias=node.args.get("alias"))

        return str(plan.tree.copy().transform(source).sql(dialect="duckdb"))

    def _empty_table(self, schema: pa.Schema) -> str:
        name = f"empty_{abs(hash(tuple((field.name, str(field.type)) for field in schema)))}"
        with self._mutex:
            if name not in self._empty:
                cursor = self._database.cursor()
                cursor.register("nothing", schema.empty_table())
                cursor.execute(f"CREATE TABLE {name} AS SELECT * FROM nothing")
                self._empty.add(name)
        return name


@contextmanager
def _noticing_gone_files() -> Iterator[None]:
    try:
        yield
    except (duckdb.IOException, duckdb.HTTPException) as error:
        if any(word in str(error) for word in _GONE):
            raise FilesGoneError(str(error).splitlines()[0]) from error
        raise
