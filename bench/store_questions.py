"""Six questions on 20 million facts: the store against hand-written DuckDB over the same files, and PostgreSQL.

`python -m bench.store_questions [--events N] [--folder DIR] [--rounds N]`. The facts are made once and kept.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import psycopg
from deltalake import DeltaTable

from bench.figure import Figure
from bench.store_facts import fill, fill_postgres, rows_of
from quietude.model.event import Sensitivity
from quietude.model.filter.question import Box, Choice, Filter, ZoneChoice
from quietude.model.viewer import Grant, Viewer
from quietude.store.api import Store

DATABASE = "quietude_bench"
ANALYST = Viewer(who="analyst", grants=(Grant(purpose="statistics", rows=Filter(), ceiling=Sensitivity.INTERNAL),))
RIGHTS = "sensitivity IN ('public', 'internal') AND regime = 'RGPD'"
ZONE, CATEGORY = "q012", "family05.nature005"
BOX = Box(5.33, 43.24, 5.38, 43.28)
HEX = "CAST(floor((lon_deg - 5) * 400) AS INTEGER) AS x, CAST(floor((lat_deg - 43) * 500) AS INTEGER) AS y"
IN_BOX = f"lon_deg BETWEEN {BOX.west_deg} AND {BOX.east_deg} AND lat_deg BETWEEN {BOX.south_deg} AND {BOX.north_deg}"

Answer = Callable[[], pl.DataFrame]


class Peers:
    """The same questions in three engines."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.files = [uri.removeprefix("file://") for uri in DeltaTable(str(folder / "events")).file_uris()]
        self.duck = duckdb.connect()
        self.duck.execute("SET TimeZone = 'UTC'; SET parquet_metadata_cache = true")
        self.postgres = psycopg.connect(host="127.0.0.1", user="postgres", dbname=DATABASE, autocommit=True)
        self.postgres.execute("SET TimeZone = 'UTC'")

    def by_duck(self, sql: str, months: tuple[str, str] = ("0000-00", "9999-99")) -> Answer:
        """Return how to ask DuckDB by hand: over the files of some months, as one would write it."""
        files = [path for path in self.files if months[0] <= path.split("month=")[1][:7] <= months[1]]
        return lambda: self.duck.execute(sql.replace("events", "read_parquet($files)"), {"files": files}).pl()

    def by_postgres(self, sql: str) -> Answer:
        """Return how to ask PostgreSQL."""

        def ask() -> pl.DataFrame:
            cursor = self.postgres.execute(sql)
            assert cursor.description is not None
            names = [column.name for column in cursor.description]
            return pl.DataFrame(cursor.fetchall(), schema=names, orient="row")

        return ask


BY_CATEGORY = (
    "SELECT category, count(*) AS count FROM events "
    f"WHERE day BETWEEN '2024-11-20' AND '2024-12-19' AND {RIGHTS} GROUP BY 1"
)
BY_HOUR = f"SELECT hour_of_week, count(*) AS count FROM events WHERE zone_quartier = '{ZONE}' AND {RIGHTS} GROUP BY 1"
IN_BOX = (
    "SELECT {cell} AS h3, count(*) AS count FROM events "
    f"WHERE day BETWEEN '2024-06-01' AND '2024-06-30' AND {RIGHTS} AND {IN_BOX} GROUP BY 1"
)
NEWEST = (
    "SELECT id, occurred_from, title, text FROM events "
    f"WHERE zone_quartier = '{ZONE}' AND category = '{CATEGORY}' AND {RIGHTS} "
    "ORDER BY occurred_from DESC, id LIMIT 100"
)
YEARLY = (
    "SELECT {year} AS year, zone_quartier, category, count(*) AS count FROM events "
    f"WHERE day BETWEEN '2023-01-01' AND '2024-12-31' AND {RIGHTS} GROUP BY 1, 2, 3"
)


