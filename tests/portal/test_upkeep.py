"""The contents of the journal leave at their term by themselves, and the proof stays."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings
from tests.leaving import leaving
from tests.portal.conftest import Lines

from quietude.journal.api import Entry, Kind, Tables, public_path, verify, write
from quietude.portal.journal.recording import Act, log_key, note
from quietude.portal.upkeep import forget_old_lines

ROOT = Path(__file__).resolve().parents[2]
DAY = timedelta(days=1)


def contents() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_payload WHERE actor IS NOT NULL OR subject IS NOT NULL")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("months", [6, 9, 12])
def test_a_line_keeps_its_contents_until_its_term_and_no_day_longer(
    db: None, settings: Settings, lines: Lines, months: int
) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, journal_months=months)
    log_key()
    with connection.cursor() as cursor:
        old = Entry(kind=Kind.CONSULT, who="user:1", when=datetime(2026, 1, 15, 12, tzinfo=UTC), ids=("202601-a",))
        Tables(mark="%s").append(cursor, [old], log_key())
    term = datetime(2026 + (months == 12), months % 12 + 1, 15, 12, tzinfo=UTC)
    for days in (1, 30, 150, (term - old.when).days):
        assert forget_old_lines(old.when + days * DAY) == 0
    assert forget_old_lines(term + DAY) == 1
    [erasure] = lines()  # the contents of the other are gone: it reads no more
    assert (erasure.kind, erasure.motive) == (Kind.ERASE, f"retention: term of {months} months")
    for years in range(1, 11):
        forget_old_lines(term + years * 366 * DAY)


def test_the_erasure_s_own_line_leaves_at_its_term_too(db: None) -> None:
    note(Act(kind=Kind.CONSULT, who="user:1"))
    before = contents()
    assert before
    later = datetime.now(UTC) + 800 * DAY
    assert forget_old_lines(later) == before
    assert contents() == 1  # the erasure itself, written today by the real clock


@pytest.mark.slow
def test_a_served_portal_does_it_by_itself(tmp_path: Path) -> None:
    folder = tmp_path / "valcombe"
    database, key = folder / "portal.sqlite3", folder / "journal.key"
    moments = [datetime.now(UTC) - 800 * DAY, datetime.now(UTC) - DAY]
    for moment in moments:
        entry = Entry(kind=Kind.CONSULT, who="user:1", when=moment, motive="of then")
        write([entry], database=database, key_file=key, origin="quietude/valcombe/journal")
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "QUIETUDE_TOWN": "valcombe",
        "QUIETUDE_TOWNS_DIR": str(ROOT / "tests" / "portal" / "towns"),
        "QUIETUDE_VAR_DIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "quietude.cli.main", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, text=True) as served, leaving(served):
        until = time.monotonic() + 120
        while kept(database) != [False, True, True]:
            assert served.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        served.terminate()
    assert verify(["--log", str(database), "--key", str(public_path(key))]) == 0


def kept(database: Path) -> list[bool]:
    """Return, line by line, whether it still has its contents."""
    with sqlite3.connect(database, timeout=20) as opened:
        return [bool(one) for (one,) in opened.execute("SELECT actor IS NOT NULL FROM journal_payload ORDER BY idx")]
