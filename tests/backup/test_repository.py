from __future__ import annotations

from pathlib import Path

import pytest
from tests.backup.conftest import BackUp

from quietude.backup.problem import BackupError, DamagedError
from quietude.backup.repository import Repository


def test_another_town_s_repository_is_refused_with_its_name(repository: Repository) -> None:
    with pytest.raises(BackupError, match=r"'valcombe', not of 'hautmont'.*--town valcombe"):
        Repository.open(repository.path, "hautmont")


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(BackupError, match="not a repository"):
        Repository.open_or_make(tmp_path, "valcombe")
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_disk_that_is_not_mounted_is_said(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="mounted"):
        Repository.open(tmp_path / "nowhere", "valcombe")


def test_a_repository_half_made_by_a_killed_run_is_made_whole(tmp_path: Path) -> None:
    (tmp_path / "objects").mkdir()
    (tmp_path / "repository.json.making").write_text("{", encoding="utf-8")
    assert Repository.open_or_make(tmp_path, "valcombe").names() == []


def test_a_second_run_at_the_same_time_is_refused(repository: Repository, back_up: BackUp) -> None:
    with repository.alone(), pytest.raises(BackupError, match="another backup"):
        back_up()
    assert back_up().name in repository.names()


def test_an_unknown_backup_is_refused_with_those_there_are(repository: Repository, back_up: BackUp) -> None:
    with pytest.raises(BackupError, match="no backup yet"):
        repository.index()
    there = back_up().name
    with pytest.raises(BackupError, match=there):
        repository.index("yesterday")


def test_a_damaged_index_is_named_and_does_not_hinder_the_next_backup(repository: Repository, back_up: BackUp) -> None:
    damaged = back_up()
    repository.index_path(damaged.name).write_bytes(b"\x1f\x8bnonsense")
    with pytest.raises(DamagedError, match=damaged.name):
        repository.indexes()
    following = back_up()
    assert following.name > damaged.name
    assert repository.index().objects.keys() >= {following.manifest}
