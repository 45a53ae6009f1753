"""What every read goes through: the snapshot, the rights, the plan in the cache, and another try when files went."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import ibis.expr.types as ir
import pyarrow as pa

from quietude.model.filter.compile import to_ibis
from quietude.model.filter.question import Filter
from quietude.model.filter.scope import columns_of
from quietude.model.rights import seen
from quietude.model.viewer import Viewer
from quietude.store.engines.base import Engine, FilesGoneError, Plan, unbound
from quietude.store.files import DataFile
from quietude.store.pruning import files_for
from quietude.store.results import StoreError
from quietude.store.table import Snapshot, Table

_TRIES = 5  # each failure means that an erasure ended in between; five in a row do not happen
_PLANS = 1024  # compiled questions kept: some hundred kilobytes each at most, 10 to 25 ms saved each time


class Snapshots(Protocol):
    """Where a reader takes the files of a table from: the newest ones, or those of a fixed version."""

    @property
    def table(self) -> Table:
        """Return the table."""

    def snapshot(self) -> Snapshot:
        """Return the files to read."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A version of the past: always the same files."""

    table: Table
    past: Snapshot

    def snapshot(self) -> Snapshot:
        """Return the files of that version."""
        return self.past


@dataclass(frozen=True, slots=True)
class Newest:
    """The present: the files of the newest commit."""

    table: Table

    def snapshot(self) -> Snapshot:
        """Return the files of the newest version."""
        return self.table.snapshot()


class PlanCache:
    """Plans by question, the least recently used forgotten first. Thread-safe."""

    def __init__(self) -> None:
        self._plans: OrderedDict[Hashable, Plan] = OrderedDict()
        self._mutex = threading.Lock()

    def plan(self, key: Hashable, make: Callable[[], Plan]) -> Plan:
        """Return the plan of that key, making it where it is not known."""
        with self._mutex:
            if key in self._plans:
                self._plans.move_to_end(key)
                return self._plans[key]
        made = make()
        with self._mutex:
            self._plans[key] = made
            while len(self._plans) > _PLANS:
                self._plans.popitem(last=False)
        return made


@dataclass(frozen=True, slots=True)
class Reader:
    """The engine, the tables and the town that all answers need. Thread-safe."""

    engine: Engine
    plans: PlanCache
    events: Snapshots
    timezone: str
    levels: tuple[str, ...]

    def pinned(self) -> Reader:
        """Return this reader at the present snapshot, for an answer that is put together from several reads."""
        return replace(self, events=Fixed(self.events.table, self.events.snapshot()))

    @property
    def schema(self) -> pa.Schema:
        """Return the columns inside the files of facts."""
        return self.events.table.layout.file_schema

    def files(self, viewer: Viewer, question: Filter) -> list[DataFile]:
        """Return the current files of facts that can hold an answer."""
        return files_for(viewer, question, self.events.snapshot().files, timezone=self.timezone)

    def paths(self, files: Iterable[DataFile]) -> list[str]:
        """Return the absolute paths of files of facts."""
        root = self.events.table.root
        return [f"{root}/{file.path}" for file in files]

    def narrow(self, viewer: Viewer, question: Filter, columns: Iterable[str]) -> pa.Schema:
        """Return the columns of facts that an answer needs: those asked and those it is judged by, no others."""
        needed = columns_of(question) | {"sensitivity", "regime"} | set(columns)
        needed = needed.union(*(columns_of(grant.rows) for grant in viewer.grants))
        unknown = needed - set(self.schema.names)
        if unknown:
            raise ValueError(f"no column {sorted(unknown)}; facts have {self.schema.names}")
        return pa.schema([field for field in self.schema if field.name in needed])

    def matching(self, viewer: Viewer, question: Filter, table: ir.Table) -> ir.Table:
        """Return the rows of `table` that the viewer sees and that, as they see them, match the question."""
        mine = seen(viewer, table, timezone=self.timezone)
        return mine if question.is_open else mine.filter(to_ibis(question, mine, timezone=self.timezone))

    def plan(self, key: Hashable, tables: Mapping[str, pa.Schema], build: Callable[..., ir.Table]) -> Plan:
        """Return the plan of an expression over these tables, from the cache where the key was met before.

        Args:
            key: everything that the expression depends on.
            tables: names and columns of the tables; `build` is called with them in this order.
            build: writes the expression.
        """

        def make() -> Plan:
            return self.engine.compile(build(*(unbound(name, schema) for name, schema in tables.items())), tables)

        return self.plans.plan(key, make)

    def retrying(self, ask: Callable[[], pa.Table]) -> pa.Table:
        """Return what `ask` returns; where files went while it read (an erasure), ask again on a newer snapshot."""
        for _ in range(_TRIES):
            try:
                return ask()
            except FilesGoneError:
                continue
        raise StoreError("files of this version are gone: an erasure removed them; ask the present, not the past")

    def over(
        self, key: Hashable, schema: pa.Schema, build: Callable[[ir.Table], ir.Table], files: Sequence[DataFile]
    ) -> pa.Table:
        """Return the answer of an expression over some files of facts."""
        plan = self.plan(key, {"events": schema}, build)
        return self.engine.run(plan, {"events": self.paths(files)})

    def also(self, question: Filter, table: ir.Table) -> ir.Table:
        """Return the rows of a table that the viewer already sees (see `matching`) that match one more question."""
        return table if question.is_open else table.filter(to_ibis(question, table, timezone=self.timezone))
