"""The check that the portal makes is the verifier's, on a copy that is gone afterwards."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper

from quietude.journal.api import Kind
from quietude.portal.journal.proving import UncheckedError, check, copied, current_state, open_copy, parts_of
from quietude.portal.journal.recording import Act, note

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _five_lines(db: None) -> None:
    for number in range(5):
        note(Act(kind=Kind.CONSULT, who=f"user:{number}", ids=[f"202601-{number}"]))


def test_a_journal_that_nobody_touched_is_intact() -> None:
    verdict = check()
    assert verdict.is_intact
    assert verdict.size == current_state().size >= 5
    assert not verdict.has_outside


def test_a_state_kept_earlier_is_continued_whatever_ends_its_lines() -> None:
    kept = current_state().note
    note(Act(kind=Kind.ERASE, who="user:1"))
    for pasted in (kept, kept.replace("\n", "\r\n"), f"  {kept}\n\n"):
        assert check(pasted).is_intact
        assert check(pasted).has_outside


def test_what_is_no_state_of_this_journal_is_refused_and_proves_nothing() -> None:
    forged = current_state().note.replace("quietude/", "elsewhere/")
    for said in ("Bonjour", forged, "\x00"):
        with pytest.raises(UncheckedError):
            check(said)


def disarm(cursor: CursorWrapper) -> None:
    """Take the triggers away that refuse changes, as whoever owns the database can."""
    if connection.vendor == "postgresql":
        cursor.execute("ALTER TABLE journal_payload DISABLE TRIGGER USER")
        return
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_payload'")
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP TRIGGER {name}")


def test_an_altered_payload_is_named() -> None:
    last = current_state().size - 1
    with connection.cursor() as cursor:
        disarm(cursor)
        cursor.execute("UPDATE journal_payload SET actor = %s WHERE idx = %s", ['{"who":"user:9"}', last])
    verdict = check()
    assert not verdict.is_intact
    assert [(each.first, each.last) for each in verdict.findings] == [(last, last)]
    assert "payload altered" in verdict.findings[0].what


def test_a_copy_leaves_no_file_behind() -> None:
    with copied() as path:
        assert path.stat().st_size > 0
    assert not path.exists()
    parts = b"".join(parts_of(open_copy()))
    assert parts.startswith(b"SQLite format 3")
