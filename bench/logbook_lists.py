"""The central main courante with three million entries, ten years of a large town: any ready filter, as a page.

One entry is written as anybody writes it, then multiplied by the database, with other moments, places, authors and
states. Pages are asked of the portal by an agent of the service that keeps the logbook: rights, texts, counts, the
journal's line and all. QUIETUDE_BENCH_DATABASE_URL has it measured on PostgreSQL;
`python -m bench.logbook_lists [entries]`.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import psycopg

from bench.figure import Figure
from bench.logbook_agents import Agent, installed, prepare, served
from quietude.config import Settings

ENTRIES = 3_000_000
YEARS = 10
OPEN_ONES = 12_000
"""The newest have follow-ups yet."""
LIST_MS = 200
VISITS = 40
STREETS = 3_000
QUESTIONS = (
    "show=shift",
    "show=today",
    "show=open",
    "show=late",
    "show=mine",
    "show=all",
    "show=all&logbook=patrols",
    "show=all&zone=district:west",
    "show=all&zone=quarter:port",
    "show=open&zone=quarter:port",
    "show=all&street=rue+1234",
    "show=open&street=rue+12",
    "show=mine&zone=district:east&street=rue+7",
)
PLACES = (("west", "port"), ("east", "halles"), ("west", "moulin"), ("east", "plateau"))
Ask = Callable[[str], list[tuple[object, ...]]]


@contextmanager
def database(settings: Settings) -> Iterator[tuple[Ask, bool]]:
    """Open the portal's database past the portal; yield what runs a statement, and whether it is PostgreSQL."""
    if settings.database_url is not None:
        with psycopg.connect(settings.database_url, autocommit=True) as server:

            def answered(statement: str) -> list[tuple[object, ...]]:
                done = server.execute(statement.encode())
                return done.fetchall() if done.description is not None else []

            yield answered, True
        return
    with closing(sqlite3.connect(settings.var_dir / settings.town / "portal.sqlite3", isolation_level=None)) as file:
        file.executescript("PRAGMA synchronous=OFF; PRAGMA cache_size=-500000;")
        yield lambda statement: file.execute(statement).fetchall(), False


def multiply(settings: Settings, count: int) -> None:
    """Make `count` entries of the one that is there."""
    step_s = YEARS * 365 * 86_400 // count
    with database(settings) as (ask, is_server):
        begun = int((datetime.now(UTC) - timedelta(seconds=step_s * (count + 1))).timestamp())
        first = int(str(ask("SELECT max(id) FROM logbook_entry")[0][0]))

        def moment(seconds: str) -> str:
            return f"to_timestamp({begun} + {seconds})" if is_server else f"datetime({begun} + {seconds}, 'unixepoch')"

        when, by_place = moment(f"i * {step_s}"), "CASE (i * 31) % 4 "
        zones = [by_place + "".join(f"WHEN {at} THEN '{pair[level]}' " for at, pair in enumerate(PLACES)) + "END"
                 for level in (0, 1)]  # fmt: skip
        is_open = f"i > {count - OPEN_ONES} AND i % 3 = 0"
        other = {
            "id": f"{first} + i", "number": "i + 1", "label": "'PM-' || (i + 1)",
            "written_at": when, "occurred_at": when,
            "key": "gen_random_uuid()" if is_server else "lower(hex(randomblob(16)))",
            "author_id": "1 + (i * 7) % 200", "zone_1": zones[0], "zone_2": zones[1],
            "street": f"'rue ' || (i * 7919) % {STREETS}",
            "place_label": f"(i % 90) || ' rue ' || (i * 7919) % {STREETS}",
            "state": f"CASE WHEN {is_open} THEN CASE i % 2 WHEN 0 THEN 'open' ELSE 'under_way' END ELSE 'closed' END",
            "due_at": f"CASE WHEN {is_open} AND i % 2 = 1 THEN {moment(f'(i + {OPEN_ONES // 2}) * {step_s}')} END",
            "filed_revision": "revision",
        }  # fmt: skip
        numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
        _copy(ask, "logbook_entry", f"id = {first}", other, numbers)
        version = {"id": f"{first} + i", "entry_id": f"{first} + i", "at": when, "author_id": "1 + (i * 7) % 200"}
        _copy(ask, "logbook_entryversion", f"entry_id = {first} AND version = 1", version, numbers)
        ask(f"UPDATE logbook_numbering SET last = {count + 1}")
        ask("ANALYZE")


def _copy(ask: Ask, table: str, which: str, other: dict[str, str], numbers: str) -> None:
    """Insert a row for each number: as the one that is there, some columns aside."""
    columns = _columns(ask, table)
    said = ", ".join(other.get(column, f"t.{column}") for column in columns)
    ask(
        f"INSERT INTO {table} ({', '.join(columns)}) {numbers} "
        f"SELECT {said} FROM n, (SELECT * FROM {table} WHERE {which}) AS t"
    )


def _columns(ask: Ask, table: str) -> list[str]:
    try:
        return [str(row[1]) for row in ask(f"PRAGMA table_info({table})")]
    except psycopg.Error:
        asked = f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' ORDER BY 1"
        return [str(row[0]) for row in ask(asked)]


def p95_ms(agent: Agent, question: str) -> tuple[float, float]:
    """Return the 95th percentile and the median of a page, in milliseconds, after it was asked for twice."""
    for _ in range(2):
        agent.look(question)
    agent.log.listed_s.clear()
    for _ in range(VISITS):
        agent.look(question)
    if agent.log.faults or agent.log.unanswered:
        raise RuntimeError(f"{question}: {agent.log.faults[:3]}, {agent.log.unanswered} without an answer")
    times = agent.log.listed_s
    return statistics.quantiles(times, n=20)[-1] * 1000, statistics.median(times) * 1000


def main() -> int:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    with installed() as settings:
        measure(settings, count)
    return 0


def measure(settings: Settings, count: int) -> None:
    """Lay the entries, ask for each page, show how long it takes."""
    engine = "PostgreSQL" if settings.database_url is not None else "SQLite"
    sessions = prepare(settings, 200, "police")
    with served(settings) as (_server, address):
        Agent(address, sessions[0], "patrols", seed=1).save()
    begun = time.monotonic()
    multiply(settings, count)
    print(f"{count:,} entries laid in {time.monotonic() - begun:.0f} s", flush=True)
    with served(settings) as (_server, address):
        agent = Agent(address, sessions[7], "patrols", seed=2)
        empty_ms = p95_ms(agent, "show=all&logbook=desk")[1]  # the same page with no row
        for question in QUESTIONS:
            p95, median = p95_ms(agent, question)
            note = f"{count:,} entries, {engine}; median {median:.0f} ms, the page without a row {empty_ms:.0f}"
            Figure(name=f"central list, {question}: p95", value=p95, unit="ms", limit=LIST_MS, note=note).show()


if __name__ == "__main__":
    sys.exit(main())
