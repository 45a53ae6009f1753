"""Facts by their names, for whoever holds names and asks which of them a viewer may list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

import pyarrow as pa

from quietude.model.event import Status, event_of
from quietude.model.identity import split_event_id
from quietude.model.rights import withheld
from quietude.model.viewer import Viewer
from quietude.store.engines.duck import DuckEngine, noticing_gone_files
from quietude.store.files import DataFile
from quietude.store.folder import Folder
from quietude.store.writing.content import key_of
from quietude.store.writing.swap import rows_with


def listable(engine: DuckEngine, folder: Folder, viewer: Viewer, names: Sequence[str]) -> frozenset[str]:
    """Return which of some facts (public names) a viewer may list.

    The facts are found by their keys and judged one by one: an engine's question with hundreds of names takes longer
    to plan than they take to find. A correction may have moved a fact from the month that its name says.
    """
    if not viewer.grants:
        return frozenset()
    wanted = {}
    for name in names:
        with suppress(ValueError):
            wanted[name] = split_event_id(name)
    months = {month for month, _ in wanted.values()}
    files = folder.events.snapshot().files
    found = _rows(engine, folder, [uid for _, uid in wanted.values()], [file for file in files if file.month in months])
    left = {uid for _, uid in wanted.values()} - set(found["uid"].to_pylist())
    if left:
        found = pa.concat_tables(
            [found, _rows(engine, folder, sorted(left), [file for file in files if file.month not in months])]
        )
    rows = found.drop_columns(["path"]).to_pylist()
    theirs = (row["id"] for row in rows if _is_theirs(viewer, row))
    return frozenset(theirs)


def _rows(engine: DuckEngine, folder: Folder, uids: Iterable[str], files: Sequence[DataFile]) -> pa.Table:
    uids = list(uids)
    wanted = pa.table({"key": pa.array([key_of(uid) for uid in uids], pa.int64()), "uid": pa.array(uids, pa.string())})
    with noticing_gone_files():
        return rows_with(engine, folder.events, files, wanted)


def _is_theirs(viewer: Viewer, row: dict[str, object]) -> bool:
    return withheld(viewer, event_of(row | {"status": row["status"] or Status.UNKNOWN.value})) is not None
