"""Facts on a list, each as "day/uid" in the order of days: so a batch of them lies in few months of the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from quietude.model.event import event_schema
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Viewer
from quietude.store.api import Store

BATCH = 20_000  # facts at a time: a few months' files are made again, with bounded memory


def uid_of(item: str) -> str:
    """Return the uid of an item."""
    return item.rpartition("/")[2]


def uids_of(items: Sequence[str]) -> list[str]:
    """Return the uids of some items."""
    return [uid_of(item) for item in items]


def batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the items some thousand at a time."""
    for begin in range(0, len(items), BATCH):
        yield items[begin : begin + BATCH]


def facts_of(store: Store, source: str, items: Sequence[str], *, viewer: Viewer) -> pa.Table:
    """Return the whole facts of some items of one source, as rows of `event_schema(levels)`."""
    days = [date.fromisoformat(item.partition("/")[0]) for item in items]
    question = Filter(sources=Choice(any_of=(source,)), since=min(days), until=max(days))
    wanted = pa.array(uids_of(items), pa.string())
    found = [
        pa.Table.from_batches([batch]).filter(pc.is_in(batch["uid"], wanted))
        for batch in store.stream(viewer, question)
    ]
    schema = event_schema(store.levels)
    return pa.concat_tables([schema.empty_table(), *(table.select(schema.names).cast(schema) for table in found)])
