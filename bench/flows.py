"""Facts through the HTTP door at 2,000 a second, under 500 rules: from accepted to an alarm on an open screen.

Senders post a hundred records at a time; besides, one record a second rings a rule of its own in a cell of its own. A
screen hears the stream and fetches the tray as the page does. The peer is the database: the same messages as rows.

`python -m bench.flows [minutes] [rules] [records a second]`; QUIETUDE_BENCH_DATABASE_URL has it measured on PostgreSQL.
"""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import h3
import numpy as np
from ruamel.yaml import YAML

from bench.alarms import WHENS, codes
from bench.figure import Figure
from bench.logbook_agents import environ_of, installed, prepare, served
from bench.logbook_load import inserted_per_second, memory_mib
from quietude.config import Settings

MINUTES, RULES, PER_SECOND = 10.0, 500, 2_000
MESSAGE = 100
SENDERS = 4
P99_S = 1.0
QUARTERS = ("port", "halles", "moulin", "plateau")
PLACES = [(5.36 + 0.08 * x / 40, 43.28 + 0.04 * y / 40) for x in range(40) for y in range(40)]
PROBE = "probe"
PREPARE = """
import os
from datetime import timedelta
from pathlib import Path
from quietude.config import read_settings
from quietude.portal.api import add_user
settings = read_settings(os.environ, working_dir=Path.cwd())
add_user(settings, "sensors", "data_manager", password="la mer est calme ce soir")
from quietude.portal.accounts.models import Scope, User
from quietude.portal.accounts.tokens import make_token
print(make_token(User.objects.get(username="sensors"), "sensors", [Scope.RECORDS_WRITE], timedelta(days=1))[1])
"""
SOURCE = """\
title: {fr: "Banc", en: "Bench"}
owner: "Banc"
kind: incidents
legal_basis: "banc"
retention: P3Y
read: {format: flow}
flow: {}
map:
  source_key: key
  occurred_from: {column: at, parse: iso}
  category: {column: what, crosswalk: crosswalks/same.csv}
  severity: severity
  place: {lon: lon, lat: lat}
"""


@dataclass
class Screen:
    """An open tray: hears of changes, fetches the list, and notes when each probe's alarm is there first."""

    address: str
    session: str
    seen: dict[str, float] = field(default_factory=dict)
    fetched_s: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def watch(self, stopped: threading.Event, wanted: Callable[[], list[str]]) -> None:
        """Follow the stream until stopped."""
        while not stopped.is_set():
            try:
                for _ in self._changes(stopped):
                    self._fetch(wanted())
            except (OSError, http.client.HTTPException) as error:
                self.faults.append(type(error).__name__)

    def _changes(self, stopped: threading.Event) -> Iterator[None]:
        line = http.client.HTTPConnection(self.address, timeout=30)
        line.request("GET", "/alarms/stream/", headers=self._headers)
        answer = line.getresponse()
        if answer.status != http.client.OK:
            raise http.client.HTTPException(str(answer.status))
        while not stopped.is_set() and (said := answer.readline()):
            if said.startswith(b"event: changed"):
                yield
        line.close()

    def _fetch(self, wanted: list[str]) -> None:
        begun = time.monotonic()
        line = http.client.HTTPConnection(self.address, timeout=30)
        line.request("GET", "/alarms/part/?show=now", headers=self._headers)
        answer = line.getresponse()
        text = answer.read().decode()
        line.close()
        now = time.monotonic()
        self.fetched_s.append(now - begun)
        for cell in wanted:
            if cell in text:
                self.seen.setdefault(cell, now)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Cookie": f"session={self.session}", "Accept-Language": "fr"}


