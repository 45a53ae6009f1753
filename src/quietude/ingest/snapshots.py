"""Sources that publish everything they hold each time: what is filed already, and what left."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from quietude.ingest.ledger import Ledger
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Viewer
from quietude.sources.api import SourceFile
from quietude.store.api import Store

REASON = "snapshot"
READER = Viewer.system("ingest")


def uids_in_store(store: Store, source: str) -> pl.Series:
    """Return the identities of the facts of a source that are not withdrawn."""
    table = store.query(READER, Filter(sources=Choice(any_of=(source,))), columns=("uid", "flags"), order_by=())
    frame = pl.DataFrame(pl.from_arrow(table.select(["uid", "flags"])))
    is_withdrawn = (
        pl.col("flags").list.eval(pl.element().str.starts_with("withdrawn")).list.any().fill_null(value=False)
    )
    return frame.filter(~is_withdrawn)["uid"]


def withdraw(store: Store, source: str, present: pl.Series) -> int:
    """Close the facts of a source that its newest snapshot no longer holds; return how many."""
    known = uids_in_store(store, source)
    gone = known.filter(~known.is_in(present.implode()))
    return store.retract(source, gone.to_list(), reason=REASON) if len(gone) else 0


def still_to_read(
    files: Sequence[SourceFile], source: str, store: Store, ledger: Ledger
) -> tuple[list[SourceFile], list[SourceFile]]:
    """Return (files to read, files left): snapshots before the newest filed one are history already."""
    done = ledger.snapshots(source)
    newest = max((file.number for file in files if file.path.name in done), default=-1)
    if newest < 0 or not len(uids_in_store(store, source)):
        return list(files), []
    return [file for file in files if file.number >= newest], [file for file in files if file.number < newest]
