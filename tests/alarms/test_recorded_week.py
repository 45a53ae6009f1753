"""A recorded week of a real register, played in its order and shuffled, whole and with restarts: the same alarms."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from quietude.alarms.api import Change, Compiled, Engine, Ground, Rule, standing_after
from quietude.ingest.api import Ledger, run_import
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import load_town
from quietude.store.api import Store

TOWNS = Path(__file__).resolve().parents[2] / "towns"
WEEK = timedelta(days=7)
RECORDS = 1_500
RULES: dict[str, dict[str, object]] = {
    "busy": {"when": {"count": {"at_least": 6, "within": "PT1H"}}, "by": "town", "severity": 2},
    "noise": {"scope": "nature:noise", "when": {"count": {"at_least": 2, "within": "PT2H"}}, "severity": 3},
    "then": {
        "when": {"sequence": {"first": "nature:noise", "then": "nature:violence", "within": "PT3H"}}, "severity": 4,
    },
    "quiet": {"when": {"silence": {"lasts": "PT2H"}}, "by": "source", "severity": 1},
}  # fmt: skip


@pytest.fixture(scope="module")
def week(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, tuple[Compiled, ...], str]:
    """Return the facts of the first whole week of a register, with rules and the town's time zone."""
    town = load_town(TOWNS / "bench", data_dir)
    folder = tmp_path_factory.mktemp("week")
    store = Store.open(folder / "facts", levels=town.territory.level_names, timezone=town.timezone)
    ledger, vocabulary = Ledger(folder / "ledger.sqlite3"), load_vocabulary()
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    run_import(town, "laguna_beach", store, ledger, vocabulary=vocabulary, now=now, limit=RECORDS)
    facts = pl.DataFrame(store.query(Viewer.system("test"), Filter(), order_by=("occurred_from",)))
    first: datetime = facts["occurred_from"][0]
    kept = facts.filter(pl.col("occurred_from") < first + WEEK)
    ground = Ground(town.territory, vocabulary, town.timezone, tuple(town.sources))
    rules = tuple(_rule(name, content, ground) for name, content in sorted(RULES.items()))
    return kept, rules, town.timezone


def _rule(name: str, content: dict[str, object], ground: Ground) -> Compiled:
    said = {"title": {"fr": name, "en": name}, "lateness": "P14D", **content}
    return Compiled.of(Rule.model_validate(said).bind(name=name, path=Path()), ground, date(2026, 11, 22))


def played(
    batches: Iterator[pl.DataFrame], rules: Sequence[Compiled], timezone: str, end: datetime, *, restarts: bool = False
) -> bytes:
    """Return the alarms of a week whose facts come in batches, as bytes."""
    engine, changes = Engine(tuple(rules), timezone), list[Change]()
    for batch in batches:
        changes += engine.take(batch, end)
        if restarts:
            state = engine.state()
            engine = Engine(tuple(rules), timezone)
            engine.resume(state)
    changes += engine.advance(end)
    return json.dumps([asdict(episode) for episode in standing_after(changes)]).encode()


def batches(facts: pl.DataFrame, size: int) -> Iterator[pl.DataFrame]:
    for begin in range(0, facts.height, size):
        yield facts.slice(begin, size)


def test_a_recorded_week_gives_the_same_bytes_twice_shuffled_and_restarted(
    week: tuple[pl.DataFrame, tuple[Compiled, ...], str],
) -> None:
    facts, rules, timezone = week
    assert facts.height > 500
    last: datetime = facts["occurred_from"][-1]
    end = last + timedelta(hours=6)
    once = played(batches(facts, 50), rules, timezone, end)
    rung = {each["rule"] for each in json.loads(once)}
    assert rung >= {"busy", "quiet"}, "a week in which nothing rings proves nothing"
    assert played(batches(facts, 50), rules, timezone, end) == once
    for seed in range(3):
        order = list(range(facts.height))
        random.Random(seed).shuffle(order)
        shuffled = batches(facts[order], 37)
        assert played(shuffled, rules, timezone, end, restarts=seed == 0) == once
