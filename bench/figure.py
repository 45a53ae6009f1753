"""One measured figure, printed for people and, as one JSON line, for the table of docs/benchmarks.md."""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import asdict, dataclass

PREFIX = "figure: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured, and the limit that it is held against."""

    name: str
    """What, in words: "import of Chicago 2015-2017 against a plain read"."""
    value: float
    unit: str
    """"×" for a ratio against `peer`; else "ms", "GiB", "1/s"."""
    limit: float | None
    """None where two things are only compared."""
    at_most: bool = True
    """Whether `limit` is a ceiling (else a floor)."""
    peer: str = ""
    """What it was measured against in the same run; empty for an absolute limit."""
    note: str = ""

    @property
    def holds(self) -> bool:
        """Tell whether the figure is within its limit, if it has one."""
        if self.limit is None:
            return True
        return self.value <= self.limit if self.at_most else self.value >= self.limit

    @property
    def bound(self) -> str:
        """Return the limit as it is shown, "none" where there is none."""
        if self.limit is None:
            return "none"
        return f"{'≤' if self.at_most else '≥'} {self.limit:g}"

    def show(self) -> None:
        """Print the figure."""
        verdict = "ok" if self.holds else "MISSED"
        against = f" against {self.peer}" if self.peer else ""
        measured = f"{self.value:.3g} {self.unit} ({self.bound})"
        print(f"{verdict:6} {self.name}: {measured}{against} {self.note}".rstrip())
        print(PREFIX + json.dumps(asdict(self), ensure_ascii=False), flush=True)


def read_figures(output: str) -> list[Figure]:
    """Return the figures that a run printed."""
    return [Figure(**json.loads(line.removeprefix(PREFIX))) for line in output.splitlines() if line.startswith(PREFIX)]


def peak_memory_gib() -> float:
    """Return the largest resident memory that this process had, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def machine() -> str:
    """Return what this machine is, in a few words."""
    return f"{os.cpu_count()} cores, Python {sys.version.split()[0]}"
