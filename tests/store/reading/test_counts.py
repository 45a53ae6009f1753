"""All answers to one question agree with one another and with the plain computation, with and without cubes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.model.strategies import event_tables, fact, questions, table_of, viewers
from tests.store.conftest import EVERYONE, opened
from tests.store.naive import as_counts, counts, matching
from tests.store.vector_tile import points

from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Box, Choice, Filter, Near, ZoneChoice
from quietude.model.viewer import Grant, Viewer
from quietude.store.api import Store
from quietude.store.reading.cubes import Cubes

DIMENSIONS = (
    *("family", "nature", "month", "year", "week", "hour", "weekday", "located"),
    *("day", "category", "source", "severity", "status", "zone_quartier", "zone_arrondissement", "reality", "title"),
)


def assert_agree(store: Store, facts: pa.Table, viewer: Viewer, question: Filter, by: tuple[str, ...]) -> None:
    """Hold every kind of answer to a question against the rows that the viewer is answered with."""
    expected = matching(viewer, question, facts)
    rows = store.query(viewer, question)
    assert sorted(rows["uid"].to_pylist(), key=str) == sorted((row["uid"] for row in expected), key=str)
    assert as_counts(store.count(viewer, question, by)) == counts(expected, by)
    assert store.count(viewer, question)["count"].to_pylist() == [len(expected)]
    assert int(store.matrix(viewer, question).sum()) == sum(row["hour_of_week"] is not None for row in expected)
    located = [row for row in expected if row["lon_deg"] is not None and row["lat_deg"] is not None]
    assert sum(store.h3_bins(viewer, question, resolution=9)["count"].to_pylist()) == sum(
        row["h3"] is not None for row in located
    )
    assert sum(point["count"] for point in points(store.tile(viewer, question, 10, 527, 375))) == len(located)


@given(
    facts=event_tables(min_size=1, max_size=40),
    asked=st.lists(
        st.tuples(viewers(), questions(), st.lists(st.sampled_from(DIMENSIONS), max_size=3, unique=True).map(tuple)),
        min_size=4,
        max_size=6,
    ),
)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_what_the_plain_computation_says(
    facts: pa.Table, asked: list[tuple[Viewer, Filter, tuple[str, ...]]]
) -> None:
    with TemporaryDirectory() as folder:
        store = opened(Path(folder))
        half = len(facts) // 2
        store.upsert(facts.slice(0, half))
        store.maintain()
        store.upsert(facts.slice(half))  # some months now have a cube that holds, some a stale one, some none
        for viewer, question, by in asked:
            assert_agree(store, facts, viewer, question, by)


@pytest.fixture
def cubed(store: Store) -> Store:
    """Return a store whose months all have cubes that hold."""
    store.upsert(table_of([fact(seed) for seed in range(150)]))
    store.maintain()
    return store


PERIODS = {
    "all-time": Filter(),
    "whole-months": Filter(since=fact(3)["day"].replace(day=1)),
    "parts-of-months": Filter(since=fact(3)["day"], until=fact(4)["day"]),
    "family": Filter(categories=Choice(("noise",)), severity_from=2),
    "not-located": Filter(is_located=False),
    "week-ends": Filter(weekdays=(5, 6), realities=Choice(("real",))),
    "nights": Filter(hours=(22, 23, 0, 1)),
    "box": Filter(box=Box(5.365, 43.28, 5.385, 43.30)),
    "near": Filter(near=Near(43.2965, 5.3698, 800), realities=Choice(("real",))),
}


@pytest.mark.parametrize("question", PERIODS.values(), ids=PERIODS)
@pytest.mark.parametrize(
    "by",
    [
        (),
        ("family", "zone_quartier"),
        ("week", "source"),
        ("hour", "weekday"),
        ("located",),
        ("year", "month"),
        ("year", "zone_quartier"),
        ("hour", "zone_quartier"),
        ("hour", "category"),
        ("month", "hour", "zone_quartier"),
        ("lon_deg",),
        ("h3", "reality"),
    ],
)
def test_a_cube_counts_what_the_facts_count(cubed: Store, question: Filter, by: tuple[str, ...]) -> None:
    from_cubes = cubed.count(EVERYONE, question, by)
    raw = Store(cubed._folder, cubed._reader, cubed._duck, None, cubes=Cubes(cubed._folder.cubes, is_used=False))
    assert from_cubes.to_pylist() == raw.count(EVERYONE, question, by).to_pylist()


def test_a_month_that_changed_is_counted_anew_at_once(cubed: Store) -> None:
    before = cubed.count(EVERYONE, Filter())["count"][0].as_py()
    cubed.upsert(table_of([fact(seed) | {"uid": f"{seed:032x}"} for seed in range(1000, 1010)]))
    assert cubed.count(EVERYONE, Filter())["count"].to_pylist() == [before + 10]


BY_RIGHTS = Viewer(
    who="agent",
    grants=(
        Grant(purpose="p", rows=Filter(), regimes=frozenset(Regime), masked=frozenset({"text"})),
        Grant(
            purpose="p",
            rows=Filter(zones=ZoneChoice((("quartier", "le-panier"), ("arrondissement", "1")))),
            ceiling=Sensitivity.CONFIDENTIAL,
            regimes=frozenset(Regime),
        ),
        Grant(purpose="p", rows=Filter(categories=Choice(("noise",))), ceiling=Sensitivity.RESTRICTED),
    ),
)
"""The town up to internal facts, more of them in some zones and of one family."""


@pytest.mark.parametrize("question", PERIODS.values(), ids=PERIODS)
@pytest.mark.parametrize(
    "by", [(), ("category",), ("hour_of_week",), ("hour", "zone_quartier"), ("hour", "category"), ("h3",)]
)
def test_rights_by_zone_and_family_are_counted_from_cubes(cubed: Store, question: Filter, by: tuple[str, ...]) -> None:
    raw = Store(cubed._folder, cubed._reader, cubed._duck, None, cubes=Cubes(cubed._folder.cubes, is_used=False))
    from_cubes = cubed.count(BY_RIGHTS, question, by)
    assert from_cubes.to_pylist() == raw.count(BY_RIGHTS, question, by).to_pylist()


@pytest.mark.parametrize(
    ("by", "kind"),
    [
        pytest.param("category", "town_days_by_rights", id="town"),
        pytest.param("hour_of_week", "zone_hours_by_rights", id="clock-of-a-zone"),
        pytest.param("h3", "places_by_rights", id="places"),
    ],
)
def test_rights_above_the_plain_ones_take_a_cube_of_their_own(store: Store, by: str, kind: str) -> None:
    alike = fact(3) | {"sensitivity": "internal", "regime": "RGPD"}
    zones = ("le-panier", "noailles", "belsunce", "opera")
    store.upsert(  # facts that only their zone tells apart: a cube without it has a quarter of the cells
        table_of([
            alike | {"uid": f"{seed:032x}", "zone_quartier": zones[seed % 4], "category": kinds}
            for seed, kinds in enumerate(["noise.party", "parking.illegal"] * 20)
        ])
    )  # fmt: skip
    store.maintain()
    zone = Filter(zones=ZoneChoice((("quartier", "le-panier"),))) if by == "hour_of_week" else Filter()
    question = replace(zone, since=alike["day"].replace(day=1))
    parts = store._cubes.parts(store._reader.pinned(), BY_RIGHTS, question, (by,))
    assert kind in {part.spec.name.replace("_of_years", "") for part in parts if part.spec}
