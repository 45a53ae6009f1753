"""Values as measured leave before their roll-ups, physically; these answer on, and leave at the source's term."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from tests.keeping.made_up import NUMBERS_MAP, open_store
from tests.keeping.town import manifest

from quietude.keeping.api import Held, Shelf, Visa, carry_out, plan
from quietude.keeping.number_shelves import NumbersShelf, RollupsShelf, ValuesShelf
from quietude.keeping.terms import terms_of
from quietude.model.observation import OBSERVATION_SCHEMA
from quietude.model.viewer import Viewer
from quietude.store.api import Store, StoreError

READER = Viewer.system("test")
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SOURCE = manifest("sensors", kind="observations", retention="P1Y", retention_raw="P30D", map=NUMBERS_MAP)


def numbers(*moments: datetime, value: float = 50.0) -> pa.Table:
    row: dict[str, Any] = {
        "source": "sensors", "series": "sensors/a/laeq", "value": value, "unit": "dB(A)", "quality": "good",
        "sensitivity": "internal", "reality": "real",
    }  # fmt: skip
    return pa.Table.from_pylist([row | {"at": at} for at in moments], schema=OBSERVATION_SCHEMA)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store with a value each six hours of sixty days."""
    store = open_store(tmp_path / "facts")
    store.append_observations(numbers(*(BEGAN + timedelta(hours=6 * number) for number in range(240))))
    return store


def run(store: Store, as_of: date, held: Held = Held()) -> dict[str, tuple[int, int, int]]:  # noqa: B008  # frozen
    """Run the retention; return due, held and done by place."""
    sources = {"sensors": SOURCE}
    terms = terms_of(sources)
    shelves: tuple[Shelf, ...] = (
        NumbersShelf(store, terms),
        ValuesShelf(store, sources, terms),
        RollupsShelf(store, terms),
    )
    planned = plan(shelves, as_of=as_of, held=held)
    done = carry_out(shelves, planned, Visa(by="Archives", reason="visa 12", list_digest=planned.digest))
    return {line.place: (line.due, line.held, line.done) for line in done.lines}


def on_disk(folder: Path, table: str) -> list[datetime]:
    paths = (folder / "facts" / table).rglob("month=*/*.parquet")
    return [at for path in paths for at in pl.read_parquet(path, hive_partitioning=False)["at"].to_list()]


def by_day(store: Store) -> list[int]:
    found = store.downsampled(READER, ["sensors/a/laeq"], since=BEGAN, until=BEGAN + 60 * DAY, points=60)
    assert found.step == DAY
    return list(found.rows["count"].to_pylist())


def test_values_are_gone_from_every_file_and_their_roll_ups_answer(store: Store, tmp_path: Path) -> None:
    before = by_day(store)
    gone = datetime(2026, 1, 30, 23, tzinfo=UTC)  # the day begins by the town's clock
    assert run(store, date(2026, 3, 2)) == {"values": (120, 0, 120)}
    assert min(on_disk(tmp_path, "observations")) >= gone
    assert by_day(store) == before == [4] * 60
    [series] = store.series(READER).to_pylist()
    assert (series["first"], series["count"]) == (BEGAN, 240), "of the roll-ups and of the values"
    early = store.downsampled(READER, ["sensors/a/laeq"], since=BEGAN, until=BEGAN + DAY, points=100)
    assert early.step == timedelta(minutes=15), "of a day without values not that there is nothing"
    assert early.rows.num_rows == 4
    late = store.downsampled(READER, ["sensors/a/laeq"], since=BEGAN + 40 * DAY, until=BEGAN + 41 * DAY, points=100)
    assert late.step is None
    assert run(store, date(2026, 3, 2)) == {}


def test_a_late_value_spoils_no_roll_up_and_a_new_one_is_taken(store: Store) -> None:
    run(store, date(2030, 1, 1), Held(sources=frozenset({"sensors"})))
    assert store.values_gone("sensors") is None, "a hold keeps them"
    run(store, date(2026, 3, 2))
    with pytest.raises(StoreError, match="let go by their term"):
        store.append_observations(numbers(BEGAN + timedelta(hours=1), value=90.0))
    store.append_observations(numbers(BEGAN + 50 * DAY + timedelta(hours=1), value=90.0))
    assert by_day(store) == [5 if day == 50 else 4 for day in range(60)]


def test_roll_ups_leave_at_the_term_of_their_source(store: Store, tmp_path: Path) -> None:
    run(store, date(2026, 7, 1))
    assert on_disk(tmp_path, "observations") == []
    assert len(set(on_disk(tmp_path, "rollups"))) > 60
    assert run(store, date(2027, 1, 21)) == {"roll-ups": (20, 0, 20)}
    assert run(store, date(2028, 1, 1)) == {"roll-ups": (40, 0, 40)}
    assert on_disk(tmp_path, "rollups") == []
    assert store.series(READER).num_rows == 0


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"retention_raw": "P1Y"}, id="no-shorter"),
        pytest.param({"retention_raw": "PT2H"}, id="less-than-a-day"),
        pytest.param({"history": "open"}, id="kept-as-published"),
        pytest.param({"kind": "incidents"}, id="of-facts"),
    ],
)
def test_a_term_of_values_that_makes_no_sense_is_refused(changes: dict[str, Any]) -> None:
    content = {"kind": "observations", "retention": "P1Y", "retention_raw": "P30D", "map": NUMBERS_MAP, **changes}
    if changes.get("kind") == "incidents":
        del content["map"]
    with pytest.raises(ValueError, match="retention_raw"):
        manifest("sensors", **content)
