"""What was acknowledged to a sender, and what became of it: each record must be one fact, and one alarm."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import h3

from bench.alarms import codes
from bench.figure import Figure
from bench.flows import PROBE, Sender, record
from bench.logbook_agents import environ_of, served
from quietude.config import Settings

PAUSE_S = 0.02
REFUSED_PAUSE_S = 0.2
SETTLED_S = 120.0
CHECK = """
import json, os
from pathlib import Path
from quietude.config import read_settings
from quietude.portal.api import start
settings = read_settings(os.environ, working_dir=Path.cwd())
start(settings)
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Viewer
from quietude.portal.alarms.models import Alarm, Arrival
from quietude.portal.flows.models import Delivery
from quietude.portal.town import current_store
rows = current_store().query(
    Viewer.system("bench"), Filter(sources=Choice(("bench",))), order_by=(),
    columns=("source_key", "occurred_from", "received_at"),
)
alarms = Alarm.objects.filter(rule="probe", withdrawn_at=None).values_list("group", flat=True)
waiting = Delivery.objects.count() + Arrival.objects.count()
out_s = [
    (received - at).total_seconds()
    for received, at in zip(rows["received_at"].to_pylist(), rows["occurred_from"].to_pylist())
]
said = {"keys": rows["source_key"].to_pylist(), "cells": list(alarms), "waiting": waiting, "out_s": out_s}
print(json.dumps(said))
"""


@dataclass
class Sent:
    """What was acknowledged: key to cell."""

    cells: dict[str, str] = field(default_factory=dict)
    number: int = 0
    refused: int = 0
    """Messages that were answered, and not taken."""

    def next_record(self) -> tuple[dict[str, object], str]:
        """Return a record that no other is like, and its cell."""
        self.number += 1
        lat, lon = h3.cell_to_latlng(_cell(self.number))
        said = record(0, self.number, codes()[:1]) | {"severity": 5, "lon": lon, "lat": lat}
        return said, h3.latlng_to_cell(lat, lon, 10)

    def send(self, address: str, token: str, stopped: threading.Event) -> None:
        """Post records one by one until stopped or cut; what is not acknowledged is not counted."""
        sender = Sender(address, token)
        while not stopped.is_set():
            with suppress(OSError, http.client.HTTPException):
                self._post(sender)
                time.sleep(PAUSE_S)
                continue
            return

    def insist(self, address: str, token: str, stopped: threading.Event) -> None:
        """Post records one by one until stopped, on a new line when one is cut."""
        while not stopped.is_set():
            self.send(address, token, stopped)
            stopped.wait(REFUSED_PAUSE_S)

    def _post(self, sender: Sender) -> None:
        said, cell = self.next_record()
        if sender.post([said]):
            self.cells[str(said["key"])] = cell
        else:
            self.refused += 1
            time.sleep(REFUSED_PAUSE_S)

    def tell(self, found: dict[str, Any], name: str, what: str) -> None:
        """Print the figures of a trouble.

        Args:
            found: what there is (`checked`).
            name: of the trouble.
            what: happened, in words.
        """
        facts, alarms = Counter(found["keys"]), Counter(found["cells"])
        note = f"{what}, {len(self.cells):,} records acknowledged of {self.number:,} sent, rule {PROBE}"
        for said, count in (
            ("acknowledged records that are no fact", sum(not facts[key] for key in self.cells)),
            ("records that are two facts", sum(many > 1 for many in facts.values())),
            ("acknowledged records that rang nothing", sum(not alarms[cell] for cell in self.cells.values())),
            ("cells that ring twice at once", self._doubled(alarms)),
        ):
            Figure(name=f"{name}: {said}", value=count, unit="", limit=0, note=note).show()
        Figure(name=f"{name}: records acknowledged", value=len(self.cells), unit="", limit=1, at_most=False).show()

    def _doubled(self, alarms: Counter[str]) -> int:
        """Return how many cells rang more often than records came to them."""
        came = Counter(_cell(number) for number in range(1, self.number + 1))
        return sum(count > max(1, came[cell]) for cell, count in alarms.items())


@cache
def _cells() -> tuple[str, ...]:
    """Return the cells around the town: each record has its own, so that each rings its own alarm."""
    ring = h3.grid_disk(h3.latlng_to_cell(43.30, 5.40, 10), 25)
    return tuple(str(cell) for cell in sorted(ring) if _is_in_town(cell))


def _cell(number: int) -> str:
    return _cells()[number % len(_cells())]


def _is_in_town(cell: str) -> bool:
    lat, lon = h3.cell_to_latlng(cell)
    return bool(43.281 < lat < 43.319 and 5.361 < lon < 5.439)


def checked(settings: Settings) -> dict[str, Any]:
    """Return the keys of the facts there are, the cells of the probe's alarms, and how late each fact was received."""
    said = subprocess.run(
        [sys.executable, "-c", CHECK], env=environ_of(settings), cwd=settings.var_dir, check=True,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return found


def settled(settings: Settings) -> dict[str, Any]:
    """Wait until nothing waits any more in a portal that is served; return what there is."""
    ends = time.monotonic() + SETTLED_S
    found = checked(settings)
    while found["waiting"] and time.monotonic() < ends:
        time.sleep(2.0)
        found = checked(settings)
    time.sleep(3.0)
    return checked(settings)


def settle(settings: Settings) -> dict[str, Any]:
    """Serve until nothing waits any more; return what there is."""
    with served(settings):
        return settled(settings)


def host_of(address: str) -> str:
    """Return host and port of an address."""
    return urlsplit(address).netloc
