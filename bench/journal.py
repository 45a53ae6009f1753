"""The journal: one line appended in a transaction of its own, and a million lines verified on one core."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.figure import Figure
from quietude.journal.api import Entry, Kind, SqliteJournal, Use, create_key, public_path, read_key, verify

ENTRIES = 1_000_000
BATCH = 2_000
ALONE = 500  # lines written one by one, each durable
MAX_APPEND_MS = 2.0  # issue 3, speed
MAX_VERIFY_S = 60.0  # issue 3, section 3
START = datetime(2026, 1, 1, tzinfo=UTC)


def act(number: int) -> Entry:
    """Return an entry such as a busy agent leaves."""
    return Entry(
        kind=Kind.CONSULT,
        who=f"user:{number % 300}",
        when=START + timedelta(seconds=number),
        purpose="operations",
        motive="",
        ids=(f"202601-{number:032x}",),
        filter_text="category=noise&since=2026-01-01",
        detail={"where": "/explore/answer"},
    )


def main() -> int:
    """Measure and print."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # one core, as the issue says
    with tempfile.TemporaryDirectory() as folder:
        key_file = Path(folder) / "journal.key"
        create_key(key_file, "quietude/bench/journal", Use.LOG)
        journal = SqliteJournal(Path(folder) / "journal.sqlite3", read_key(key_file, Use.LOG))
        for first in range(0, ENTRIES - ALONE, BATCH):
            journal.append([act(number) for number in range(first, min(first + BATCH, ENTRIES - ALONE))])
        spent = []
        for number in range(ENTRIES - ALONE, ENTRIES):
            began = time.perf_counter()
            journal.append([act(number)])
            spent.append(time.perf_counter() - began)
        journal.close()
        began = time.perf_counter()
        answer = verify(["--log", str(journal.path), "--key", str(public_path(key_file))])
        verified = time.perf_counter() - began
    assert answer == 0
    note = "durable (synchronous=FULL) in a journal of a million lines"
    Figure(
        name="journal line, median", value=statistics.median(spent) * 1e3, unit="ms", limit=MAX_APPEND_MS, note=note
    ).show()
    Figure(name="a million entries verified on one core", value=verified, unit="s", limit=MAX_VERIFY_S).show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
