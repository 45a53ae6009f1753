"""The journal's key, check and witness from the command line."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quietude.cli.audit import command
from quietude.config import Settings
from quietude.journal.api import Entry, Kind, SqliteJournal, Use, read_key


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(var_dir=tmp_path, towns_dir=tmp_path, data_dir=tmp_path, town="valcombe")


def run(settings: Settings, *words: str | Path) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], obj=settings)


def write(settings: Settings, count: int, who: str = "user:1") -> Path:
    folder = settings.var_dir / settings.town
    journal = SqliteJournal(folder / "portal.sqlite3", read_key(folder / "journal.key", Use.LOG))
    for number in range(count):
        now = datetime(2026, 1, 1, 0, 0, number, tzinfo=UTC)
        journal.append([Entry(kind=Kind.CONSULT, who=who, when=now, ids=(f"202601-{number}",))])
    journal.close()
    return journal.path


def test_a_key_is_made_once_and_kept_from_others(settings: Settings) -> None:
    made = run(settings, "key")
    assert made.exit_code == 0, made.output
    key = settings.var_dir / "valcombe" / "journal.key"
    assert key.stat().st_mode & 0o077 == 0
    assert "quietude/valcombe/journal+" in made.output
    again = run(settings, "key")
    assert again.exit_code == 1


def test_verify_says_intact_then_names_what_was_altered(settings: Settings) -> None:
    run(settings, "key")
    path = write(settings, 5)
    whole = run(settings, "verify")
    assert (whole.exit_code, "INTACT: 5 entries" in whole.output) == (0, True)
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER journal_payload_update")
        connection.execute("UPDATE journal_payload SET subject = '{}' WHERE idx = 3")
    broken = run(settings, "verify")
    assert broken.exit_code == 1
    assert "entry 3: payload altered" in broken.output


def test_verify_says_how_to_check_a_journal_that_lies_in_postgresql(settings: Settings) -> None:
    told = run(replace(settings, database_url="postgresql://anne@localhost/quietude"), "verify")
    assert told.exit_code == 2
    assert "audit export --out" in told.output


def test_a_witness_signs_what_goes_on_and_refuses_what_does_not(settings: Settings, tmp_path: Path) -> None:
    public = run(settings, "key").output.splitlines()[-1]
    witness_key, exchange, state = tmp_path / "witness.key", tmp_path / "exchange", tmp_path / "state"
    exchange.mkdir()
    made = run(settings, "key", "--witness", "--name", "witness.example/w", "--out", witness_key)
    assert made.exit_code == 0, made.output
    asked = ("witness", "--exchange", exchange, "--key", witness_key, "--log-key", public, "--state", state)
    path = write(settings, 4)
    assert run(settings, "checkpoint", "--exchange", exchange).exit_code == 0
    signed = run(settings, *asked)
    assert signed.exit_code == 0, signed.output
    path.unlink()
    write(settings, 2)  # cut short, with the right key
    shown = run(settings, "checkpoint", "--exchange", exchange)
    assert (shown.exit_code, "cut short" in shown.output) == (1, True)
    path.unlink()
    write(settings, 6, who="user:2")  # made anew and longer, with the right key
    assert run(settings, "checkpoint", "--exchange", exchange).exit_code == 0
    refused = run(settings, *asked)
    assert (refused.exit_code, "refused" in refused.output) == (1, True)


def test_a_witness_that_is_down_stops_no_act_and_catches_up(settings: Settings, tmp_path: Path) -> None:
    public = run(settings, "key").output.splitlines()[-1]
    witness_key, exchange, state = tmp_path / "witness.key", tmp_path / "exchange", tmp_path / "state"
    run(settings, "key", "--witness", "--name", "witness.example/w", "--out", witness_key)
    write(settings, 2)
    exchange.write_text("not mounted", encoding="utf-8")
    absent = run(settings, "checkpoint", "--exchange", exchange)
    assert (absent.exit_code, "the witness cannot be reached" in absent.output) == (1, True)
    exchange.unlink()
    for _ in range(3):  # nobody answers; acts go on, and each state is laid before the witness again
        write(settings, 2)
        assert run(settings, "checkpoint", "--exchange", exchange).exit_code == 0
    asked = ("witness", "--exchange", exchange, "--key", witness_key, "--log-key", public, "--state", state)
    signed = run(settings, *asked)
    assert (signed.exit_code, "signed" in signed.output) == (0, True), signed.output
    write(settings, 2)
    assert "10 entries" in run(settings, "checkpoint", "--exchange", exchange).output
    assert run(settings, *asked).exit_code == 0
