from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn

import pytest
from tests.backup.conftest import UNTIL, BackUp

from quietude.backup.api import BackupError, BusyError, Index, State, note_failure, noted, read_state
from quietude.config import Settings

LATER = UNTIL + timedelta(minutes=5)


def failing(error: BackupError) -> Callable[[], Index]:
    def run() -> NoReturn:
        raise error

    return run


def test_before_any_run_nothing_is_known(settings: Settings) -> None:
    assert read_state(settings) is None


def test_a_backup_is_noted_and_the_note_is_in_no_backup(settings: Settings, back_up: BackUp) -> None:
    noted(settings, lambda: UNTIL, back_up)
    assert read_state(settings) == State(tried_at=UNTIL, done_at=UNTIL)
    files = back_up().files
    (settings.var_dir / settings.town / ".backup-state.json").unlink()
    assert back_up().files == files


def test_a_failure_keeps_the_moment_of_the_last_backup(settings: Settings, back_up: BackUp) -> None:
    noted(settings, lambda: UNTIL, back_up)
    with pytest.raises(BackupError):
        noted(settings, lambda: LATER, failing(BackupError("no space left")))
    assert read_state(settings) == State(tried_at=LATER, done_at=UNTIL, error="no space left")
    noted(settings, lambda: LATER, back_up)
    assert read_state(settings) == State(tried_at=LATER, done_at=LATER)


def test_a_run_beside_another_is_no_failure(settings: Settings) -> None:
    with pytest.raises(BusyError):
        noted(settings, lambda: LATER, failing(BusyError("another backup is at work")))
    assert read_state(settings) is None


def test_a_note_that_cannot_be_read_is_written_anew(settings: Settings) -> None:
    path = settings.var_dir / settings.town / ".backup-state.json"
    path.write_text("{}", encoding="ascii")
    assert read_state(settings) is None
    note_failure(settings, UNTIL, "killed")
    assert read_state(settings) == State(tried_at=UNTIL, error="killed")
