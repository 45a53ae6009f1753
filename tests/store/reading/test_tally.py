"""What may only be counted: counted with the plain computation, never listed, and no small count told."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.model.strategies import event_tables, fact, table_of, viewers
from tests.store.conftest import opened
from tests.store.naive import counts, matching
from tests.store.test_two_viewers import answers

from quietude.model.disclosure import Told, protect
from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Box, Choice, Filter, ZoneChoice
from quietude.model.viewer import Grant, Viewer
from quietude.store.api import NotCountedError, Store, Tally

LIST_PUBLIC = Grant(
    purpose="p",
    rows=Filter(),
    ceiling=Sensitivity.PUBLIC,
    regimes=frozenset(Regime),
    masked=frozenset({"text", "title"}),
)
COUNT_MORE = Grant(
    purpose="p", rows=Filter(), ceiling=Sensitivity.RESTRICTED, regimes=frozenset(Regime), masked=frozenset({"text"})
)
ELECTED = Viewer(who="elected", grants=(LIST_PUBLIC,), counted=(COUNT_MORE,))
COARSE = (
    Filter(),
    Filter(categories=Choice(("noise",))),
    Filter(zones=ZoneChoice((("quartier", "le-panier"), ("quartier", "1")))),
    Filter(since=date(2019, 5, 1), until=date(2020, 2, 1), severity_from=2),
    Filter(sources=Choice(("police",), ()), realities=Choice((), ("exercise",))),
)
BY = ((), ("family",), ("zone_quartier",), ("month",), ("weekday",), ("hour",), ("zone_arrondissement", "family"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    filled = opened(tmp_path)
    filled.append(table_of([fact(seed) for seed in range(150)]))
    filled.maintain()
    return filled


def only_counted(viewer: Viewer, question: Filter, facts: pa.Table, by: tuple[str, ...]) -> Counter[tuple[Any, ...]]:
    """Return the counts of what the viewer may count and not list, worked out plainly."""
    wide = replace(viewer, grants=(*viewer.grants, *viewer.counted))
    every = counts(matching(wide, question, facts), by)
    return every - counts(matching(viewer, question, facts), by)


def told_of(tally: Tally) -> list[tuple[Any, ...]]:
    """Return all that an answer says of what may only be counted."""
    return [(row.key, row.counted) for row in tally.rows if row.counted is not None]


@pytest.mark.parametrize("by", BY, ids=lambda by: "-".join(by) or "all")
def test_what_is_told_is_what_protection_leaves_of_the_plain_counts(store: Store, by: tuple[str, ...]) -> None:
    facts = table_of([fact(seed) for seed in range(150)])
    for question in COARSE:
        tally = store.tally(ELECTED, question, by)
        plain = only_counted(ELECTED, question, facts, by)
        told = protect(dict(plain))
        assert dict(told_of(tally)) == dict(told.cells or {})
        assert tally.counted == told.total
        assert {row.key: row.listed for row in tally.rows if row.listed} == dict(
            counts(matching(ELECTED, question, facts), by)
        )


@pytest.mark.parametrize("by", BY, ids=lambda by: "-".join(by) or "all")
def test_two_worlds_that_differ_in_a_small_count_are_told_alike(tmp_path: Path, by: tuple[str, ...]) -> None:
    shown = [fact(seed) for seed in range(150)]
    plain = {"sensitivity": "internal", "regime": "RGPD", "reality": "real", "occurred_to": None}
    place = {"category": "damage.graffiti", "zone_quartier": "a b", "zone_arrondissement": "1", "severity": 3}
    base = next(row for row in shown if row["day"] == fact(3)["day"])
    told = []
    for number in (2, 3):
        quiet = [row for row in shown if row["sensitivity"] == "public"]
        extra = [base | plain | place | {"uid": f"{at:032x}", "source_key": f"x{at}"} for at in range(number)]
        world = opened(tmp_path / str(number))
        world.append(table_of([*quiet, *extra]))
        told.append(world.tally(ELECTED, Filter(), by))
    assert told[0] == told[1]
    assert {cell.told for _key, cell in told_of(told[0])} == {Told.SMALL}


@given(facts=event_tables(min_size=1, max_size=30), viewer=viewers(), counted=viewers(), dice=st.integers(0, 3))
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_may_only_be_counted_is_in_no_other_answer(
    facts: pa.Table, viewer: Viewer, counted: Viewer, dice: int
) -> None:
    with TemporaryDirectory() as folder:
        filled = opened(Path(folder))
        filled.append(facts)
        both = replace(viewer, counted=counted.grants)
        question = COARSE[dice]
        assert answers(filled, both, question, ("category",)) == answers(filled, viewer, question, ("category",))
        for name in facts["id"].to_pylist():
            assert bool(both.grants) or filled.event(both, name) == ()


@pytest.mark.parametrize(
    ("question", "by"),
    [
        pytest.param(Filter(words=("tapage",)), (), id="words"),
        pytest.param(Filter(ids=("0" * 32,)), (), id="one-fact"),
        pytest.param(Filter(box=Box(5.36, 43.28, 5.37, 43.29)), (), id="a-box"),
        pytest.param(Filter(hours=(3,)), (), id="an-hour"),
        pytest.param(Filter(since=date(2019, 5, 1), until=date(2019, 5, 6)), (), id="six-days"),
        pytest.param(Filter(since=datetime(2019, 5, 1, tzinfo=UTC)), (), id="an-instant"),
        pytest.param(Filter(), ("day",), id="by-day"),
        pytest.param(Filter(), ("h3",), id="by-place"),
        pytest.param(Filter(), ("title",), id="by-title"),
        pytest.param(Filter(), ("family", "month", "zone_quartier"), id="by-three"),
    ],
)
def test_finer_questions_are_refused(store: Store, question: Filter, by: tuple[str, ...]) -> None:
    assert store.uncounted(ELECTED, question, by)
    with pytest.raises(NotCountedError):
        store.tally(ELECTED, question, by)


def test_a_column_that_a_grant_masks_is_not_counted_by(store: Store) -> None:
    hidden = replace(ELECTED, counted=(replace(COUNT_MORE, masked=frozenset({"category"})),))
    assert "category" in (store.uncounted(hidden, Filter(), ("family",)) or "")


def test_who_may_list_all_that_is_counted_is_told_exactly(store: Store) -> None:
    tally = store.tally(replace(ELECTED, counted=()), Filter(), ("family",))
    assert all(row.counted is None for row in tally.rows)
    assert tally.counted is None
    assert tally.listed == store.count(ELECTED, Filter())["count"][0].as_py()


def test_only_who_counts_sees_any_of_it(store: Store) -> None:
    counting = replace(ELECTED, grants=())
    assert store.query(counting, Filter()).num_rows == 0
    assert store.tally(counting, Filter()).counted == store.tally(counting, Filter(), ("family",)).counted
    assert store.tally(counting, Filter()).listed == 0
