"""Withdrawn, recoded, erased: each act changes what it names and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.model.strategies import fact, table_of
from tests.store.conftest import EVERYONE, opened

from quietude.model.event import Status
from quietude.model.filter.question import Choice, Filter
from quietude.store.api import PastGoneError, Store

CANARIES = {
    "title": "canary-title-7f3a",
    "text": "canary-text-7f3a",
    "source_key": "canary-key-7f3a",
    "place_label": "canary-place-7f3a",
    "attributes": '{"who": "canary-attributes-7f3a"}',
}

FACTS = table_of([fact(seed) for seed in range(120)])


def with_values(table: pa.Table, **columns: Any) -> pa.Table:
    rows = [row | columns for row in table.to_pylist()]
    return pa.Table.from_pylist(rows, schema=table.schema)


def traces(folder: Path, words: list[str]) -> list[str]:
    """Return the files of a folder in which one of some words occurs, uncompressed or as Parquet holds it."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        texts = [data, *(_columns(path) if path.suffix == ".parquet" else [])]
        if any(word.encode() in text for word in words for text in texts):
            found.append(str(path.relative_to(folder)))
    return found


def _columns(path: Path) -> list[bytes]:
    table = pq.read_table(path, partitioning=None)
    return [json.dumps(table.to_pylist(), default=str).encode()]


