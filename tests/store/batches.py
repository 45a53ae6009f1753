"""Runs writers in processes of their own, to be killed or to meet: `python -m tests.store.batches VERB FOLDER …`."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from tests.model.strategies import LEVELS, TIMEZONE, fact

from quietude.model.event import event_schema
from quietude.store.api import Store

ROWS = 40


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


def run(verb: str, folder: Path, writer: int, count: int) -> None:
    """Write or maintain, saying so after each round: what is said is done."""
    store = Store.open(folder, levels=LEVELS, timezone=TIMEZONE)
    for number in range(count):
        if verb == "maintain":
            store.maintain()
        elif verb == "update":
            store.upsert(batch(number // 2, writer=writer, title=f"round {number % 2}"))
        else:
            store.upsert(batch(number, writer=writer))
        print(number, flush=True)  # noqa: T201 - the acknowledgement


if __name__ == "__main__":
    run(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
