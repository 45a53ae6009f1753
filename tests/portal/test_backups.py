"""Backups while the portal serves: made every few minutes, and missed aloud."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from django.test import Client
from tests.portal.conftest import SignIn

from quietude.backup.api import Repository, make_identity, note_failure, read_state
from quietude.config import Settings
from quietude.portal import backups, health
from quietude.portal.accounts.roles import Role
from quietude.portal.ui import context

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
TOWNS = Path(__file__).parent / "towns"


@pytest.fixture
def scheduling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return an installation that backs up every five minutes; the portal is told that it is this one."""
    monkeypatch.setenv("QUIETUDE_BACKUP_RECIPIENTS", make_identity(tmp_path / "key.txt"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    shutil.copytree(TOWNS, tmp_path / "towns")
    var = tmp_path / "var"
    (var / "valcombe").mkdir(parents=True)
    made = Settings(
        town="valcombe",
        towns_dir=tmp_path / "towns",
        data_dir=tmp_path,
        var_dir=var,
        backup_dir=tmp_path / "backups",
        backup_every_minutes=5,
    )
    for module in (health, context):
        monkeypatch.setattr(module, "installation", lambda: made)
    return made


def done(scheduling: Settings, at: datetime) -> None:
    """Note a backup as made."""
    path = scheduling.var_dir / "valcombe" / ".backup-state.json"
    stated = {"tried_at": at.isoformat(), "done_at": at.isoformat(), "error": ""}
    path.write_text(json.dumps(stated), encoding="ascii")


@pytest.mark.slow
def test_a_round_makes_a_backup_that_can_be_read(scheduling: Settings) -> None:
    backups.run_apart(scheduling, Event())
    state = read_state(scheduling)
    assert state is not None
    assert (state.error, state.done_at) == ("", state.tried_at)
    assert scheduling.backup_dir is not None
    assert len(Repository.open(scheduling.backup_dir, "valcombe").names()) == 1


def test_a_run_that_cannot_start_is_noted(scheduling: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    backups.run_apart(scheduling, Event())
    state = read_state(scheduling)
    assert state is not None
    assert (state.error, state.done_at) == ("the run was killed", None)


def test_rounds_go_on_while_serving_and_end_with_it(scheduling: Settings) -> None:
    begun, ended = Event(), Event()

    def run(_scheduling: Settings, stopped: Event) -> None:
        begun.set()
        stopped.wait(30)
        ended.set()

    with backups.scheduled(scheduling, run):
        assert begun.wait(30)
        assert not ended.is_set()
    assert ended.wait(30)


def test_a_round_that_fails_does_not_end_the_rounds(scheduling: Settings) -> None:
    failed = Event()

    def run(_scheduling: Settings, _stopped: Event) -> None:
        failed.set()
        raise OSError("no more processes")

    with backups.scheduled(scheduling, run):
        assert failed.wait(30)
    state = read_state(scheduling)
    assert state is not None
    assert state.error == "no more processes"


def test_nothing_runs_where_no_rounds_are_asked_for(scheduling: Settings) -> None:
    with backups.scheduled(replace(scheduling, backup_every_minutes=0), lambda _settings, _stopped: pytest.fail("ran")):
        assert read_state(scheduling) is None
    assert backups.fault_of(replace(scheduling, backup_every_minutes=0), NOW) == ""
    assert backups.are_well(replace(scheduling, backup_every_minutes=0), NOW) is None


@pytest.mark.parametrize(
    ("minutes", "is_well"),
    [pytest.param(1, True, id="fresh"), pytest.param(14, True, id="late"), pytest.param(16, False, id="too late")],
)
def test_three_rounds_without_a_backup_are_a_fault(scheduling: Settings, minutes: int, is_well: bool) -> None:
    done(scheduling, NOW - timedelta(minutes=minutes))
    assert backups.are_well(scheduling, NOW) is is_well


def test_health_and_the_administrator_are_told_and_nobody_else(
    scheduling: Settings, sign_in: SignIn, empty_store: object
) -> None:
    done(scheduling, datetime.now(UTC))
    administrator, agent = sign_in(Role.ADMINISTRATOR), sign_in(Role.AGENT)
    assert Client().get("/readyz").json()["backup"] is True
    assert "notice--bad" not in administrator.get("/users/").content.decode()
    note_failure(scheduling, datetime.now(UTC), "no space left for /mnt/backup")
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["backup"]) == (200, False)
    page = administrator.get("/users/").content.decode()
    assert "quietude backup create" in page
    assert "/mnt/backup" not in page
    assert "quietude backup create" not in agent.get("/").content.decode()
