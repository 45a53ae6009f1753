"""Two hundred open rooms on one served portal: from a fact accepted to its alarm on the last of the screens.

Each screen is another account's, with its own session; all have the rights of an agent. The same is measured with one
screen first: what two hundred cost is said against it.

`python -m bench.screens [screens] [probes]`; QUIETUDE_BENCH_DATABASE_URL has it measured on PostgreSQL.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import h3
import numpy as np

from bench.alarms import codes
from bench.figure import Figure
from bench.flows import P99_S, PLACES, Sender, lay, record, token_of
from bench.logbook_agents import installed, prepare, served
from bench.logbook_load import memory_mib

SCREENS, PROBES = 200, 30
PAUSE_S = 1.5
SETTLED_S = 8.0
LAST_S = 15.0
FILES_MOST = 30  # a file and its log for each of what judges, files, looks and answers: none for a screen


@dataclass
class Screen:
    """One open room: notes when the alarm of each probe is in what it was sent, and how often the stream was cut."""

    session: str
    seen: dict[str, float] = field(default_factory=dict)
    events: int = 0
    received: int = 0
    cuts: int = 0

    async def watch(self, host: str, port: int, wanted: set[str], stopped: threading.Event) -> None:
        """Follow the stream until stopped."""
        while not stopped.is_set():
            reader, writer = await asyncio.open_connection(host, port, limit=2**22)
            said = f"GET /room/stream/ HTTP/1.1\r\nHost: {host}\r\nCookie: session={self.session}\r\n\r\n"
            writer.write(said.encode())
            try:
                await self._follow(reader, wanted, stopped)
            except (OSError, asyncio.IncompleteReadError):
                self.cuts += 1
            writer.close()

    async def _follow(self, reader: asyncio.StreamReader, wanted: set[str], stopped: threading.Event) -> None:
        while not stopped.is_set():
            try:
                line = await asyncio.wait_for(reader.readuntil(b"\n"), 1.0)
            except TimeoutError:
                continue
            self.received += len(line)
            if not line.startswith(b'data: {"rows"'):
                continue
            self.events += 1
            now = time.monotonic()
            for cell in wanted - self.seen.keys():
                if cell.encode() in line:
                    self.seen[cell] = now


@dataclass
class Watched:
    """What so many screens heard of so many probes."""

    accepted: dict[str, float]
    screens: list[Screen]
    memory: float
    """Of the server, in MiB, while they were open."""
    files: int
    """Connections of the server to its database: open files of it."""

    def waits(self) -> list[float]:
        """Return the seconds from each probe's acknowledgement to each screen that heard of it."""
        heard = [(cell, each.seen[cell]) for each in self.screens for cell in self.accepted if cell in each.seen]
        return [max(0.0, at - self.accepted[cell]) for cell, at in heard]

    @property
    def missed(self) -> int:
        """Return how many alarms some screen never heard of."""
        return len(self.accepted) * len(self.screens) - len(self.waits())


def watch(address: str, pid: int, sessions: list[str], token: str, probes: range) -> Watched:
    """Open the screens, send the probes one by one, and return what was heard."""
    host, port = urlsplit(address).hostname or "", urlsplit(address).port or 0
    screens, wanted, stopped = [Screen(session) for session in sessions], set[str](), threading.Event()

    async def follow() -> None:
        await asyncio.gather(*(screen.watch(host, port, wanted, stopped) for screen in screens))

    following = threading.Thread(target=lambda: asyncio.run(follow()))
    following.start()
    time.sleep(SETTLED_S)
    sender, accepted = Sender(f"{host}:{port}", token), dict[str, float]()
    for number in probes:
        lon, lat = PLACES[number]
        cell = h3.latlng_to_cell(lat, lon, 10)
        wanted.add(cell)
        if sender.post([record(9, number, codes()[:1]) | {"severity": 5, "lon": lon, "lat": lat}]):
            accepted[cell] = time.monotonic()
        time.sleep(PAUSE_S)
    time.sleep(LAST_S)
    found = Watched(accepted, screens, memory_mib(pid), connections(pid))
    stopped.set()
    following.join(30)
    return found


def connections(pid: int) -> int:
    """Return how many files of its database, or sockets to it, a process has open."""
    links = [str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink()]
    return sum(link.endswith("portal.sqlite3") for link in links)


def main() -> int:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SCREENS
    probes = int(sys.argv[2]) if len(sys.argv) > 2 else PROBES
    with installed() as empty:
        settings = lay(empty, 1)
        token, sessions = token_of(settings), prepare(settings, count, "police")
        with served(settings) as (server, address):
            few = watch(address, server.pid, sessions[:1], token, range(5))
            many = watch(address, server.pid, sessions, token, range(5, 5 + probes))
    show(few, many)
    return 0


def show(few: Watched, many: Watched) -> None:
    """Print what was measured."""
    count, waits = len(many.screens), many.waits()
    p50, p99 = np.quantile(waits, [0.5, 0.99]) if waits else (float("nan"), float("inf"))
    load = f"machine at {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores"
    note = f"{len(many.accepted)} probes, median {p50 * 1000:.0f} ms; {load}, clients included"
    Figure(name=f"accepted to alarm on each of {count} screens, p99", value=float(p99), unit="s", limit=P99_S,
           note=note).show()  # fmt: skip
    Figure(name="alarms that some screen never heard of", value=many.missed, unit="", limit=0).show()
    one = float(np.median(few.waits())) if few.waits() else float("nan")
    Figure(name=f"median with {count} screens", value=float(p50) / one, unit="×", limit=None,
           peer=f"one screen, {one * 1000:.0f} ms").show()  # fmt: skip
    Figure(name=f"memory of the server with {count} screens", value=many.memory / few.memory, unit="×", limit=1.5,
           peer=f"one screen, {few.memory:.0f} MiB").show()  # fmt: skip
    note = f"{few.files} with one screen"
    Figure(
        name=f"connections to the database with {count} screens", value=many.files, unit="", limit=FILES_MOST, note=note
    ).show()
    cuts, sent = sum(each.cuts for each in many.screens), sum(each.received for each in many.screens)
    Figure(name="streams cut", value=cuts, unit="", limit=0, note=f"{sent / 2**20:.0f} MiB sent to all").show()


if __name__ == "__main__":
    sys.exit(main())
