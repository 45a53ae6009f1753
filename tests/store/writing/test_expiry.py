from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from tests.model.strategies import LEVELS, fact
from tests.store.conftest import EVERYONE

from quietude.model.event import event_schema
from quietude.model.filter.question import Filter
from quietude.model.observation import OBSERVATION_SCHEMA
from quietude.store.api import Store

CANARY = "Zébulon Tournesol"


def rows(*changes: dict[str, Any]) -> pa.Table:
    made = [
        fact(at)
        | {
            "uid": f"{at:032x}",
            "source": "logbook",
            "day": date(2021, 3, 10),
            "occurred_from": datetime(2021, 3, 10, 9, tzinfo=UTC),
            "flags": [],
            "sensitivity": "internal",
        }
        | change
        for at, change in enumerate(changes)
    ]
    return pa.Table.from_pylist(made, schema=event_schema(LEVELS))


def texts(store: Store) -> list[str | None]:
    found: list[str | None] = store.query(EVERYONE, Filter(), order_by=("uid",))["text"].to_pylist()
    return found


def past(store: Store) -> list[tuple[str, int]]:
    tables = list(store.past(EVERYONE, Filter(), columns=("text", "version")))
    return sorted((row["text"], row["version"]) for table in tables for row in table.to_pylist())


def holds(folder: Path, words: str) -> bool:
    """Tell whether any table file under a folder, current or not, has the words in a text."""
    return any(
        words in str(pl.read_parquet(path, hive_partitioning=False).rows())
        for path in folder.rglob("*.parquet")
        if "_delta_log" not in path.parts
    )


def test_past_versions_are_asked_like_facts(store: Store) -> None:
    store.upsert(rows({"text": "first"}, {"text": "other"}))
    store.upsert(rows({"text": "second"}))
    store.upsert(rows({"text": "third"}))
    assert past(store) == [("first", 1), ("second", 2)]
    found = list(store.past(EVERYONE, Filter(words=("second",)), columns=("uid",)))
    assert [table.num_rows for table in found] == [1]
    with pytest.raises(ValueError, match="no column"):
        list(store.past(EVERYONE, Filter(), columns=("colour",)))


def test_a_reduced_fact_keeps_its_name_and_leaves_no_trace_of_what_it_was(store: Store, tmp_path: Path) -> None:
    store.upsert(rows({"text": f"first {CANARY}"}, {"text": "other"}))
    store.upsert(rows({"text": CANARY}))
    before = store.query(EVERYONE, Filter(), order_by=("uid",))
    poorer = before.slice(0, 1)
    poorer = poorer.set_column(poorer.schema.get_field_index("text"), "text", pa.nulls(1, pa.string()))
    assert store.reduce(poorer) == 1
    after = store.query(EVERYONE, Filter(), order_by=("uid",))
    assert after.num_rows == 2
    assert after["id"].to_pylist() == before["id"].to_pylist()
    assert texts(store) == [None, "other"]
    assert past(store) == []
    assert not holds(tmp_path / "facts", CANARY)


def test_a_reduction_may_not_move_a_fact(store: Store) -> None:
    store.upsert(rows({"text": "x"}))
    moved = store.query(EVERYONE, Filter()).to_pylist()[0] | {"day": date(2021, 4, 1)}
    with pytest.raises(ValueError, match="keeps its day"):
        store.reduce(pa.Table.from_pylist([moved], schema=event_schema(LEVELS)))


def test_versions_are_forgotten_one_by_one(store: Store, tmp_path: Path) -> None:
    store.upsert(rows({"text": CANARY}))
    store.upsert(rows({"text": "second"}))
    store.upsert(rows({"text": "third"}))
    uid = f"{0:032x}"
    assert store.forget_versions([(uid, 1), (uid, 9)]) == 1
    assert past(store) == [("second", 2)]
    assert texts(store) == ["third"]
    assert not holds(tmp_path / "facts", CANARY)


def test_old_numbers_of_one_source_go(store: Store, tmp_path: Path) -> None:
    numbers = [
        {
            "source": source,
            "series": f"{source}/a/b",
            "at": datetime(2020, month, 15, tzinfo=UTC),
            "value": 7.0 + month,
            "unit": "dB",
            "quality": "good",
            "sensitivity": "public",
            "reality": "real",
        }
        for source in ("near", "far")
        for month in (1, 2, 3)
    ]
    store.append_observations(pa.Table.from_pylist(numbers, schema=OBSERVATION_SCHEMA))
    assert store.expire_observations("near", datetime(2020, 2, 20, tzinfo=UTC)) == 2
    left = store.observations(EVERYONE).to_pylist()
    assert sorted((row["source"], row["at"].month) for row in left) == [("far", 1), ("far", 2), ("far", 3), ("near", 3)]
    files = list((tmp_path / "facts" / "observations").rglob("month=*/*.parquet"))
    assert sum(pl.read_parquet(path, hive_partitioning=False).height for path in files) == 4


@pytest.mark.parametrize("flag", ["restricted:internal", "rectified"])
def test_an_import_does_not_undo_what_a_person_obtained(store: Store, flag: str) -> None:
    store.upsert(rows({"text": "as the source says"}, {"text": "other"}))
    store.amend(rows({"text": "as it should be", "flags": [flag]}))
    filed = store.upsert(rows({"text": "as the source says"}, {"text": "changed"}))
    assert (filed.updated, filed.unchanged) == (1, 1)
    assert texts(store) == ["as it should be", "changed"]
    assert store.amend(rows({"text": "as the source says"})).updated == 1
    assert texts(store)[0] == "as the source says"