def test_an_erased_fact_is_gone_from_every_file(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    store = opened(folder)
    secret = with_values(FACTS.slice(0, 1), **CANARIES)
    store.upsert(pa.concat_tables([secret, FACTS.slice(1, 60)]))
    store.maintain()
    store.upsert(with_values(secret, severity=5))
    store.upsert(FACTS.slice(61))
    store.maintain()
    then = store.version - 1
    uid = secret["uid"][0].as_py()
    words = [*(word.split('"')[-2] if "{" in word else word for word in CANARIES.values()), uid]
    assert traces(folder, words), "the canary must be findable before"
    erasure = store.erase([uid], reason="request 12", by="dpo")
    assert (erasure.asked, erasure.erased, erasure.versions) == (1, 1, 1)
    assert erasure.files > 0
    assert traces(folder, words) == []
    assert store.event(EVERYONE, secret["id"][0].as_py()) == ()
    assert store.count(EVERYONE, Filter())["count"].to_pylist() == [len(FACTS) - 1]
    with pytest.raises(PastGoneError, match="not kept any more"):
        store.at(version=then)


def test_an_erased_fact_does_not_come_back(store: Store) -> None:
    store.upsert(FACTS)
    uids = FACTS["uid"].to_pylist()[:7]
    store.erase(uids, reason="request", by="dpo")
    filed = store.upsert(FACTS)
    assert (filed.refused, filed.unchanged, filed.filed) == (7, len(FACTS) - 7, 0)
    assert store.append(FACTS.slice(0, 7)).refused == 7


def test_an_erasure_that_was_killed_is_finished_by_the_next_writer(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = with_values(FACTS.slice(0, 1), **CANARIES)
    store.upsert(pa.concat_tables([secret, FACTS.slice(1)]))

    def killed(_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("quietude.store.writing.verbs.finish_purge", killed)
        with pytest.raises(KeyboardInterrupt):
            store.erase(secret["uid"].to_pylist(), reason="request", by="dpo")
    assert traces(tmp_path / "facts", [CANARIES["text"]])
    opened(tmp_path / "facts").upsert(FACTS.slice(1, 1))
    assert traces(tmp_path / "facts", [CANARIES["text"], secret["uid"][0].as_py()]) == []


def test_erasing_what_is_not_there_erases_nothing_but_is_remembered(store: Store) -> None:
    store.upsert(FACTS.slice(1))
    erasure = store.erase(FACTS["uid"].to_pylist()[:1], reason="request", by="dpo")
    assert (erasure.erased, erasure.versions) == (0, 0)
    assert store.upsert(FACTS).refused == 1


def test_a_withdrawn_fact_is_closed_and_flagged_once(store: Store) -> None:
    store.upsert(with_values(FACTS, source="desk", status="open"))
    uids = FACTS["uid"].to_pylist()[:4]
    assert store.retract("desk", uids, reason="absent") == 4
    assert store.retract("desk", uids, reason="absent") == 0
    assert store.retract("another", uids, reason="absent") == 0
    closed = store.query(EVERYONE, Filter(flags=Choice(("withdrawn:absent",))))
    assert sorted(closed["uid"].to_pylist()) == sorted(uids)
    assert set(closed["status"].to_pylist()) == {Status.CLOSED.value}
    assert set(closed["version"].to_pylist()) == {2}


def test_a_withdrawn_fact_that_comes_back_is_as_its_source_says(store: Store) -> None:
    given = with_values(FACTS.slice(0, 1), source="desk", status="open", flags=[])
    store.upsert(given)
    store.retract("desk", given["uid"].to_pylist(), reason="absent")
    assert store.upsert(given).updated == 1
    row = store.query(EVERYONE, Filter()).to_pylist()[0]
    assert (row["status"], row["flags"], row["version"]) == ("open", [], 3)


def codes(*rows: tuple[str | None, str | None]) -> pa.Table:
    return pa.table(
        {
            "source_category": pa.array([row[0] for row in rows], pa.string()),
            "category": pa.array([row[1] for row in rows], pa.string()),
        }
    )


def by_uid(store: Store) -> dict[str, dict[str, Any]]:
    return {row["uid"]: row for row in store.query(EVERYONE, Filter()).to_pylist()}


@pytest.fixture
def coded(store: Store) -> Store:
    """Return a store with facts of one source: ten each of three source categories, some decided by a person."""
    names = ["bruit", "dépôt", None]
    rows = [
        fact(seed)
        | {
            "uid": f"{seed:032x}",
            "source": "desk",
            "source_category": names[seed % 3],
            "category": "noise",
            "category_by": "person:7" if seed < 6 else "crosswalk:desk@1",
            "severity": 2,
            "flags": ["category:unmapped", "late"] if seed == 29 else ["late"],
        }
        for seed in range(30)
    ]
    store.upsert(table_of(rows))
    return store


def test_recoding_changes_only_what_a_crosswalk_decided(coded: Store) -> None:
    before = by_uid(coded)
    recoded = coded.recode(
        "desk", codes(("bruit", "noise"), ("dépôt", "cleanliness.dumping")), category_by="crosswalk:desk@2"
    )
    assert (recoded.examined, recoded.changed, recoded.uncovered) == (24, 8, 8)
    after = by_uid(coded)
    changed = {uid for uid in after if after[uid] != before[uid]}
    assert {after[uid]["source_category"] for uid in changed} == {"dépôt"}
    assert {after[uid]["category_by"] for uid in changed} == {"crosswalk:desk@2"}
    assert {after[uid]["version"] for uid in changed} == {2}
    assert all(after[uid]["category"] == "noise" for uid in after if after[uid]["category_by"] == "person:7")


def test_recoding_back_gives_the_old_categories_and_the_same_import_changes_nothing(coded: Store) -> None:
    before = by_uid(coded)
    coded.recode("desk", codes(("dépôt", None)), category_by="crosswalk:desk@2")
    assert sum(row["category"] is None for row in by_uid(coded).values()) == 8
    coded.recode("desk", codes(("dépôt", "noise")), category_by="crosswalk:desk@1")
    after = by_uid(coded)
    assert {uid: row["category"] for uid, row in after.items()} == {uid: row["category"] for uid, row in before.items()}
    again = coded.upsert(pa.Table.from_pylist(list(before.values()), schema=FACTS.schema))
    assert again.unchanged == 30


def test_a_code_that_becomes_known_loses_its_flag(coded: Store) -> None:
    coded.recode("desk", codes((None, "noise")), category_by="crosswalk:desk@2")
    assert by_uid(coded)[f"{29:032x}"]["flags"] == ["late"]


def test_source_categories_are_counted(coded: Store) -> None:
    table = coded.source_categories("desk")
    assert sum(table["count"].to_pylist()) == 30
    assert set(table["source_category"].to_pylist()) == {"bruit", "dépôt", None}
    assert coded.source_categories("nobody").num_rows == 0


def test_codes_that_contradict_one_another_are_refused(coded: Store) -> None:
    with pytest.raises(ValueError, match="say a source category twice"):
        coded.recode("desk", codes(("bruit", "noise"), ("bruit", "damage")), category_by="crosswalk:desk@2")
    with pytest.raises(ValueError, match="without column"):
        coded.recode("desk", pa.table({"category": ["noise"]}), category_by="crosswalk:desk@2")
