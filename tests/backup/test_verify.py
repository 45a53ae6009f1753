from __future__ import annotations

from pathlib import Path

import pytest
from tests.backup.conftest import BackUp

from quietude.backup.api import BackupError, DamagedError, Identities, Repository, verify
from quietude.config import Settings
from quietude.store.api import Store


def test_a_whole_backup_is_brought_back_opened_and_counted(
    settings: Settings, repository: Repository, identities: Identities, back_up: BackUp, tmp_path: Path
) -> None:
    made = back_up()
    found = verify(repository, None, identities, tmp_path)
    rows = sum(table.rows for table in Store.reopen(settings.facts_dir).info())
    assert (found.files, found.databases, found.rows) == (made.files, 2, rows)
    assert not list(tmp_path.glob("quietude-verify-*"))


def test_without_a_key_the_encrypted_files_are_compared(repository: Repository, back_up: BackUp) -> None:
    made = back_up()
    found = verify(repository, None, None, None)
    assert (found.objects, found.files) == (len(made.objects), None)
    for name in sorted(made.objects)[:2]:
        repository.object_path(name).unlink()
    with pytest.raises(DamagedError, match=f"2 of {len(made.objects)} objects") as refused:
        verify(repository, None, None, None)
    assert all(str(repository.object_path(name)) in str(refused.value) for name in sorted(made.objects)[:2])


def test_a_store_that_was_damaged_before_the_backup_is_found(
    settings: Settings, repository: Repository, identities: Identities, back_up: BackUp, tmp_path: Path
) -> None:
    victim = next((settings.facts_dir / "events").rglob("*.parquet"))
    victim.write_bytes(b"nonsense")
    back_up()
    with pytest.raises(BackupError, match=victim.name):
        verify(repository, None, identities, tmp_path)


def test_a_database_that_was_damaged_before_the_backup_is_found(
    settings: Settings, repository: Repository, identities: Identities, back_up: BackUp, tmp_path: Path
) -> None:
    path = settings.var_dir / "valcombe" / "portal.sqlite3"
    size = path.stat().st_size
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * (size - 4096))  # the schema alone is left
    back_up()
    with pytest.raises(BackupError, match=r"portal\.sqlite3 is not a whole database"):
        verify(repository, None, identities, tmp_path)
