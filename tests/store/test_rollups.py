"""Roll-ups say what the values say, whenever these came."""

from __future__ import annotations

import math
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from deltalake.transaction import AddAction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.conftest import EVERYONE, opened

from quietude.model.event import Sensitivity
from quietude.model.filter.question import Filter
from quietude.model.observation import OBSERVATION_SCHEMA, ROLLUP_SCHEMA
from quietude.model.viewer import Grant, Viewer
from quietude.store.api import Downsampled, Store
from quietude.store.rollups import noted

START = datetime(2022, 3, 1, 22, tzinfo=UTC)
DAYS = timedelta(days=1)
COLUMNS = ["at", "value", "leq", "low", "high", "count", "doubtful"]
STEPS = [timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1), DAYS]


def numbers(values: list[tuple[float, float | None]], *, series: str = "s/a/laeq", **columns: Any) -> pa.Table:
    """Return values at some minutes after the start."""
    rows = [
        {
            "source": "s", "series": series, "at": START + timedelta(minutes=minute), "value": value, "unit": "dB",
            "quality": "good", "sensitivity": "internal", "reality": "real", **columns,
        }
        for minute, value in values
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=OBSERVATION_SCHEMA)


def read(store: Store, step: timedelta, viewer: Viewer = EVERYONE) -> list[dict[str, Any]]:
    """Return the roll-ups of three days by a step."""
    since, until = START.replace(hour=0), START.replace(hour=0) + 3 * DAYS
    found = store.downsampled(viewer, ["s/a/laeq"], since=since, until=until, points=math.ceil((until - since) / step))
    if found.step is None:
        found = store.downsampled(viewer, ["s/a/laeq"], since=since, until=until, points=0)
    assert found.step == step
    rows: list[dict[str, Any]] = found.rows.select(COLUMNS).to_pylist()
    return rows


def reader(rows: Filter, ceiling: Sensitivity) -> Viewer:
    """Return a reader of some facts."""
    return Viewer(who="reader", grants=(Grant(purpose="test", rows=rows, ceiling=ceiling),))


def test_a_period_is_shown_at_the_resolution_that_was_asked_for(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.append_observations(numbers([(minute / 3, 50.0) for minute in range(6_000)]))

    def of(span: timedelta, points: int) -> Downsampled:
        return store.downsampled(EVERYONE, ["s/a/laeq"], since=START, until=START + span, points=points)

    assert of(timedelta(hours=2), 300).step is None
    assert of(timedelta(hours=2), 300).rows.schema.names == OBSERVATION_SCHEMA.names
    assert [of(timedelta(hours=30), points).step for points in (1_800, 120, 30, 2)] == [
        timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1), DAYS,
    ]  # fmt: skip
    assert of(timedelta(hours=30), 30).rows.schema.names == ROLLUP_SCHEMA.names
    assert of(timedelta(hours=30), 30).rows["count"].to_pylist() == [180] * 30


def test_levels_are_averaged_by_energy_too(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.append_observations(numbers([(0, 60.0), (1, 80.0)]))
    store.roll_up()
    for step in STEPS[2:]:
        (hour,) = read(store, step)
        # two equal halves, one a hundred times as strong: 80 dB - 10 log10(2 / 1.01)
        assert (hour["value"], hour["leq"]) == (70.0, pytest.approx(80 - 10 * math.log10(2 / 1.01)))
    store.append_observations(numbers([(0, 10.0)], series="s/b/heat", unit="Cel"))
    (row,) = store.downsampled(EVERYONE, ["s/b/heat"], since=START, until=START + 90 * DAYS, points=90).rows.to_pylist()
    assert (row["value"], row["leq"]) == (10.0, None)


def test_a_value_out_of_range_is_counted_as_doubtful_and_spoils_no_mean(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.append_observations(numbers([(0, 50.0), (2, None)]))
    store.append_observations(numbers([(1, 999.0)], quality="suspect:range+jump"))
    (hour,) = read(store, STEPS[2])
    assert (hour["value"], hour["high"], hour["count"], hour["doubtful"]) == (50.0, 50.0, 1, 1)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.lists(st.tuples(st.integers(0, 400), st.floats(30, 90)), min_size=1, max_size=12), st.booleans()),
        min_size=1,
        max_size=5,
    )
)
def test_late_and_corrected_values_are_in_the_roll_ups_at_once(
    tmp_path_factory: pytest.TempPathFactory, batches: list[tuple[list[tuple[int, float]], bool]]
) -> None:
    once, bit_by_bit = (opened(tmp_path_factory.mktemp(name)) for name in ("once", "bit"))
    last: dict[int, float] = {}
    for values, rolls in batches:
        bit_by_bit.append_observations(numbers([(minute, value) for minute, value in values]))
        last.update(values)
        if rolls:
            bit_by_bit.roll_up()
    once.append_observations(numbers(sorted(last.items())))
    once.roll_up()
    for step in STEPS[1:]:
        rows, expected = read(bit_by_bit, step), read(once, step)
        assert [row["at"] for row in rows] == [row["at"] for row in expected]
        for row, other in zip(rows, expected, strict=True):
            assert list(row.values())[1:] == pytest.approx(list(other.values())[1:])


