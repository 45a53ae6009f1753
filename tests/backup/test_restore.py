"""A restored town is the town that was backed up, without what was erased since."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
from tests import postgresql
from tests.backup.conftest import EVERYONE, BackUp, BringBack, Prove, uids

from quietude.backup.api import (
    BackupError,
    DamagedError,
    Identities,
    Repository,
    WrongKeyError,
    make_identity,
    restore,
    verify,
)
from quietude.backup.files import write_files
from quietude.backup.manifest import FileEntry
from quietude.config import Settings
from quietude.model.filter.question import Filter
from quietude.store.api import Store, erasure_ledger


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file that means something by itself, but for the store's and the databases'."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        and "facts" not in path.parts
        and path.suffix not in {".sqlite3", ".lock"}
        and not path.name.startswith("backup-known-")
        and not path.name.endswith(("-wal", "-shm"))
    }


def restored_store(target: Path) -> Store:
    return Store.reopen(target / "var" / "valcombe" / "facts")


def test_everything_comes_back_as_it_was(
    settings: Settings, repository: Repository, identities: Identities, back_up: BackUp, tmp_path: Path
) -> None:
    store = Store.reopen(settings.facts_dir)
    facts = store.query(EVERYONE, Filter())
    made = back_up()
    done = restore(settings, repository, identities, tmp_path / "back")
    assert (done.name, done.files, done.notes) == (made.name, made.files, ())
    back = tmp_path / "back"
    assert contents(back) == contents(settings.var_dir.parent)
    assert stat.S_IMODE((back / "var" / "secret.key").stat().st_mode) == 0o600
    assert restored_store(back).query(EVERYONE, Filter()).equals(facts)
    assert restored_store(back).info() == store.info()
    with sqlite3.connect(back / "var" / "valcombe" / "portal.sqlite3") as portal:
        assert portal.execute("SELECT count(*) FROM account").fetchone() == (500,)
    portal.close()


def test_a_restored_store_goes_on_taking_facts(
    settings: Settings, back_up: BackUp, bring_back: BringBack, tmp_path: Path, some_facts: Callable[..., pa.Table]
) -> None:
    for number in range(25):  # past a checkpoint of the log
        Store.reopen(settings.facts_dir).append(some_facts(days=1, per_day=1, source=f"source {number}"))
    back_up()
    bring_back()
    store = restored_store(tmp_path / "back")
    before = uids(store)
    filed = store.upsert(some_facts(days=1, source="new"))
    assert filed.filed == 6
    store.maintain()
    assert len(uids(restored_store(tmp_path / "back"))) == len(before) + 6


def test_what_was_erased_after_the_backup_stays_erased_by_the_newest_backup(
    settings: Settings, back_up: BackUp, bring_back: BringBack, tmp_path: Path, some_facts: Callable[..., pa.Table]
) -> None:
    store = Store.reopen(settings.facts_dir)
    victims = sorted(uids(store))[:3]
    old = back_up()
    erased = store.erase(victims, reason="asked for", by="dpo")
    back_up()
    shutil.rmtree(settings.var_dir)  # the machine is gone
    done = bring_back(name=old.name)
    assert (done.repeated.entries, done.repeated.facts) == (3, 3)
    again = restored_store(tmp_path / "back")
    assert not uids(again) & set(victims)
    assert len(uids(again)) == 240 - 3
    ledger = erasure_ledger(tmp_path / "back" / "var" / "valcombe" / "facts").entries
    assert set(ledger["erasure_id"].to_pylist()) == {erased.erasure_id}
    assert set(ledger["reason"].to_pylist()) == {"asked for"}
    assert again.upsert(some_facts()).refused == 3
    names = b"".join(path.read_bytes() for path in (tmp_path / "back").rglob("*.parquet"))
    assert not [uid for uid in victims if uid.encode() in names]


def test_what_the_live_store_erased_since_the_newest_backup_stays_erased(
    settings: Settings, repository: Repository, identities: Identities, back_up: BackUp, tmp_path: Path
) -> None:
    back_up()
    store = Store.reopen(settings.facts_dir)
    victim = min(uids(store))
    store.erase([victim], reason="asked for", by="dpo")
    done = restore(settings, repository, identities, tmp_path / "back")
    assert (done.repeated.entries, done.repeated.facts, done.notes) == (1, 1, ())
    assert uids(restored_store(tmp_path / "back")) == uids(store)


def test_a_quarantined_record_that_was_erased_since_is_not_brought_back(
    settings: Settings, back_up: BackUp, bring_back: BringBack, tmp_path: Path
) -> None:
    at = "2026-06-01T00:00:00+00:00"
    with sqlite3.connect(settings.ledger_path) as ledger:
        ledger.execute(
            f"INSERT INTO imports (source, started_at, outcome, report) VALUES ('s', '{at}', 'done', '{{}}')"
        )
        columns = "id, source, import_id, file, line, reason, detail, raw, status, noted_at"
        for name in ("one", "two"):
            values = f"'{name}', 's', 1, 'f', 1, 'r', '', 'words about {name}', 'open', '{at}'"
            ledger.execute(f"INSERT INTO quarantine ({columns}) VALUES ({values})")
    back_up()
    with ledger:
        ledger.execute("DELETE FROM quarantine WHERE id = 'one'")
    ledger.close()
    assert bring_back().repeated.records == 1
    folder = tmp_path / "back" / "var" / "valcombe"
    content = b"".join(path.read_bytes() for path in folder.glob("ledger.sqlite3*"))
    assert b"words about two" in content
    assert b"words about one" not in content


def test_a_live_store_that_is_another_one_is_said_and_erases_nothing(
    settings: Settings, repository: Repository, identities: Identities, back_up: BackUp, tmp_path: Path
) -> None:
    back_up()
    laid = Store.reopen(settings.facts_dir)
    shutil.rmtree(settings.facts_dir)
    other = Store.open(settings.facts_dir, levels=laid.levels, timezone=laid.timezone)
    other.erase(["0" * 32], reason="asked for", by="dpo")
    done = restore(settings, repository, identities, tmp_path / "back")
    assert done.repeated.entries == 0
    assert "another store" in done.notes[0]


def test_a_newest_backup_that_cannot_be_read_is_said_and_the_one_before_is_asked(
    settings: Settings, repository: Repository, identities: Identities, back_up: BackUp, tmp_path: Path
) -> None:
    store = Store.reopen(settings.facts_dir)
    victim = min(uids(store))
    old = back_up()
    store.erase([victim], reason="asked for", by="dpo")
    back_up()
    (settings.var_dir / "valcombe" / "gazetteer" / "streets.txt").write_text("another", encoding="utf-8")
    newest = back_up()
    repository.object_path(newest.manifest).write_bytes(b"nonsense")
    shutil.rmtree(settings.var_dir)
    done = restore(settings, repository, identities, tmp_path / "back", name=old.name)
    assert done.repeated.facts == 1
    assert newest.name in done.notes[0]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_nothing_is_overwritten(back_up: BackUp, bring_back: BringBack, tmp_path: Path, kind: str) -> None:
    back_up()
    taken = {"file": tmp_path / "note", "folder": tmp_path / "folder" / "note"}[kind]
    taken.parent.mkdir(exist_ok=True)
    taken.write_text("mine", encoding="utf-8")
    target = {"file": taken, "folder": taken.parent}[kind]
    with pytest.raises(BackupError, match="overwrites nothing"):
        bring_back(target=target)
    assert taken.read_text(encoding="utf-8") == "mine"


def test_an_empty_folder_and_what_a_killed_restore_left_are_used(
    settings: Settings, repository: Repository, identities: Identities, back_up: BackUp, tmp_path: Path
) -> None:
    back_up()
    (tmp_path / "back").mkdir()
    (tmp_path / "back.restoring" / "var").mkdir(parents=True)
    (tmp_path / "back.restoring" / "left over").write_text("x", encoding="utf-8")
    restore(settings, repository, identities, tmp_path / "back")
    assert sorted(path.name for path in (tmp_path / "back").iterdir()) == ["towns", "var"]
    assert not (tmp_path / "back.restoring").exists()


def test_the_wrong_key_is_said_with_the_right_recipients(
    settings: Settings, repository: Repository, back_up: BackUp, public_key: str, tmp_path: Path
) -> None:
    back_up()
    make_identity(tmp_path / "other.txt")
    with pytest.raises(WrongKeyError, match=public_key):
        restore(settings, repository, Identities.read(tmp_path / "other.txt"), tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_damaged_file_is_named_with_what_it_holds_and_nothing_is_left(
    settings: Settings, repository: Repository, identities: Identities, back_up: BackUp, tmp_path: Path
) -> None:
    made = back_up()
    largest = max((name for name in made.objects), key=lambda name: made.objects[name].size_bytes)
    path = repository.object_path(largest)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(DamagedError, match=rf"{largest}.*a part of var/valcombe/"):
        restore(settings, repository, identities, tmp_path / "back")
    assert not (tmp_path / "back").exists()
    assert not (tmp_path / "back.restoring").exists()
    with pytest.raises(DamagedError, match=rf"1 of {len(made.objects)} objects(.|\n)*{largest}"):
        verify(repository, None, None, None)


def test_a_lost_object_is_written_again_by_the_next_backup(
    repository: Repository, identities: Identities, back_up: BackUp, tmp_path: Path
) -> None:
    made = back_up()
    for name in made.objects:
        repository.object_path(name).unlink()
    again = back_up()
    assert verify(repository, again.name, identities, tmp_path).files == made.files


@pytest.mark.parametrize("name", ["/etc/passwd", "var/../../outside"])
def test_a_forged_list_of_files_does_not_write_outside(
    repository: Repository, identities: Identities, back_up: BackUp, tmp_path: Path, name: str
) -> None:
    made = back_up()
    entry = FileEntry(path=name, size_bytes=0, sha256="", mode=0o600, pieces=())
    with pytest.raises(DamagedError, match="outside"):
        write_files(repository, made, identities, tmp_path / "back", files=(entry,))


@pytest.mark.postgres
def test_a_portal_on_postgresql_comes_back_into_an_empty_database(
    settings: Settings, back_up: BackUp, bring_back: BringBack, prove: Prove, postgresql_url: str
) -> None:
    with psycopg.connect(postgresql_url) as connection:
        connection.execute("CREATE TABLE account (name text)")
        connection.execute("INSERT INTO account SELECT 'account ' || n FROM generate_series(1, 5000) n")
    back_up(of=replace(settings, database_url=postgresql_url))
    assert prove().databases == 3
    with pytest.raises(BackupError, match="holds 1 tables"):
        bring_back(database_url=postgresql_url)
    assert not (settings.data_dir / "back").exists()
    with postgresql.new_database() as empty:
        done = bring_back(database_url=empty)
        assert not done.has_dump
        with psycopg.connect(empty) as connection:
            assert connection.execute("SELECT count(*) FROM account").fetchone() == (5000,)
