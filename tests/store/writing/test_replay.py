"""Erasures said again to an older copy of a store."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.batches import batch
from tests.store.conftest import EVERYONE, opened

from quietude.model.filter.question import Filter
from quietude.store.api import Store, StoreError, erasure_ledger


def uids(store: Store) -> set[str]:
    return set(store.query(EVERYONE, Filter(), columns=("uid",))["uid"].to_pylist())


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a store as it was before any erasure."""
    folder = tmp_path_factory.mktemp("before") / "facts"
    opened(folder).append(batch(1))
    return folder


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_older_copy_ends_with_the_facts_and_the_ledger_of_the_live_store(
    data: st.DataObject, before: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("live")
    live, old = folder / "live", folder / "old"
    shutil.copytree(before, live)
    shutil.copytree(before, old)
    store = Store.reopen(live)
    everyone = sorted(uids(store))
    rounds = data.draw(st.lists(st.lists(st.sampled_from(everyone), min_size=1, max_size=3), min_size=1, max_size=2))
    for number, chosen in enumerate(rounds):
        store.erase(chosen, reason=f"reason {number}", by="dpo")
    ledger = erasure_ledger(live)
    again = Store.reopen(old)
    done = again.replay_erasures([ledger])
    assert uids(again) == uids(store)
    assert done.erased == len(everyone) - len(uids(store))
    assert sorted(erasure_ledger(old).commitments.to_pylist()) == sorted(set(ledger.commitments.to_pylist()))
    assert again.replay_erasures([ledger, ledger]).entries == 0
    assert again.append(batch(1)).refused == done.erased


def test_past_versions_go_as_well_and_an_erasure_of_what_is_not_there_is_kept(before: Path, tmp_path: Path) -> None:
    shutil.copytree(before, tmp_path / "live")
    live = Store.reopen(tmp_path / "live")
    changed = batch(1).slice(0, 1)
    position = changed.schema.get_field_index("title")
    live.upsert(changed.set_column(position, "title", [["another title"]]))
    shutil.copytree(tmp_path / "live", tmp_path / "old")
    victim = changed["uid"][0].as_py()
    live.erase([victim, "0" * 32], reason="asked for", by="dpo")
    old = Store.reopen(tmp_path / "old")
    done = old.replay_erasures([erasure_ledger(tmp_path / "live")])
    assert (done.entries, done.erased, done.versions) == (2, 1, 1)
    assert old.event(EVERYONE, victim) == ()
    everything = b"".join(path.read_bytes() for path in (tmp_path / "old").rglob("*.parquet"))
    assert victim.encode() not in everything


def test_a_ledger_of_another_store_is_refused(before: Path, tmp_path: Path) -> None:
    shutil.copytree(before, tmp_path / "live")
    opened(tmp_path / "other")
    (tmp_path / "other" / "store.json").write_bytes(
        (tmp_path / "other" / "store.json").read_bytes().replace(b'"salt": "', b'"salt": "f')
    )
    with pytest.raises(StoreError, match="another store"):
        Store.reopen(tmp_path / "live").replay_erasures([erasure_ledger(tmp_path / "other")])


def test_a_ledger_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="ledger of erasures"):
        erasure_ledger(tmp_path)