@dataclass
class Sender:
    """One program that sends records at an even pace."""

    address: str
    token: str
    taken: int = 0
    refused: int = 0
    answered_s: list[float] = field(default_factory=list)
    _line: http.client.HTTPConnection | None = None

    def post(self, records: list[dict[str, object]]) -> bool:
        """Send records; tell whether they were acknowledged."""
        body = b"".join(json.dumps(each).encode() + b"\n" for each in records)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/x-ndjson"}
        begun = time.monotonic()
        self._line = self._line or http.client.HTTPConnection(self.address, timeout=60)
        self._line.request("POST", "/api/v1/sources/bench/records", body, headers)
        answer = self._line.getresponse()
        answer.read()
        self.answered_s.append(time.monotonic() - begun)
        if answer.status != http.client.OK:
            self.refused += 1
            return False
        self.taken += len(records)
        return True

    def run(self, number: int, pace_s: float, until: float) -> None:
        """Send messages until a moment, one each `pace_s` seconds."""
        known, message, due = codes(), 0, time.monotonic()
        while due < until:
            time.sleep(max(0.0, due - time.monotonic()))
            self.post([record(number, message * MESSAGE + each, known) for each in range(MESSAGE)])
            message, due = message + 1, due + pace_s


def record(sender: int, number: int, known: list[str]) -> dict[str, object]:
    """Return one record, of one of 1,600 places, all categories and severities."""
    lon, lat = PLACES[number * 37 % len(PLACES)]
    return {
        "key": f"{sender}-{number}", "at": datetime.now(UTC).isoformat(), "what": known[number * 7919 % len(known)],
        "severity": 1 + number % 4, "lon": lon, "lat": lat,
    }  # fmt: skip


def lay(settings: Settings, rules: int) -> Settings:
    """Return the installation with a town of so many rules, and a source that flows."""
    towns = settings.var_dir / "towns"
    town = towns / settings.town
    shutil.copytree(settings.town_dir, town)
    (town / "sources" / "bench.yml").write_text(SOURCE, encoding="utf-8")
    (town / "crosswalks").mkdir(exist_ok=True)
    rows = "".join(f"{code},{code},exact,\n" for code in codes())
    text = f"# version: 1\nsource_category,code,relation,note\n{rows}"
    (town / "crosswalks" / "same.csv").write_text(text, encoding="utf-8")
    shutil.rmtree(town / "rules")
    (town / "rules").mkdir()
    known, yaml = codes(), YAML()
    probe = {
        "title": {"fr": "Sonde", "en": "Probe"}, "scope": f"source:bench severity>=5 nature:{known[0]}", "by": "h3:10",
        "when": {"match": {"holds": "PT1M"}}, "severity": 5,
    }  # fmt: skip
    made: dict[str, dict[str, object]] = {PROBE: probe}
    for n in range(rules - 1):
        scope = f"source:bench nature:{known[n % len(known)]} severity>={1 + n % 4}"
        if n >= len(known):
            scope += f" quarter:{QUARTERS[n % 4]}"
        made[f"rule_{n}"] = {
            "title": {"fr": "Banc", "en": "Bench"}, "scope": scope, "by": ("zone:quarter", "town", "h3:8")[n % 3],
            "when": WHENS[n % len(WHENS)], "severity": 1 + n % 4,
        }  # fmt: skip
    for name, content in made.items():
        with (town / "rules" / f"{name}.yml").open("w", encoding="utf-8") as file:
            yaml.dump(content, file)
    return replace(settings, towns_dir=towns)


