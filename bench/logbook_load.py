"""Two hundred agents who write and read the main courante at once, against limits and against the database itself.

Each agent writes an entry a minute, comes back to the form as the browser does, and looks at a list twice: 105 million
entries a year, 350 times what Marseille writes. The peer is the database: the same rows, in one transaction each, under
the same durability, with nothing of the portal about them.

`python -m bench.logbook_load [minutes]`; QUIETUDE_BENCH_DATABASE_URL has it measured on PostgreSQL.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import psycopg

from bench.figure import Figure
from bench.logbook_agents import Agent, installed, prepare, served
from quietude.config import Settings

AGENTS = 200
MINUTES = 10.0
PACE_S = 60.0
"""Seconds between two entries of one agent."""
SAVE_MS, LIST_MS = 200, 300
RUSH_AGENTS, RUSH_S = 16, 20.0
"""Besides: as many who write without a pause, to see what the portal can take."""
GROWTH = 1.1
"""Memory at the end against that after the first fifth."""
QUERIES = ("show=today", "show=mine", "show=open", "show=all")
ROWS = 5
"""Rows that one save writes: entry, version, numbering, line of the journal, its hash."""


def memory_mib(pid: int) -> float:
    """Return the resident memory of a process, in MiB."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in text.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def live(agent: Agent, until: float, *, seed: int) -> None:
    """Write and read at a person's quickest pace until a moment of the monotonic clock."""
    chance = random.Random(seed)
    time.sleep(chance.uniform(0, PACE_S))
    while time.monotonic() < until:
        begun = time.monotonic()
        agent.save()
        agent.come_back()
        for look in (0.1, 0.55):
            time.sleep(max(0.0, begun + chance.uniform(0.8, 1.2) * look * PACE_S - time.monotonic()))
            agent.look(chance.choice(QUERIES))
        time.sleep(max(0.0, begun + chance.uniform(0.8, 1.2) * PACE_S - time.monotonic()))


def rush(agent: Agent, until: float) -> None:
    """Write without a pause until a moment."""
    while time.monotonic() < until:
        agent.save()


def together(acts: Sequence[Callable[[], None]]) -> None:
    """Run acts at once and wait for the last."""
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def inserted_per_second(settings: Settings) -> float:
    """Return how many transactions of as many rows as a save has the database alone makes durable in a second."""
    row = ("x" * 400,)
    if settings.database_url is not None:
        with psycopg.connect(settings.database_url, autocommit=True) as connection:
            connection.execute("CREATE TABLE bench_row (id bigserial PRIMARY KEY, said text)")

            def post() -> None:
                with connection.transaction():
                    for _ in range(ROWS):
                        connection.execute("INSERT INTO bench_row (said) VALUES (%s)", row)

            rate = _rate(post)
            connection.execute("DROP TABLE bench_row")
            return rate
    with closing(sqlite3.connect(settings.var_dir / "bench.sqlite3", isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        database.execute("CREATE TABLE IF NOT EXISTS bench_row (id integer PRIMARY KEY, said text)")

        def put() -> None:
            database.execute("BEGIN IMMEDIATE")
            for _ in range(ROWS):
                database.execute("INSERT INTO bench_row (said) VALUES (?)", row)
            database.execute("COMMIT")

        return _rate(put)


def _rate(act: Callable[[], None], seconds: float = 5.0) -> float:
    begun, done = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        act()
        done += 1
    return done / (time.perf_counter() - begun)


def p95_ms(seconds: Sequence[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return statistics.quantiles(seconds, n=20)[-1] * 1000


def main() -> int:
    """Measure and print."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    with installed() as settings:
        measure(settings, minutes)
    return 0


def measure(settings: Settings, minutes: float) -> None:
    """Have the agents live, then rush; show what it was like."""
    engine = "PostgreSQL" if settings.database_url is not None else "SQLite"
    sessions = prepare(settings, AGENTS, "police")
    with served(settings) as (server, address):
        agents = [Agent(address, session, "patrols", seed=number) for number, session in enumerate(sessions)]
        for agent in agents[:3]:  # the vocabulary, the town: read once
            agent.save()
            agent.look()
        held: list[float] = []
        for agent in agents:
            agent.log.saved.clear()
            agent.log.listed_s.clear()
        until = time.monotonic() + minutes * 60
        watch = threading.Thread(target=_watch, args=[server.pid, until, held])
        watch.start()
        together([lambda agent=agent, at=at: live(agent, until, seed=at) for at, agent in enumerate(agents)])  # type: ignore[misc]
        watch.join()
        _show(engine, agents, held, minutes)
        _show_rush(engine, settings, agents[:RUSH_AGENTS])


def _watch(pid: int, until: float, held: list[float]) -> None:
    while time.monotonic() < until:
        held.append(memory_mib(pid))
        time.sleep(1.0)


def _show(engine: str, agents: Sequence[Agent], held: Sequence[float], minutes: float) -> None:
    saved = [entry.seconds for agent in agents for entry in agent.log.saved]
    listed = [seconds for agent in agents for seconds in agent.log.listed_s]
    faults = sum(len(agent.log.faults) + agent.log.unanswered for agent in agents)
    who = f"{AGENTS} agents, {minutes:g} minutes, {engine}"
    for name, times, limit in (("save", saved, SAVE_MS), ("list", listed, LIST_MS)):
        note = f"{len(times):,} of them, median {statistics.median(times) * 1000:.0f} ms"
        Figure(name=f"{who}: {name}, p95", value=p95_ms(times), unit="ms", limit=limit, note=note).show()
    Figure(name=f"{who}: requests that went wrong", value=faults, unit="", limit=0).show()
    first = statistics.median(held[len(held) // 5 : len(held) // 5 + 10])
    last = statistics.median(held[-10:])
    note = f"{first:.0f} MiB then, {last:.0f} at the end"
    Figure(
        name=f"{who}: memory", value=last / first, unit="×", limit=GROWTH, peer="after the first fifth", note=note
    ).show()


def _show_rush(engine: str, settings: Settings, agents: Sequence[Agent]) -> None:
    alone = inserted_per_second(settings)
    before = sum(len(agent.log.saved) for agent in agents)
    begun = time.monotonic()
    together([lambda agent=agent: rush(agent, begun + RUSH_S) for agent in agents])  # type: ignore[misc]
    rate = (sum(len(agent.log.saved) for agent in agents) - before) / (time.monotonic() - begun)
    Figure(
        name=f"saves at full pressure, {engine}", value=rate / alone, unit="×", limit=None,
        peer=f"the database's own transactions of {ROWS} rows", note=f"{rate:.0f} per second against {alone:.0f}",
    ).show()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
