"""DuckDB as an engine: in this process, over the snapshot's files."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
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
FORGOTTEN_AFTER = 200  # files gone; DuckDB keeps some 80 KiB of metadata of each that it read, until it is closed


@dataclass(slots=True)
class _Opened:
    """One in-memory database, for its settings and caches."""

    database: duckdb.DuckDBPyConnection
    is_spatial: bool = False


class DuckEngine:
    """One in-memory database; one cursor for each thread.

    The database is opened anew when many of the files that it read are gone: it forgets none by itself.
    """

    def __init__(self, spill: Path) -> None:
        self._spill = spill
        self._mutex = threading.Lock()
        self._empty: dict[str, pa.Schema] = {}
        self._opened = self._open()
        self._cursors = threading.local()
        self._compiler = DuckDBCompiler()
        self._met: set[str] = set()
        """Files that were read since the database was opened."""
        self._counted_at = FORGOTTEN_AFTER

    def _open(self) -> _Opened:
        database = duckdb.connect(config={"temp_directory": str(self._spill)})
        # The system keeps what was read of local files already; DuckDB's copy would grow up to 80 % of the memory.
        database.execute(
            "SET GLOBAL TimeZone = 'UTC'; SET GLOBAL parquet_metadata_cache = true;"
            "SET GLOBAL enable_external_file_cache = false"
        )
        for name, schema in self._empty.items():
            _lay_empty(database, name, schema)
        return _Opened(database)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return this thread's connection; for the store's own SQL over files (keys, sorting)."""
        return self._cursor_of(self._opened)

    def _cursor_of(self, opened: _Opened) -> duckdb.DuckDBPyConnection:
        held: tuple[_Opened, duckdb.DuckDBPyConnection] | None = getattr(self._cursors, "held", None)
        if held is None or held[0] is not opened:
            held = self._cursors.held = (opened, opened.database.cursor())
        return held[1]

    def meet(self, paths: Iterable[str]) -> None:
        """Hear which files are read next; opens the database anew when enough of those before are gone."""
        met = self._met
        met.update(paths)
        if len(met) < self._counted_at:
            return
        with self._mutex:
            if len(self._met) < self._counted_at:
                return  # another thread has counted
            there = {path for path in list(self._met) if Path(path).exists()}
            if len(self._met) - len(there) >= FORGOTTEN_AFTER // 2:  # else they stay counted until they are enough
                self._opened = self._open()  # the one before ends with the last cursor of a thread
                self._met = there
            self._counted_at = len(self._met) + FORGOTTEN_AFTER

    def spatial(self) -> duckdb.DuckDBPyConnection:
        """Return this thread's connection, with the spatial extension, which comes as a package: no network."""
        opened = self._opened
        with self._mutex:
            if not opened.is_spatial:
                folder = resources.files("duckdb_extension_spatial") / "extensions" / f"v{duckdb.__version__}"
                with resources.as_file(folder / "spatial.duckdb_extension") as path:
                    opened.database.load_extension(str(path))
                opened.is_spatial = True
        return self._cursor_of(opened)

    def compile(self, expression: ir.Table, tables: Mapping[str, pa.Schema]) -> Plan:
        """Compile to DuckDB's SQL."""
        return Plan(self._compiler.to_sqlglot(expression), tables, answer_schema(expression))

    def run(self, plan: Plan, files: FileLists, values: Mapping[str, str] = NO_VALUES) -> pa.Table:
        """Run on this thread's connection."""
        with noticing_gone_files():
            text, bound = self._bound(plan, files)
            return fitted(self.cursor().execute(text, bound | dict(values)).to_arrow_table(), plan.schema)

    def batches(self, plan: Plan, files: FileLists, batch_rows: int) -> Iterator[pa.RecordBatch]:
        """Run on a connection of its own, which stays open as long as the answer is read."""
        text, bound = self._bound(plan, files)
        with self.cursor().cursor() as cursor, noticing_gone_files():
            for batch in cursor.execute(text, bound).to_arrow_reader(batch_rows):
                yield from fitted(pa.table(batch), plan.schema).to_batches()

    def _bound(self, plan: Plan, files: FileLists) -> tuple[str, dict[str, object]]:
        """Return the SQL and its lists of files; cursors that are asked for from now on know its tables."""
        empty = frozenset(name for name in plan.tables if not files.get(name))
        text = plan.texts.get(empty)
        if text is None:
            text = plan.texts[empty] = self._text(plan, empty)
        bound = {name: list(files[name]) for name in plan.tables if name not in empty}
        for paths in bound.values():
            self.meet(paths)
        return text, dict(bound)

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
                _lay_empty(self._opened.database, name, schema)
                self._empty[name] = schema
        return name


def _lay_empty(database: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema) -> None:
    with database.cursor() as cursor:
        cursor.register("nothing", schema.empty_table())
        cursor.execute(f"CREATE TABLE {name} AS SELECT * FROM nothing")


@contextmanager
def noticing_gone_files() -> Iterator[None]:
    """Turn "no such file" into `FilesGoneError`: a newer snapshot has the facts elsewhere."""
    try:
        yield
    except (duckdb.IOException, duckdb.HTTPException) as error:
        if any(word in str(error) for word in _GONE):
            raise FilesGoneError(str(error).splitlines()[0]) from error
        raise