def token_of(settings: Settings) -> str:
    """Make an account that may send records; return its token."""
    said = subprocess.run(
        [sys.executable, "-c", PREPARE], env=environ_of(settings), cwd=settings.var_dir, check=True,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return said.stdout.split()[-1]


def main() -> int:
    """Measure and print."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else MINUTES
    rules = int(sys.argv[2]) if len(sys.argv) > 2 else RULES
    per_second = int(sys.argv[3]) if len(sys.argv) > 3 else PER_SECOND
    with installed() as empty:
        settings = lay(empty, rules)
        token, session = token_of(settings), prepare(settings, 1, "police")[0]
        with served(settings) as (server, address):
            taken = measure(
                urlsplit(address).netloc, token, session, server.pid, minutes=minutes, per_second=per_second
            )
        rate = inserted_per_second(settings)
        Figure(
            name="messages acknowledged, of the database's own rate", value=taken / MESSAGE / rate, unit="×", limit=1.0,
            peer=f"{rate:,.0f} transactions of five rows a second in the same run",
        ).show()  # fmt: skip
    return 0


def measure(address: str, token: str, session: str, pid: int, *, minutes: float, per_second: int) -> float:
    """Send, watch, and print the figures; return how many records a second were taken."""
    senders = [Sender(address, token) for _ in range(SENDERS)]
    screen, stopped = Screen(address, session), threading.Event()
    accepted: dict[str, float] = {}
    watching = threading.Thread(target=screen.watch, args=[stopped, lambda: list(set(accepted) - set(screen.seen))])
    watching.start()
    warm_up(address, token, screen, accepted)
    begun = time.monotonic()
    until = begun + 60 * minutes
    pace = MESSAGE * SENDERS / per_second
    threads = [threading.Thread(target=each.run, args=[n, pace, until]) for n, each in enumerate(senders)]
    for thread in threads:
        thread.start()
    probing = Sender(address, token)
    early, number = 0.0, 0
    while time.monotonic() < until:
        time.sleep(1.0)
        number += 1
        lon, lat = PLACES[number % len(PLACES)]
        cell = h3.latlng_to_cell(lat, lon, 10)
        probe = record(9, number, codes()[:1]) | {"severity": 5, "lon": lon, "lat": lat}
        if cell not in accepted and probing.post([probe]):
            accepted[cell] = time.monotonic()
        if not early and time.monotonic() - begun > 12 * minutes:
            early = memory_mib(pid)
    for thread in threads:
        thread.join()
    taken_s = time.monotonic() - begun
    time.sleep(15.0)
    stopped.set()
    watching.join(40)
    show(senders, screen, accepted, taken_s=taken_s, growth=memory_mib(pid) / early if early else float("nan"))
    return sum(each.taken for each in senders) / taken_s


def warm_up(address: str, token: str, screen: Screen, accepted: dict[str, float]) -> None:
    """Wait until the server judges: its rules are read when it starts. What rings meanwhile is not measured.

    Raises:
        TimeoutError: nothing rang for two minutes.
    """
    lon, lat = PLACES[-1]
    cell = h3.latlng_to_cell(lat, lon, 10)
    Sender(address, token).post([record(8, 0, codes()[:1]) | {"severity": 5, "lon": lon, "lat": lat}])
    accepted[cell] = begun = time.monotonic()
    while cell not in screen.seen:
        if time.monotonic() - begun > 120.0:
            raise TimeoutError("no alarm two minutes after the start")
        time.sleep(0.2)
    print(f"the server judges {time.monotonic() - begun:.1f} s after its first record")
    del accepted[cell]


def show(senders: list[Sender], screen: Screen, accepted: dict[str, float], *, taken_s: float, growth: float) -> None:
    """Print what was measured."""
    waits = [screen.seen[cell] - at for cell, at in accepted.items() if cell in screen.seen]
    lost = len(accepted) - len(waits)
    taken = sum(each.taken for each in senders)
    answers = np.array([each for sender in senders for each in sender.answered_s])
    note = f"{taken:,} records in {taken_s:.0f} s, {sum(each.refused for each in senders)} messages refused"
    Figure(
        name="records through HTTP",
        value=taken / taken_s,
        unit="1/s",
        limit=PER_SECOND * 0.99,
        at_most=False,
        note=note,
    ).show()
    p50, p99 = np.quantile(waits, [0.5, 0.99]) if waits else (float("nan"), float("inf"))
    note = (
        f"{len(waits)} probes, median {p50 * 1000:.0f} ms, {lost} never seen; {len(screen.fetched_s)} looks at the tray"
    )
    Figure(name="accepted to alarm on an open screen, p99", value=p99, unit="s", limit=P99_S, note=note).show()
    note = f"median {np.median(answers) * 1000:.0f} ms"
    Figure(
        name=f"a message of {MESSAGE} records acknowledged, p99", value=float(np.quantile(answers, 0.99)), unit="s",
        limit=P99_S, note=note,
    ).show()  # fmt: skip
    Figure(name="memory at the end against that after a fifth", value=growth, unit="×", limit=1.5).show()


if __name__ == "__main__":
    sys.exit(main())
