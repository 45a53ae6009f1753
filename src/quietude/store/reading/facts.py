"""One fact by its public name, with its versions, wherever corrections moved it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from quietude.model.event import Event, Status, event_of, event_schema
from quietude.model.identity import UID_HEX_DIGITS, split_event_id
from quietude.model.rights import withheld
from quietude.model.viewer import Viewer
from quietude.store.engines.base import value
from quietude.store.files import DataFile
from quietude.store.layout import KEY_HEX_DIGITS
from quietude.store.reading.reader import Reader
from quietude.store.results import StoreError
from quietude.store.table import Table

_SAME_KEY = 1000  # rows of one key: the versions of a fact, in the history
_UID = re.compile(rf"[0-9a-f]{{{UID_HEX_DIGITS}}}")
_NEVER_NULL = ("time_precision", "origin", "regime", "sensitivity", "reality", "severity", "occurred_from", "day")


@dataclass(frozen=True, slots=True)
class Name:
    """A fact's name, taken apart."""

    uid: str
    month: str | None
    """Month of first filing, None when only the uid is known."""

    @classmethod
    def of(cls, text: str) -> Name | None:
        """Return the parts of a public name or of a uid, None when the text is neither."""
        if _UID.fullmatch(text):
            return cls(text, None)
        try:
            month, uid = split_event_id(text)
        except ValueError:
            return None
        return cls(uid, month)

    @property
    def values(self) -> dict[str, str]:
        """Return what the plans of this module leave open."""
        return {"uid": self.uid, "key": str(int(self.uid[:KEY_HEX_DIGITS], 16))}


def event(reader: Reader, history: Table, viewer: Viewer, event_id: str) -> tuple[Event, ...]:
    """Return the versions that the viewer may see, newest first; () where the current one is not theirs or absent."""
    name = Name.of(event_id)
    if name is None or not viewer.grants:
        return ()
    past: list[dict[str, Any]] = []

    def ask() -> pa.Table:
        pinned = reader.pinned()
        current = _current(pinned, history, name)
        past.clear()
        if any(_theirs(viewer, row) and row["version"] > 1 for row in current.slice(0, 1).to_pylist()):
            past.extend(_past(pinned, history, name).to_pylist())
        return current

    found = [_theirs(viewer, row) for row in reader.retrying(ask).slice(0, 1).to_pylist()]
    if not found or found[0] is None:
        return ()
    newest = found[0]
    theirs = filter(None, (_theirs(viewer, row) for row in past))
    older = {row["version"]: row for row in theirs if row["version"] < newest["version"]}
    return tuple(_made(row) for row in (newest, *(older[version] for version in sorted(older, reverse=True))))


def _theirs(viewer: Viewer, row: dict[str, Any]) -> dict[str, Any] | None:
    """Return a version of a fact as the viewer reads it, None where it is not theirs.

    Judged here on the one row that was found: in an engine's question, the rights of twelve grants take longer to
    plan than the fact takes to find.
    """
    masked = withheld(viewer, _event(row))
    return None if masked is None else row | dict.fromkeys(masked & row.keys())


def _made(row: dict[str, Any]) -> Event:
    masked = [name for name in _NEVER_NULL if row[name] is None]
    if masked:
        raise StoreError(f"a grant masks {masked}, which a fact is never without; unmask them or open no single facts")
    return _event(row)


def _event(row: dict[str, Any]) -> Event:
    return event_of(row | {"status": row["status"] or Status.UNKNOWN.value})


def _current(reader: Reader, history: Table, name: Name) -> pa.Table:
    by_month = reader.events.snapshot().by_month
    if name.month is None:
        return _find(reader, name, reader.events.snapshot().files)
    found = _find(reader, name, by_month.get(name.month, ()))
    if found.num_rows:
        return found
    moved = [file for month in _later_months(reader, history, name) for file in by_month.get(month, ())]
    return _find(reader, name, moved)


def _named(table: ir.Table) -> ir.Table:
    # The limit, far above the chance of keys that collide, keeps an engine from judging all the rows it reads by the
    # other conditions as well: it finds the key first, in one narrow column.
    found = table.filter(table["key"] == value("key").cast("int64")).limit(_SAME_KEY)
    return found.filter(found["uid"] == value("uid"))


def _find(reader: Reader, name: Name, files: Iterable[DataFile]) -> pa.Table:
    columns = event_schema(reader.levels).names

    def build(table: ir.Table) -> ir.Table:
        return _named(table).select(*columns)

    plan = reader.plan(("fact",), {"events": reader.schema}, build)
    return reader.engine.run(plan, {"events": reader.paths(files)}, name.values)


def _in_history(history: Table, name: Name) -> list[str]:
    snapshot = history.snapshot()
    files = snapshot.files if name.month is None else snapshot.by_month.get(name.month, ())
    return [f"{history.root}/{file.path}" for file in files]


def _later_months(reader: Reader, history: Table, name: Name) -> list[str]:
    """Return the months that versions of the fact were filed in, the newest version's first."""

    def build(table: ir.Table) -> ir.Table:
        return _named(table).order_by(ibis.desc("version")).select("next_month")

    plan = reader.plan(("moves",), {"history": history.layout.file_schema}, build)
    found = reader.engine.run(plan, {"history": _in_history(history, name)}, name.values)
    return list(dict.fromkeys(found["next_month"].to_pylist()))


def _past(reader: Reader, history: Table, name: Name) -> pa.Table:
    columns = event_schema(reader.levels).names

    def build(table: ir.Table) -> ir.Table:
        return _named(table).select(*columns)

    plan = reader.plan(("past",), {"history": history.layout.file_schema}, build)
    return reader.engine.run(plan, {"history": _in_history(history, name)}, name.values)