def questions(peers: Peers) -> dict[str, tuple[Answer, Answer, Answer]]:
    """Return each question as the store, hand-written DuckDB and PostgreSQL answer it."""
    store = peers.store
    month = Filter(since=date(2024, 6, 1), until=date(2024, 6, 30))
    thirty = Filter(since=date(2024, 11, 20), until=date(2024, 12, 19))
    zone = Filter(zones=ZoneChoice((("quartier", ZONE),)))
    both = Filter(zones=ZoneChoice((("quartier", ZONE),)), categories=Choice((CATEGORY,)))
    years = Filter(since=date(2023, 1, 1), until=date(2024, 12, 31))
    some = store.query(ANALYST, Filter(since=date(2023, 3, 3), until=date(2023, 3, 3)), columns=("id",), limit=1)
    name = some["id"][0].as_py()
    one = f"SELECT id, title, text FROM events WHERE id = '{name}' AND {RIGHTS}"
    columns = ("id", "occurred_from", "title", "text")
    return {
        "counts by category over 30 days": (
            lambda: pl.DataFrame(store.count(ANALYST, thirty, ("category",))),
            peers.by_duck(BY_CATEGORY, ("2024-11", "2024-12")),
            peers.by_postgres(BY_CATEGORY),
        ),
        "hour x weekday of one zone over three years": (
            lambda: _hours(store, zone),
            peers.by_duck(BY_HOUR),
            peers.by_postgres(BY_HOUR),
        ),
        "H3 bins in a box for a month": (
            lambda: pl.DataFrame(store.h3_bins(ANALYST, month, resolution=10, box=BOX)),
            peers.by_duck(IN_BOX.format(cell="h3"), ("2024-06", "2024-06")),
            peers.by_postgres(IN_BOX.format(cell="h3")),
        ),
        "year on year by zone x category": (
            lambda: pl.DataFrame(store.count(ANALYST, years, ("year", "zone_quartier", "category"))),
            peers.by_duck(YEARLY.format(year="year(day)"), ("2023-01", "2024-12")),
            peers.by_postgres(YEARLY.format(year="extract(year FROM day)::int")),
        ),
        "latest 100 by category and zone": (
            lambda: pl.DataFrame(store.query(ANALYST, both, columns=columns, limit=100)),
            peers.by_duck(NEWEST),
            peers.by_postgres(NEWEST),
        ),
        "one event by id": (
            lambda: _one(store, name),
            peers.by_duck(one, (f"{name[:4]}-{name[4:6]}",) * 2),
            peers.by_postgres(one),
        ),
    }


def _hours(store: Store, question: Filter) -> pl.DataFrame:
    cells = store.matrix(ANALYST, question).reshape(-1)
    frame = pl.DataFrame({"hour_of_week": range(len(cells)), "count": cells})
    return frame.filter(pl.col("count") > 0)


def _one(store: Store, name: str) -> pl.DataFrame:
    return pl.DataFrame([(event.id, event.title, event.text) for event in store.event(ANALYST, name)], orient="row")


def timed(ask: Answer) -> float:
    """Return how many milliseconds an answer takes."""
    begun = time.perf_counter()
    ask()
    return (time.perf_counter() - begun) * 1000


def p95(times: list[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


AGGREGATES = ("counts by category", "hour x weekday", "H3 bins", "year on year")
FROM_CUBES = ("hour x weekday", "year on year")


def measure(peers: Peers, rounds: int) -> list[Figure]:
    """Ask everything in turns, so that what else the machine does falls on all alike; hold it against the limits."""
    figures: list[Figure] = []
    for name, (ours, by_hand, in_postgres) in questions(peers).items():
        expected = rows_of(by_hand())
        for other in (ours, in_postgres):
            assert [tuple(map(str, row)) for row in rows_of(other())] == [tuple(map(str, row)) for row in expected], (
                name
            )
        times: list[list[float]] = [[], [], []]
        slow_peer = timed(in_postgres) > 1000
        for turn in range(rounds):
            times[0].append(timed(ours))
            times[1].append(timed(by_hand))
            times[2] += [timed(in_postgres)] if turn % 10 == 0 or not slow_peer else []
        store_ms, duck_ms, postgres_ms = (statistics.median(each) for each in times)
        peers_ms = f"DuckDB {duck_ms:.1f}, PostgreSQL {postgres_ms:.1f}"
        note = f"store {store_ms:.1f} ms (p95 {p95(times[0]):.1f}), {peers_ms}; {len(expected)} rows"
        figures.append(
            Figure(name=name, value=store_ms / duck_ms, unit="×", limit=1.3, peer="DuckDB by hand", note=note)
        )
        if name.startswith(AGGREGATES):
            limit = 20.0 if name.startswith(FROM_CUBES) else 3.0
            ratio = postgres_ms / store_ms
            figures.append(
                Figure(
                    name=f"{name}, times faster",
                    value=ratio,
                    unit="×",
                    limit=limit,
                    at_most=False,
                    peer="PostgreSQL 15",
                )
            )
        else:
            figures.append(Figure(name=f"{name}, median", value=store_ms, unit="ms", limit=25))
        if name.startswith(FROM_CUBES):
            figures.append(Figure(name=f"{name}, p95", value=p95(times[0]), unit="ms", limit=60))
    return figures


def main() -> None:
    """Make or open the facts, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=int(os.environ.get("QUIETUDE_BENCH_EVENTS", "20000000")))
    parser.add_argument("--folder", type=Path, default=Path(os.environ.get("QUIETUDE_BENCH_DIR", "var/bench")))
    parser.add_argument("--rounds", type=int, default=40)
    given = parser.parse_args()
    folder = given.folder / f"store-{given.events}"
    print(f"{given.events:,} facts in {folder}", flush=True)
    store = fill(folder, given.events)
    fill_postgres(folder, DATABASE, given.events)
    for figure in measure(Peers(store, folder), given.rounds):
        figure.show()


if __name__ == "__main__":
    main()
