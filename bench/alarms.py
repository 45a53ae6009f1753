"""The engine of alarms: facts a second under 500 rules, and what a fact costs as rules of one kind grow to 10,000.

Issue 5 asks for 2,000 facts a second. They come in batches of a tenth of a second, as a flow gives them.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import h3
import polars as pl

from bench.figure import Figure
from quietude.alarms.api import Compiled, Engine, Ground, Rule
from quietude.model.event import event_schema
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import load_town

ROOT = Path(__file__).resolve().parent.parent
PER_SECOND = 2_000
BATCH = PER_SECOND // 10
SECONDS = 60
RULES = 500
CURVE = (100, 1_000, 10_000)
BEGIN = datetime(2026, 6, 5, 18, tzinfo=UTC)
QUARTERS = ("port", "halles", "moulin", "plateau")
WHENS: tuple[dict[str, object], ...] = (
    {"match": {"holds": "PT10M"}},
    {"count": {"at_least": 3, "within": "PT30M"}},
    {"count": {"at_least": 20, "within": "PT1H"}},
    {"sequence": {"first": "nature:noise", "then": "nature:violence", "within": "PT30M"}},
    {"all": [{"match": {}}, {"not": {"match": {"scope": "severity>=4"}}}]},
)


def codes() -> list[str]:
    """Return the categories of the second level."""
    return [term.code for term in load_vocabulary().terms if term.code.count(".") == 1]


def rules(ground: Ground, number: int, whens: tuple[dict[str, object], ...]) -> tuple[Compiled, ...]:
    """Return so many rules, each of another category, severity or zone."""
    found, known = [], codes()
    for n in range(number):
        scope = f"nature:{known[n % len(known)]} severity>={1 + n % 4}"
        if n >= len(known):
            scope += f" quarter:{QUARTERS[n % 4]}"
        content = {
            "title": {"fr": "Banc", "en": "Bench"}, "scope": scope, "by": ("zone:quarter", "town", "h3:8")[n % 3],
            "when": whens[n % len(whens)], "severity": 1 + n % 5,
        }  # fmt: skip
        rule = Rule.model_validate(content).bind(name=f"rule_{n}", path=Path())
        found.append(Compiled.of(rule, ground, date(2026, 6, 5)))
    return tuple(found)


def facts(batch: int) -> pl.DataFrame:
    """Return the facts of one tenth of a second."""
    schema = event_schema(("district", "quarter"))
    known = codes()
    n = range(batch * BATCH, (batch + 1) * BATCH)
    at = [BEGIN + timedelta(seconds=each / PER_SECOND) for each in n]
    made: dict[str, Any] = {
        "uid": [f"{each:032x}" for each in n], "id": [f"2026-06-{each}" for each in n], "source": "bench",
        "source_key": [str(each) for each in n], "occurred_from": at, "time_precision": "minute", "received_at": at,
        "category": [known[each * 7919 % len(known)] for each in n], "severity": [1 + each % 5 for each in n],
        "status": "open", "origin": "reported", "regime": "RGPD", "sensitivity": "internal", "reality": "real",
        "day": BEGIN.date(), "hour_of_week": 114, "version": 1,
        "zone_quarter": [QUARTERS[each * 31 % 4] for each in n], "zone_district": "west",
        "h3": [CELLS[each * 37 % len(CELLS)] for each in n], "title": "Fait du banc",
    }  # fmt: skip
    empty = pl.DataFrame(schema.empty_table())
    columns = [
        (pl.Series(name, made[name]) if isinstance(made.get(name), list) else pl.lit(made.get(name)))
        .cast(kind)
        .alias(name)
        for name, kind in empty.schema.items()
    ]
    return pl.select(pl.int_range(BATCH).alias("_")).with_columns(columns).drop("_")


CELLS = tuple(h3.latlng_to_cell(43.28 + 0.005 * (n // 8), 5.36 + 0.01 * (n % 8), 10) for n in range(64))


def fed(engine: Engine, batches: list[pl.DataFrame]) -> tuple[float, float, int]:
    """Return the seconds that an engine takes for batches, the longest batch, and how many changes came."""
    changes, longest, begun = 0, 0.0, time.perf_counter()
    for number, batch in enumerate(batches):
        start = time.perf_counter()
        changes += len(engine.take(batch, BEGIN + timedelta(seconds=(number + 1) / 10)))
        longest = max(longest, time.perf_counter() - start)
    return time.perf_counter() - begun, longest, changes


def main() -> int:
    """Measure and print."""
    town = load_town(ROOT / "tests" / "portal" / "towns" / "valcombe", ROOT)
    ground = Ground(town.territory, load_vocabulary(), town.timezone)
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    batches = [facts(number) for number in range(10 * seconds)]
    engine = Engine(rules(ground, RULES, WHENS), town.timezone)
    taken, longest, changes = fed(engine, batches)
    Figure(
        name=f"{RULES} rules of five kinds: facts a second", value=len(batches) * BATCH / taken, unit="1/s",
        limit=PER_SECOND, at_most=False,
        note=f"{seconds} s of them, {changes:,} changes of alarms; longest batch of {BATCH}: {longest * 1000:.0f} ms",
    ).show()  # fmt: skip
    costs = []
    for number in CURVE:
        engine = Engine(rules(ground, number, WHENS[:1]), town.timezone)
        costs.append(fed(engine, batches[:50])[0] / (50 * BATCH) * 1e6)
    curve = ", ".join(f"{number:,}: {cost:,.0f} µs" for number, cost in zip(CURVE, costs, strict=True))
    Figure(
        name=f"a fact under {CURVE[-1]:,} rules of one kind against {CURVE[0]}", value=costs[-1] / costs[0], unit="×",
        limit=CURVE[-1] / CURVE[0], peer=f"{CURVE[0]} rules in the same run", note=curve,
    ).show()  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
