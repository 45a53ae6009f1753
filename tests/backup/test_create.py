"""Backups hold the town as it was at one moment, cost what changed, and survive being killed."""

from __future__ import annotations

import os
import random
import resource
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from tests.backup.conftest import BackUp, BringBack, Prove, RunApart, uids

from quietude.backup.api import (
    BackupError,
    Identities,
    Recipients,
    Repository,
    create,
    make_identity,
    restore,
    verify,
)
from quietude.backup.gather import _facts
from quietude.backup.repository import write_whole
from quietude.config import Settings
from quietude.store.api import Store

ROUNDS = 8


def test_a_backup_without_changes_copies_only_its_own_list(back_up: BackUp, repository: Repository) -> None:
    first = back_up()
    before = repository.present()
    second = back_up()
    assert len(repository.present() - before) == 1  # the manifest
    assert second.added_bytes < first.added_bytes / 20
    assert (second.files, second.size_bytes) == (first.files, first.size_bytes)


def test_new_facts_cost_new_files_and_nothing_is_read_again(
    settings: Settings, back_up: BackUp, repository: Repository, some_facts: Callable[..., pa.Table]
) -> None:
    back_up()
    Store.reopen(settings.facts_dir).append(some_facts(days=1, source="street works"))
    before = repository.present()
    back_up()
    new = len(repository.present() - before)
    assert 3 <= new <= 8  # the facts' file, logs, the manifest
    assert new < len(before) / 4


def test_a_forgotten_note_of_what_is_known_costs_reading_but_no_copying(
    settings: Settings, back_up: BackUp, repository: Repository
) -> None:
    back_up()
    [note] = (settings.var_dir / "valcombe").glob("backup-known-*")
    note.write_text("{", encoding="utf-8")
    before = repository.present()
    back_up()
    assert len(repository.present() - before) == 1


def test_other_recipients_get_everything_sealed_for_them(
    tmp_path: Path, settings: Settings, back_up: BackUp, repository: Repository
) -> None:
    first = back_up()
    other = Recipients.read([make_identity(tmp_path / "other.txt")])
    second = create(settings, repository, other, lambda: datetime.now(UTC))
    assert not first.objects.keys() & second.objects.keys()
    assert verify(repository, None, Identities.read(tmp_path / "other.txt"), tmp_path).files == second.files


def test_no_name_and_no_content_of_the_town_shows_in_the_repository(
    settings: Settings, back_up: BackUp, repository: Repository
) -> None:
    back_up()
    everything = b"".join(path.read_bytes() for path in repository.path.rglob("*") if path.is_file())
    assert b"PAR1" not in everything
    assert b"SQLite" not in everything
    assert b"rue de la Mer" not in everything
    assert b"ledger.sqlite3" not in everything
    assert (settings.var_dir / "backup.key").read_bytes() not in everything


def test_the_portal_s_database_is_copied_at_one_moment_while_it_is_written_to(
    settings: Settings, tmp_path: Path, back_up: BackUp, repository: Repository, identities: Identities
) -> None:
    path = settings.var_dir / "valcombe" / "portal.sqlite3"
    stop, begun = threading.Event(), threading.Event()

    def write() -> None:
        connection = sqlite3.connect(path, timeout=20, isolation_level=None)
        while not stop.is_set():  # two rows always come together
            connection.executescript(
                "BEGIN; INSERT INTO account VALUES ('a'); INSERT INTO account VALUES ('b'); COMMIT"
            )
            begun.set()
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    try:
        made = back_up()
    finally:
        stop.set()
        writer.join()
    restore(settings, repository, identities, tmp_path / "back", name=made.name)
    with sqlite3.connect(tmp_path / "back" / "var" / "valcombe" / "portal.sqlite3") as copy:
        counts = dict(copy.execute("SELECT name, count(*) FROM account WHERE name IN ('a', 'b') GROUP BY name"))
    copy.close()
    assert counts["a"] == counts["b"] > 0


