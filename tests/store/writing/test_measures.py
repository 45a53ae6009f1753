"""A number is there once for its series and time, the last one given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from tests.store.conftest import EVERYONE

from quietude.model.event import Sensitivity
from quietude.model.filter.question import Choice, Filter, ZoneChoice
from quietude.model.observation import OBSERVATION_SCHEMA
from quietude.model.viewer import Grant, Viewer
from quietude.store.api import Store

START = datetime(2022, 1, 31, 12, tzinfo=UTC)


def numbers(count: int, *, value: float = 1.0, series: str = "s/a", **columns: Any) -> pa.Table:
    rows = [
        {
            "source": "s",
            "series": series,
            "at": START + timedelta(hours=hour),
            "value": value,
            "unit": "dB",
            "quality": "good",
            "sensitivity": "internal",
            "reality": "real",
            **columns,
        }
        for hour in range(count)
    ]
    return pa.Table.from_pylist(rows, schema=OBSERVATION_SCHEMA)


def test_given_twice_is_there_once(store: Store) -> None:
    assert store.append_observations(numbers(48)) == 48
    assert store.append_observations(numbers(60)) == 12
    assert store.observations(EVERYONE).num_rows == 60


def test_a_corrected_number_replaces_the_former(store: Store) -> None:
    store.append_observations(numbers(48))
    assert store.append_observations(numbers(30, value=2.0)) == 30
    assert store.observations(EVERYONE)["value"].to_pylist() == [2.0] * 30 + [1.0] * 18


def test_of_a_number_given_twice_at_once_the_last_wins(store: Store) -> None:
    assert store.append_observations(pa.concat_tables([numbers(2), numbers(2, value=3.0)])) == 2
    assert store.observations(EVERYONE)["value"].to_pylist() == [3.0, 3.0]


def test_a_span_is_closed_at_its_beginning_and_open_at_its_end(store: Store) -> None:
    store.append_observations(numbers(48))
    store.append_observations(numbers(5, series="s/b"))
    span = store.observations(
        EVERYONE, series=["s/a"], since=START + timedelta(hours=10), until=START + timedelta(hours=20)
    )
    assert span["at"].to_pylist() == [START + timedelta(hours=hour) for hour in range(10, 20)]
    assert store.observations(EVERYONE, source="another").num_rows == 0


@pytest.mark.parametrize(
    ("grant", "count"),
    [
        pytest.param(Grant(purpose="p", rows=Filter()), 4, id="all"),
        pytest.param(Grant(purpose="p", rows=Filter(), ceiling=Sensitivity.PUBLIC), 0, id="too-low-a-ceiling"),
        pytest.param(Grant(purpose="p", rows=Filter(sources=Choice(("s",)))), 4, id="this-source"),
        pytest.param(Grant(purpose="p", rows=Filter(sources=Choice(("t",)))), 0, id="another-source"),
        pytest.param(Grant(purpose="p", rows=Filter(since=START.date() + timedelta(days=1))), 0, id="later-days"),
        pytest.param(Grant(purpose="p", rows=Filter(until=START.date())), 4, id="up-to-that-day"),
        pytest.param(Grant(purpose="p", rows=Filter(zones=ZoneChoice((("quartier", "1"),)))), 0, id="zones-open-none"),
    ],
)
def test_a_grant_opens_the_numbers_it_can_judge(store: Store, grant: Grant, count: int) -> None:
    store.append_observations(numbers(4))
    viewer = Viewer(who="w", grants=(grant,))
    assert store.observations(viewer).num_rows == count
    assert sum(store.series(viewer)["count"].to_pylist()) == count


def test_masked_values_are_null(store: Store) -> None:
    store.append_observations(numbers(2, lon_deg=5.0))
    viewer = Viewer(who="w", grants=(Grant(purpose="p", rows=Filter(), masked=frozenset({"lon_deg"})),))
    assert store.observations(viewer)["lon_deg"].to_pylist() == [None, None]


@pytest.mark.parametrize("every", [timedelta(0), timedelta(seconds=1.5)], ids=["none", "a-fraction"])
def test_a_step_of_part_of_a_second_is_refused(store: Store, every: timedelta) -> None:
    with pytest.raises(ValueError, match="not a whole number of seconds"):
        store.observations(EVERYONE, every=every)


def test_numbers_without_a_column_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match=r"without column \['unit'\]"):
        store.append_observations(numbers(1).drop_columns(["unit"]))
