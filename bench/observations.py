"""Observations from lines of JSON to the store and through rules on levels: values a minute on this machine.

A thousand sound level meters send a value a second each, 20 seconds to a batch; every fiftieth is loud at times. Each
batch goes through the source's mapping, is filed by (series, time), found again by its moment, as the portal does, and
judged by three rules. The peer is the same values written as Parquet by pyarrow: what a disk takes at best.

`python -m bench.observations [batches]`
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from bench.figure import Figure
from quietude.alarms.api import Compiled, Ground, NumberEngine, Rule
from quietude.ingest.api import Flow, Ledger
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import load_town
from quietude.store.api import Store

BATCHES, SENSORS, SECONDS = 30, 1_000, 20
A_MINUTE = 1_000_000
ROOT = Path(__file__).resolve().parents[1]
TOWN = ROOT / "tests" / "portal" / "towns" / "valcombe"
RULES = {
    "loud": {"level": {"series": "meters/*/laeq", "above": 75, "until_below": 70}},
    "long": {"level": {"series": "meters/*/laeq", "above": 70, "until_below": 65, "lasts": "PT5M"}},
    "low": {"level": {"series": "meters/*/laeq", "below": 25, "until_above": 30}},
}


def compiled(ground: Ground) -> tuple[Compiled, ...]:
    """Return the rules, each by series."""
    said = {"title": {"fr": "Banc", "en": "Bench"}, "severity": 2, "by": "series", "lateness": "PT10M"}
    return tuple(
        Compiled.of(Rule.model_validate(said | {"when": when}).bind(name=name, path=Path()), ground, date(2026, 1, 1))
        for name, when in RULES.items()
    )


def batches(count: int, begin: datetime) -> list[bytes]:
    """Return lines of JSON, one value each, batch by batch."""
    random = np.random.default_rng(5)
    made = []
    for number in range(count):
        levels = np.round(random.normal(52, 4, (SECONDS, SENSORS)), 1)
        levels[:, ::50] += 25 * (number % 5 == 0)
        lines = [
            {"at": (begin + timedelta(seconds=number * SECONDS + second)).isoformat(), "sensor": f"s{n}", "laeq": level}
            for second, row in enumerate(levels.tolist())
            for n, level in enumerate(row)
        ]
        made.append(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    return made


def measure(count: int) -> tuple[dict[str, float], float, int]:
    """Return seconds by step, seconds of the peer, and alarms."""
    town = load_town(TOWN, ROOT)
    ground = Ground(town.territory, load_vocabulary(), town.timezone)
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=count * SECONDS)
    given = batches(count, begin)
    spent = {"mapping and store": 0.0, "finding again": 0.0, "judging": 0.0}
    peer, alarms = 0.0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store.open(folder / "facts", levels=town.territory.level_names, timezone=town.timezone)
        flow = Flow(town, town.sources["meters"], store, Ledger(folder / "ledger.sqlite3"), ground.vocabulary)
        engine = NumberEngine(compiled(ground), town.timezone, town.territory)
        for number, lines in enumerate(given):
            now = begin + timedelta(seconds=(number + 1) * SECONDS)
            marks = [time.perf_counter()]
            flow.file(lines, f"bench #{number}", now)
            marks.append(time.perf_counter())
            came = store.arrived_numbers("meters", now, since=now - timedelta(minutes=10))
            marks.append(time.perf_counter())
            alarms += len(engine.take(pl.DataFrame(came), now))
            engine.moved()
            marks.append(time.perf_counter())
            for step, (one, other) in zip(spent, pairwise(marks), strict=True):
                spent[step] += other - one
            peer += _written(folder / f"{number}.parquet", came)
    return spent, peer, alarms


def _written(path: Path, values: pa.Table) -> float:
    begun = time.perf_counter()
    pq.write_table(values, path, compression="zstd", compression_level=1)
    return time.perf_counter() - begun


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else BATCHES
    begun = time.process_time()
    spent, peer, alarms = measure(count)
    busy = time.process_time() - begun
    values, total = count * SECONDS * SENSORS, sum(spent.values())
    per_minute = values / total * 60
    print(f"{values:,} values of {SENSORS:,} series in {total:.1f} s; {alarms} changes of alarms")
    print(f"  {busy:.1f} s of processor time in all, making the records included")
    for step, seconds in spent.items():
        print(f"  {step}: {seconds:.1f} s, {values / seconds * 60:,.0f} values a minute")
    print(f"  peer, Parquet written by pyarrow: {values / peer * 60:,.0f} values a minute")
    Figure(
        name="observations a minute, through mapping, store and three rules on levels", value=per_minute, unit="1/min",
        limit=A_MINUTE, at_most=False, note=f"{values:,} values of {SENSORS:,} series in {total:.0f} s",
    ).show()  # fmt: skip
    Figure(
        name="the same against writing them", value=total / peer, unit="×", limit=None,
        peer="Parquet written by pyarrow in the same run",
    ).show()  # fmt: skip


if __name__ == "__main__":
    main()
