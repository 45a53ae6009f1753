"""Attach, blur, strike through: each with its line in the journal, its file on the disk, or nothing at all."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.portal.attachments.conftest import Attach, files_in, photograph, sent
from tests.portal.conftest import Lines, MakeUser
from tests.portal.logbook.conftest import Write, joined

from quietude.model.identity import event_uid
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.attachments import acts
from quietude.portal.attachments.blurring import Frame, Marks
from quietude.portal.attachments.models import Attachment, State
from quietude.portal.attachments.taking import take
from quietude.portal.journal import recording
from quietude.portal.journal.recording import JournalUnavailableError
from quietude.portal.logbook import acts as entries
from quietude.portal.protection.models import Hold

MARKS = Marks(marks=(Frame(kind="frame", left=10, top=10, width=120, height=90),))
Captured = type


def test_a_file_is_kept_with_its_salted_digest_and_its_line(attach: Attach, lines: Lines, folder: Path) -> None:
    made = attach(caption="Quai du Port\u0000, 23 h", purpose="operations")
    (kept,) = files_in(folder)
    line = lines()[-1]
    assert (line.kind, line.ids, line.purpose) == ("collect", (made.entry.label,), "operations")
    assert (line.detail["act"], line.detail["digest"]) == ("attached", made.digest)
    assert made.digest == kept.parent.name + kept.name
    assert (made.number, made.version, made.caption) == (1, 1, "Quai du Port, 23 h")
    assert b"CANARY" not in made.content()


def test_the_same_picture_attached_twice_is_two_files_of_different_digests(attach: Attach, folder: Path) -> None:
    first = attach()
    second = attach(first.entry)
    assert (first.number, second.number) == (1, 2)
    assert first.digest != second.digest
    assert len(files_in(folder)) == 2


def test_the_same_file_sent_twice_is_attached_once(writer: User, write: Write, folder: Path) -> None:
    entry, key, taken = write(), uuid4(), take(sent(photograph()))
    first = acts.attach(writer, entry, taken, key=key)
    assert acts.attach(writer, entry, taken, key=key) == first
    assert len(files_in(folder)) == 1


def test_a_key_of_somebody_else_s_file_is_refused(make_user: MakeUser, attach: Attach) -> None:
    made = attach()
    other = joined(make_user(Role.AGENT, "bruno"))
    with pytest.raises(PermissionDenied):
        acts.attach(other, made.entry, take(sent(photograph())), key=made.key)


def test_whoever_does_not_write_in_the_logbook_attaches_blurs_and_strikes_nothing(
    make_user: MakeUser, attach: Attach
) -> None:
    made, stranger = attach(), make_user(Role.AGENT, "clara")
    with pytest.raises(PermissionDenied):
        attach(made.entry, by=stranger)
    with pytest.raises(PermissionDenied):
        acts.blur(stranger, made, MARKS, seen_version=1)
    with pytest.raises(PermissionDenied):
        acts.strike(stranger, made, reason="doublon")


def test_nothing_is_attached_to_a_struck_entry_or_beyond_the_limit(
    writer: User, write: Write, attach: Attach, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    struck = entries.strike(writer, write(), reason="doublon")
    with pytest.raises(ValidationError):
        attach(struck)
    monkeypatch.setattr(acts, "FILES_MAX", 1)
    entry = attach().entry
    with pytest.raises(ValidationError):
        attach(entry)
    assert len(files_in(folder)) == 1


def test_without_a_journal_nothing_is_kept(attach: Attach, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = attach().entry

    def fails(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(recording.TABLES, "append", fails)
    with pytest.raises(JournalUnavailableError):
        attach(entry)
    assert (entry.attachments.count(), len(files_in(folder))) == (1, 1)


def test_a_blurred_picture_takes_its_place_and_the_original_is_gone_from_the_disk(
    writer: User, attach: Attach, lines: Lines, folder: Path, django_capture_on_commit_callbacks: Captured
) -> None:
    made = attach(caption="Deux personnes")
    original = made.content()
    with django_capture_on_commit_callbacks(execute=True):
        after = acts.blur(writer, made, MARKS, seen_version=1, purpose="operations")
        assert made.content() == original  # until the change is final
    made.refresh_from_db()
    assert (after.number, after.version, after.state, after.caption) == (1, 2, State.CURRENT, "Deux personnes")
    assert (made.state, bytes(made.salt), made.gone_at is not None) == (State.REPLACED, b"", True)
    assert [path.read_bytes() for path in files_in(folder)] == [after.content()]
    assert after.content() != original
    line = lines()[-1]
    assert (line.kind, line.detail["act"], line.detail["replaces"]) == ("modify", "blurred", made.digest)
    assert line.detail["digest"] == after.digest


def test_two_who_blur_at_once_do_not_overwrite_each_other(writer: User, attach: Attach, folder: Path) -> None:
    made = attach()
    stale = Attachment.objects.get(pk=made.pk)
    acts.blur(writer, made, MARKS, seen_version=1)
    with pytest.raises(acts.ConflictError):
        acts.blur(writer, Attachment.objects.get(pk=made.pk), MARKS, seen_version=1)
    with pytest.raises(acts.ConflictError):
        acts.blur(writer, stale, MARKS, seen_version=1)
    assert Attachment.objects.filter(state=State.CURRENT).count() == 1
    assert len(files_in(folder)) == 2  # the erasure of the first waits for the transaction's end


@pytest.mark.parametrize("by", ["logbook", "fact"])
def test_a_legal_hold_keeps_the_original(writer: User, attach: Attach, by: str) -> None:
    made = attach()
    uid = event_uid(made.entry.logbook, made.entry.label)
    covers = {"sources": ["patrols"]} if by == "logbook" else {"uids": [uid]}
    Hold.objects.create(title="Enquête", reason="réquisition", made_by="dpo", **covers)
    with pytest.raises(ValidationError, match="gel juridique"):
        acts.blur(writer, made, MARKS, seen_version=1)
    made.refresh_from_db()
    assert made.state == State.CURRENT


def test_an_attachment_is_struck_with_a_reason_and_stays(
    writer: User, make_user: MakeUser, attach: Attach, lines: Lines
) -> None:
    made = attach()
    other = joined(make_user(Role.AGENT, "bruno"))
    with pytest.raises(PermissionDenied):
        acts.strike(other, made, reason="doublon")
    with pytest.raises(ValidationError):
        acts.strike(writer, made, reason=" x ")
    struck = acts.strike(writer, made, reason="mauvaise rue")
    assert (struck.state, struck.reason, struck.struck_by) == (State.STRUCK, "mauvaise rue", writer)
    assert struck.content()
    assert (lines()[-1].kind, lines()[-1].detail["act"]) == ("modify", "attachment_struck")
    with pytest.raises(ValidationError):
        acts.strike(writer, struck, reason="encore une fois")
    with pytest.raises(acts.ConflictError):
        acts.blur(writer, struck, MARKS, seen_version=1)


def test_a_supervisor_strikes_what_another_attached(make_user: MakeUser, attach: Attach) -> None:
    chief = joined(make_user(Role.SUPERVISOR, "claire"))
    assert acts.strike(chief, attach(), reason="hors sujet").struck_by == chief