def test_a_file_erased_while_it_was_to_be_copied_is_not_missed_but_looked_at_again(
    settings: Settings, tmp_path: Path, back_up: BackUp, bring_back: BringBack, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.reopen(settings.facts_dir)
    victim = min(uids(store))
    looks: list[int] = []

    def facts_then_erasure(of: Settings, state: object) -> object:
        parts = _facts(of, state)  # type: ignore[arg-type]
        looks.append(1)
        if len(looks) == 1:
            store.erase([victim], reason="asked for", by="dpo")
        return parts

    monkeypatch.setattr("quietude.backup.gather._facts", facts_then_erasure)
    made = back_up()
    assert len(looks) == 2
    bring_back(name=made.name)
    assert uids(Store.reopen(tmp_path / "back" / "var" / "valcombe" / "facts")) == uids(store)


def test_a_clock_set_back_does_not_make_the_newest_backup_an_old_one(back_up: BackUp, repository: Repository) -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    first = back_up(lambda: noon)
    second = back_up(lambda: noon - timedelta(hours=1))
    assert repository.index().name == second.name > first.name


def test_a_repository_inside_what_it_protects_is_refused(settings: Settings, recipients: Recipients) -> None:
    inside = Repository.open_or_make(settings.var_dir / "backups", "valcombe")
    with pytest.raises(BackupError, match="another folder"):
        create(settings, inside, recipients, lambda: datetime.now(UTC))


def test_a_town_without_a_store_is_backed_up_with_what_it_has(
    settings: Settings, repository: Repository, recipients: Recipients, tmp_path: Path, identities: Identities
) -> None:
    (settings.facts_dir / "store.json").unlink()
    made = create(settings, repository, recipients, lambda: datetime.now(UTC))
    assert verify(repository, made.name, identities, tmp_path).rows == 0


def test_nothing_to_back_up_is_said(
    settings: Settings, repository: Repository, recipients: Recipients, tmp_path: Path
) -> None:
    nowhere = Settings(town="valcombe", towns_dir=tmp_path, data_dir=tmp_path, var_dir=tmp_path / "nowhere")
    with pytest.raises(BackupError, match="QUIETUDE_VAR_DIR"):
        create(nowhere, repository, recipients, lambda: datetime.now(UTC))


@pytest.mark.slow
def test_killed_at_random_moments_the_repository_stays_whole_and_the_next_run_goes_on(
    repository: Repository, back_up: BackUp, run_apart: RunApart, prove: Prove, some_facts: Callable[..., pa.Table]
) -> None:
    dice = random.Random(11)
    first = back_up()
    folder = repository.path.parent / "town" / "var" / "valcombe"
    store = Store.reopen(folder / "facts")
    killed = 0
    for number in range(ROUNDS):
        store.append(some_facts(days=3, source=f"source {number}"))
        process = run_apart()
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            process.wait(timeout=dice.uniform(0, 0.6))
        except subprocess.TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()
        for name in repository.names():
            verify(repository, name, None, None)
    assert killed
    assert not list(folder.glob(".backup-*"))
    last = back_up()
    assert prove(first.name).files == first.files
    assert prove(last.name).rows == sum(table.rows for table in store.info())


@pytest.mark.parametrize("step", [1, 2, 10, 30, 31, 32])
def test_stopped_before_any_write_the_next_run_ends_as_one_that_was_not(
    step: int, repository: Repository, back_up: BackUp, prove: Prove, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []

    def write_or_stop(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) == step:
            raise KeyboardInterrupt
        write_whole(path, content)

    with monkeypatch.context() as patched:
        patched.setattr("quietude.backup.repository.write_whole", write_or_stop)
        with suppress(KeyboardInterrupt):
            back_up()
    left = repository.present()
    made = back_up()
    assert left <= repository.present()
    assert len(set(made.objects) & left) >= min(step, len(written)) - 3  # pieces of the lists before are of no use
    assert prove().files == made.files


@pytest.mark.slow
def test_a_full_disk_is_said_and_leaves_the_backups_before_whole(
    settings: Settings, repository: Repository, back_up: BackUp, run_apart: RunApart
) -> None:
    first = back_up()
    (settings.var_dir / "valcombe" / "big").write_bytes(os.urandom(200_000))
    limit = f"import resource; resource.setrlimit({resource.RLIMIT_FSIZE}, (100_000, 100_000))"
    deaf = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)"
    said, complaints = run_apart(f"{limit}\n{deaf}\n").communicate(timeout=120)
    assert "no space left" in said, complaints
    assert "the ones before are whole" in said
    assert repository.names() == [first.name]
    assert not list(repository.path.rglob("*.making"))
    assert back_up().name in repository.names()
