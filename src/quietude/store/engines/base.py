"""What an engine is to the store: it compiles an expression once, then runs it over lists of files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Protocol

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import sqlglot.expressions as sge

FileLists = Mapping[str, Sequence[str]]
"""Name of a table in the expression to the absolute paths of its Parquet files, possibly none."""


NO_VALUES: Mapping[str, str] = MappingProxyType({})

_OPEN = "\x1f"  # no text of a question can hold it: it separates, in ASCII and in `identity`


_NAMES = ("uid", "key")


class FilesGoneError(RuntimeError):
    """A file of the list was deleted meanwhile: take a newer snapshot and ask again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An expression compiled for one engine; `texts` keeps its SQL by the set of tables that have no files."""

    tree: sge.Expression
    tables: Mapping[str, pa.Schema]
    """The tables of the expression by name, with the columns it may read of each."""
    schema: pa.Schema
    """The columns of the answer."""
    texts: dict[frozenset[str], str] = field(default_factory=dict)


class Engine(Protocol):
    """Runs plans. Thread-safe."""

    def compile(self, expression: ir.Table, tables: Mapping[str, pa.Schema]) -> Plan:
        """Compile an expression over unbound tables of these names (see `unbound`)."""

    def run(self, plan: Plan, files: FileLists, values: Mapping[str, str] = NO_VALUES) -> pa.Table:
        """Return the answer, in the plan's schema.

        Args:
            plan: what to run.
            files: the files of each table.
            values: what the plan leaves open (see `value`).

        Raises:
            FilesGoneError: a file does not exist any more.
        """

    def batches(self, plan: Plan, files: FileLists, batch_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the answer in batches, in bounded memory; raises as `run` does."""


def value(name: Literal["uid", "key"]) -> ir.StringValue:
    """Return a text that the plan leaves open: it is given with each run, so that one plan serves many."""
    return ibis.literal(f"{_OPEN}{name}{_OPEN}")


def open_value(node: sge.Expression) -> str | None:
    """Return the name of the open value that a node of a compiled plan stands for, None for all other nodes."""
    is_open = (
        isinstance(node, sge.Literal) and node.is_string and node.this in {f"{_OPEN}{name}{_OPEN}" for name in _NAMES}
    )
    return str(node.this).strip(_OPEN) if is_open else None


def unbound(name: str, schema: pa.Schema) -> ir.Table:
    """Return a table of that name and these columns to write expressions with; an engine gives it its files later."""
    # Whether a column may be null is the table's promise; in an expression it would stop unions of like columns.
    loose = pa.schema([pa.field(column.name, column.type) for column in schema])
    return ibis.table(ibis.Schema.from_pyarrow(loose), name=name)


def answer_schema(expression: ir.Table) -> pa.Schema:
    """Return the columns of an expression's answer as Arrow types."""
    return pa.schema(expression.schema().to_pyarrow())


def fitted(answer: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return an engine's answer with exactly the promised columns and types."""
    return answer.select(schema.names).cast(schema).replace_schema_metadata(None)