def test_only_the_hours_that_a_late_value_touches_are_made_again(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.append_observations(numbers([(minute, 50.0) for minute in range(0, 600, 10)]))
    assert (store.roll_up(), store.roll_up()) == (10, 0)
    store.append_observations(numbers([(65, 70.0)]))
    assert noted(tmp_path) == {"s": {int((START + timedelta(hours=1)).timestamp())}}
    assert store.roll_up() == 1


def test_who_may_not_see_a_series_sees_no_roll_up_of_it(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.append_observations(numbers([(minute, 50.0) for minute in range(30)]))
    store.roll_up()
    public = reader(Filter(), Sensitivity.PUBLIC)
    assert read(store, STEPS[2], public) == []
    until = START + timedelta(minutes=10)
    some = reader(Filter(since=START, until=until), Sensitivity.CONFIDENTIAL)
    assert [row["count"] for row in read(store, STEPS[2], some)] == [10], "nothing of beyond what the grant opens"


def test_values_and_their_roll_ups_leave_together(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.append_observations(numbers([(minute, 50.0) for minute in range(0, 48 * 60, 30)]))
    store.roll_up()
    assert [row["count"] for row in read(store, STEPS[3])] == [4, 48, 44]
    store.append_observations(numbers([(26 * 60 + 1, 60.0)]))
    assert [row["count"] for row in read(store, STEPS[3])] == [4, 48, 45]
    store.expire_observations("s", START + timedelta(hours=26))
    assert store.observations(EVERYONE)["at"].to_pylist()[0] == START + timedelta(hours=26)
    assert [row["count"] for row in read(store, STEPS[3])] == [45]


def test_numbers_of_one_moment_are_found_by_it(tmp_path: Path) -> None:
    store = opened(tmp_path)
    first, second = START + DAYS, START + 2 * DAYS
    store.append_observations(numbers([(0, 50.0), (1, 51.0), (2, 52.0)], received_at=first))
    store.append_observations(numbers([(1, 51.0), (2, 55.0)], received_at=second))
    assert store.arrived_numbers("s", second, since=START)["value"].to_pylist() == [55.0]
    assert store.arrived_numbers("s", first, since=START + timedelta(seconds=1))["value"].to_pylist() == [51.0]


def lay_as_before(folder: Path, values: pa.Table) -> None:
    """Put in place of a store's tables of numbers one as the first edition laid it."""
    for name in ("observations", "rollups"):
        shutil.rmtree(folder / name)
    table = folder / "observations"
    fields = [field for field in OBSERVATION_SCHEMA if field.name != "received_at"]
    schema = pa.schema([*fields, pa.field("month", pa.string(), nullable=False)])
    config = {"delta.dataSkippingStatsColumns": "source,series,at"}
    delta = DeltaTable.create(str(table), schema, partition_by=["month"], configuration=config)
    path = table / "month=2022-03" / "old.parquet"
    path.parent.mkdir()
    pq.write_table(values.drop_columns(["received_at"]).cast(pa.schema(fields)), path)
    ends = {"source": "s", "series": "s/a/laeq", "at": "2022-03-01T22:00:00.000000Z"}
    stats = orjson.dumps({"numRecords": values.num_rows, "minValues": ends, "maxValues": ends}).decode()
    add = AddAction("month=2022-03/old.parquet", path.stat().st_size, {"month": "2022-03"}, 0, True, stats)
    delta.create_write_transaction([add], "append", delta.schema(), partition_by=["month"])
    note = folder / "store.json"
    note.write_bytes(orjson.dumps(orjson.loads(note.read_bytes()) | {"edition": 1}))


def test_a_folder_of_an_earlier_edition_is_brought_up_to_date(tmp_path: Path) -> None:
    opened(tmp_path)
    lay_as_before(tmp_path, numbers([(0, 50.0)]))
    store = opened(tmp_path)
    store.append_observations(numbers([(1, 51.0)], received_at=START))
    assert store.observations(EVERYONE)["received_at"].to_pylist() == [None, START]
    assert orjson.loads((tmp_path / "store.json").read_bytes())["edition"] == 2
    assert opened(tmp_path).observations(EVERYONE).num_rows == 2


def test_years_of_days_are_rolled_up_in_few_commits_whichever_months_they_fall_into(tmp_path: Path) -> None:
    """Forty-five years of daily weather took two minutes by months, most of them for commits."""
    store, days = opened(tmp_path), range(0, 365 * 4, 3)
    store.append_observations(numbers([(day * 24 * 60.0, float(day % 50)) for day in days]))
    before = DeltaTable(tmp_path / "rollups").version()
    assert store.roll_up() == len(days)
    assert noted(tmp_path) == {}
    assert DeltaTable(tmp_path / "rollups").version() <= before + 2
    since = START.replace(hour=0)
    found = store.downsampled(EVERYONE, ["s/a/laeq"], since=since, until=since + 1_460 * DAYS, points=1_460)
    assert found.step == DAYS
    assert found.rows["value"].to_pylist() == [float(day % 50) for day in days]
