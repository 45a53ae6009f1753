"""Runs writers in processes of their own, to be killed or to meet: `python -m tests.store.batches VERB FOLDER …`."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from tests.model.strategies import LEVELS, TIMEZONE, fact

from quietude.model.event import event_schema
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.store.api import Store

ROWS = 40
READER = Viewer.system("reader")


def batch(number: int, *, writer: int = 0, title: str = "first") -> pa.Table:
    """Return one batch of facts, the same for the same numbers, within three months."""
    rows = [
        fact(number * ROWS + at)
        | {
            "uid": f"{writer:04x}{number * ROWS + at:028x}",
            "source": f"source {writer}",
            "title": title,
            "day": date(2019, 3 + at % 3, 1 + at % 28),
            "occurred_from": datetime(2019, 3 + at % 3, 1 + at % 28, 12, tzinfo=UTC) + timedelta(minutes=number % 600),
        }
        for at in range(ROWS)
    ]
    return pa.Table.from_pylist(rows, schema=event_schema(LEVELS))


def take_step(store: Store, number: int, *, may_be_done: bool) -> None:
    """Take one step of an import: two new batches, a correction of the first of them, maintenance, and so on.

    Of a step that may be done already the facts are filed by uid; otherwise the new ones are appended.
    """
    pair, kind = divmod(number, 4)
    if kind == 3:
        store.maintain()
    elif kind == 2:
        store.upsert(batch(2 * pair, title="second"))
    elif may_be_done:
        store.upsert(batch(2 * pair + kind))
    else:
        store.append(batch(2 * pair + kind))


def look(store: Store, least: int) -> int:
    """Read everything once, from the facts and from the cubes; return how many facts there are, not fewer than before.

    Raises:
        AssertionError: a fact is there twice, a batch in part, or one that was there is not.
    """
    uids = store.query(READER, Filter(), columns=("uid",))["uid"]
    assert len(uids.unique()) == len(uids), "a fact is there twice"
    assert len(uids) % ROWS == 0, "a batch is there in part"
    assert len(uids) >= least, "facts went"
    counted = sum(store.count(READER, Filter(), ("month", "source"))["count"].to_pylist())
    assert counted >= len(uids), "the counts know fewer facts"
    return len(uids)


def run(verb: str, folder: Path, writer: int, count: int, first: int = 0) -> None:
    """Write, maintain or read, saying so after each round: what is said is done."""
    store = Store.open(folder, levels=LEVELS, timezone=TIMEZONE)
    seen = 0
    for number in range(first, count):
        if verb == "maintain":
            store.maintain()
        elif verb == "read":
            seen = look(store, seen)
        elif verb == "step":
            take_step(store, number, may_be_done=number == first)
        elif verb == "update":
            store.upsert(batch(number // 2, writer=writer, title=f"round {number % 2}"))
        else:
            store.upsert(batch(number, writer=writer))
        print(number, flush=True)  # noqa: T201 - the acknowledgement


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]), *(int(text) for text in sys.argv[3:]))
