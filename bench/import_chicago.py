"""Import of Chicago 2015-2017 (800,534 records) against DuckDB reading the same files into a table, in one run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import duckdb

from bench.figure import Figure, peak_memory_gib
from quietude.ingest.api import Ledger, Outcome, Progress, run_import
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import find_files, load_town
from quietude.store.api import Store

MAX_RATIO = 4.0  # issue 2, section 6
MAX_MEMORY_GIB = 1.5  # issue 2, section 6
MAX_SLOWDOWN = 1.25  # "constant": the last 100,000 records take at most a quarter longer than the median batch
ROUNDS = 3
ROOT = Path(__file__).resolve().parent.parent
ALONE = "--alone"


def plain_read(paths: list[str]) -> float:
    """Return the seconds DuckDB takes to read the files into a table on disk."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(str(Path(folder) / "plain.duckdb")) as connection:
        began = time.perf_counter()
        connection.execute("CREATE TABLE chicago AS SELECT * FROM read_csv(?)", [paths])
        connection.execute("CHECKPOINT")
        return time.perf_counter() - began


def whole_import(data_dir: Path) -> tuple[float, list[float]]:
    """Return the seconds an import into an empty store takes, and those of each batch of 100,000."""
    town = load_town(ROOT / "towns" / "bench", data_dir)
    vocabulary = load_vocabulary()
    marks: list[tuple[int, float]] = []

    def note(at: Progress) -> None:
        if at.stage == "filing":
            marks.append((at.rows, time.perf_counter()))

    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "facts", levels=town.territory.level_names, timezone=town.timezone)
        ledger = Ledger(Path(folder) / "ledger.sqlite3")
        began = time.perf_counter()
        report = run_import(town, "chicago", store, ledger, vocabulary=vocabulary, now=datetime.now(UTC), progress=note)
        seconds = time.perf_counter() - began
    assert report.outcome == Outcome.DONE, report.error
    assert report.stored == report.read == 800_534, report
    spans = pairwise(marks)
    return seconds, [
        1e5 * (end - begin) / (rows - before) for (before, begin), (rows, end) in spans if rows - before > 50_000
    ]


def main() -> int:
    """Measure and print; return 1 where the data are not on this machine."""
    data_dir = Path(os.environ.get("QUIETUDE_DATA_DIR", ROOT.parent / "shared" / "data"))
    if not (data_dir / "incidents" / "chicago_crimes_2015_2018").is_dir():
        print(f"{data_dir}/incidents/chicago_crimes_2015_2018 is missing; set QUIETUDE_DATA_DIR")
        return 1
    if ALONE in sys.argv:
        seconds, batches = whole_import(data_dir)
        print(seconds, peak_memory_gib(), max(batches[-2:]) / sorted(batches)[len(batches) // 2])
        return 0
    manifest = load_town(ROOT / "towns" / "bench", data_dir).sources["chicago"]
    paths = [str(file.path) for file in find_files(manifest, data_dir)]
    plain: list[float] = []
    imports: list[list[float]] = []
    for _ in range(ROUNDS):  # alternately, each import in a process of its own, so that its memory is its own
        plain.append(plain_read(paths))
        command = [sys.executable, "-m", "bench.import_chicago", ALONE]
        printed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
        imports.append([float(number) for number in printed.split()[-3:]])
    quickest = min(imports)
    show(quickest[0], min(plain), max(memory for _, memory, _ in imports), min(slow for _, _, slow in imports))
    return 0


def show(seconds: float, plain: float, memory_gib: float, slowdown: float) -> None:
    """Print the figures."""
    Figure(
        name="import of Chicago 2015-2017, 800,534 records",
        value=seconds / plain,
        unit="×",
        limit=MAX_RATIO,
        peer="DuckDB reading the same files into a table",
        note=f"{seconds:.1f} s, {800_534 / seconds:,.0f} records per second; the plain read {plain:.1f} s",
    ).show()
    Figure(name="memory of that import", value=memory_gib, unit="GiB", limit=MAX_MEMORY_GIB).show()
    Figure(
        name="time of the last 200,000 of 800,534 records",
        value=slowdown,
        unit="×",
        limit=MAX_SLOWDOWN,
        peer="the median batch of 100,000",
    ).show()


if __name__ == "__main__":
    sys.exit(main())
