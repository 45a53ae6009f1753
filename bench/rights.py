"""What rights cost: each question of the store under twelve grants with zones and masks, against one who reads all.

Both viewers are answered with the same facts where the grants let them through: the first grant covers the town up to
internal facts, the eleven others open more of them in some zones or families, each with masks of its own.
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bench.figure import Figure
from bench.store_facts import fill
from bench.store_questions import BOX, CATEGORY, ZONE, timed
from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Choice, Filter, ZoneChoice
from quietude.model.viewer import Grant, Viewer
from quietude.store.api import Store

MAX_RATIO = 1.2  # issue 3, speed
GRANTS = 12
TEXT, RECORD = frozenset({"text", "attributes"}), frozenset({"source_key"})
UNRESTRICTED = Viewer.system("bench")


def realistic() -> Viewer:
    """Return a reader of twelve grants: the town, then more in some zones and families, with masks."""
    grants = [Grant(purpose="operations", rows=Filter(), ceiling=Sensitivity.INTERNAL, masked=TEXT | RECORD)]
    for number in range(GRANTS - 1):
        zones = ZoneChoice(tuple(("quartier", f"q{number * 5 + at:03d}") for at in range(5)))
        rows = Filter(zones=zones) if number % 2 else Filter(categories=Choice((f"family{number:02d}",)))
        masked = TEXT if number % 3 else RECORD
        grants.append(Grant(purpose="operations", rows=rows, ceiling=Sensitivity.RESTRICTED, masked=masked))
    return Viewer(who="user:1", grants=tuple(grants), purpose="operations")


Ask = Callable[[Viewer], object]


def questions(store: Store) -> dict[str, Ask]:
    """Return the questions of a screen: counts, clock, cells, comparison, a list, a tile, one fact."""
    month = Filter(since=date(2024, 6, 1), until=date(2024, 6, 30))
    thirty = Filter(since=date(2024, 11, 20), until=date(2024, 12, 19))
    zone = Filter(zones=ZoneChoice((("quartier", ZONE),)))
    both = Filter(zones=ZoneChoice((("quartier", ZONE),)), categories=Choice((CATEGORY,)))
    years = Filter(since=date(2023, 1, 1), until=date(2024, 12, 31))
    open_ = Viewer(who="bench", grants=(Grant(purpose="p", rows=Filter(), regimes=frozenset({Regime.RGPD})),))
    name = store.query(open_, thirty, columns=("id",), limit=1)["id"][0].as_py()
    columns = ("id", "occurred_from", "title", "text", "source_key")
    return {
        "counts by category over 30 days": lambda viewer: store.count(viewer, thirty, ("category",)),
        "hour x weekday of one zone over three years": lambda viewer: store.matrix(viewer, zone),
        "H3 bins in a box for a month": lambda viewer: store.h3_bins(viewer, month, resolution=10, box=BOX),
        "year on year by zone x category": lambda viewer: store.count(
            viewer, years, ("year", "zone_quartier", "category")
        ),
        "latest 100 by category and zone": lambda viewer: store.query(viewer, both, columns=columns, limit=100),
        "one event by id": lambda viewer: store.event(viewer, name),
    }


def main() -> None:
    """Ask both viewers in turns, and print the ratios of the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=int(os.environ.get("QUIETUDE_BENCH_EVENTS", "20000000")))
    parser.add_argument("--folder", type=Path, default=Path(os.environ.get("QUIETUDE_BENCH_DIR", "var/bench")))
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    store = fill(given.folder / f"store-{given.events}", given.events)
    viewer = realistic()
    asked = questions(store)
    times: dict[tuple[str, bool], list[float]] = {}
    for turn in range(given.rounds + 1):
        for name, ask in asked.items():
            for who in (viewer, UNRESTRICTED):
                spent = timed(lambda ask=ask, who=who: ask(who))  # type: ignore[misc]  # called at once
                if turn:  # the first is warm-up
                    times.setdefault((name, who is viewer), []).append(spent)
    for name in asked:
        ours, theirs = (statistics.median(times[name, is_ours]) for is_ours in (True, False))
        Figure(
            name=f"{name}, under twelve grants",
            value=ours / theirs,
            unit="×",
            limit=MAX_RATIO,
            peer="a reader of everything",
            note=f"{ours:.1f} ms against {theirs:.1f}",
        ).show()


if __name__ == "__main__":
    main()
