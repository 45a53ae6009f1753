"""The copy of the journal verifies as the journal does."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from quietude.journal.api import JournalError, Kind, verify
from quietude.portal.journal.copying import copy_journal
from quietude.portal.journal.recording import Act, log_key, note


@pytest.mark.django_db
def test_a_copy_verifies_and_an_altered_one_does_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(5):
        note(Act(kind=Kind.CONSULT, who=f"user:{number}", ids=[f"202601-{number}"]))
    entries = copy_journal(tmp_path / "copy.sqlite3")
    asked = ["--log", str(tmp_path / "copy.sqlite3"), "--key", str(log_key().public)]
    assert entries >= 5
    assert verify(asked) == 0, capsys.readouterr().out
    with sqlite3.connect(tmp_path / "copy.sqlite3") as copy:
        copy.execute("UPDATE journal_payload SET actor = '{}' WHERE idx = ?", (entries - 1,))
    assert verify(asked) == 1
    assert f"entry {entries - 1}" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(JournalError, match="already"):
        copy_journal(tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"
