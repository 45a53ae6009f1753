"""What lies in the inbox folder becomes a document once, and leaves the folder; what is refused says why."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.utils import timezone
from tests.portal.documents.conftest import Add, pdf

from quietude.portal.documents import acts
from quietude.portal.documents.inbox import Inbox
from quietude.portal.documents.models import INBOX, Document

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    """Return an empty inbox."""
    found = Inbox(tmp_path / "drop" / "documents")
    found.folder.mkdir(parents=True)
    return found


def looked_at(inbox: Inbox) -> int:
    """Look twice, with the time between that makes a file whole."""
    now = timezone.now()
    inbox.once(now)
    return inbox.once(now + timedelta(seconds=6))


def test_whole_files_become_documents_of_the_class_of_their_folder(inbox: Inbox, add: Add) -> None:
    add("déjà là")
    (inbox.folder / "municipal_order").mkdir()
    for name, content in {
        "municipal_order/arrete.pdf": pdf("Arrêté"), "note.pdf": pdf("Note"), "copie.pdf": pdf("déjà là"),
        "virus.pdf": b"MZ", "partie.part": pdf("en cours"), ".caché.pdf": pdf("caché"),
    }.items():  # fmt: skip
        (inbox.folder / name).write_bytes(content)
    (inbox.folder / "lien.pdf").symlink_to("/etc/passwd")
    assert looked_at(inbox) == 4
    found = Document.objects.filter(source=INBOX).order_by("title")
    assert [(each.title, each.kind, each.added_by) for each in found] == [
        ("arrete", "municipal_order", None), ("note", "other", None),
    ]  # fmt: skip
    left = {path.name for path in inbox.folder.iterdir()}
    assert left - {".quietude.lock"} == {"partie.part", ".caché.pdf", "lien.pdf", "refused", "municipal_order"}
    reasons = "".join(path.read_text() for path in (inbox.folder / "refused").glob("*.reason.txt"))
    assert "already there" in reasons
    assert len([*(inbox.folder / "refused").glob("*.pdf")]) == 2


def test_a_process_killed_before_the_file_left_makes_no_second_document(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox.folder / "a.pdf").write_bytes(pdf("a"))

    def killed(*_said: object, **_more: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(Path, "unlink", killed)
        with pytest.raises(SystemExit):
            looked_at(inbox)
    assert (inbox.folder / "a.pdf").exists()
    looked_at(Inbox(inbox.folder))
    assert Document.objects.count() == 1
    assert not (inbox.folder / "a.pdf").exists()


def test_nothing_leaves_the_folder_while_the_database_does_not_answer(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox.folder / "a.pdf").write_bytes(pdf("a"))

    def away(*_said: object, **_more: object) -> None:
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(acts, "add", away)
        with pytest.raises(DatabaseError):
            looked_at(inbox)
    assert (inbox.folder / "a.pdf").read_bytes() == pdf("a")


def test_a_file_that_still_grows_waits(inbox: Inbox) -> None:
    now, path = timezone.now(), inbox.folder / "a.pdf"
    for second in (0, 4, 8):
        path.write_bytes(pdf("a" * (second + 1)))
        os.utime(path, (second, second))
        assert inbox.once(now + timedelta(seconds=second)) == 0
    assert inbox.once(now + timedelta(seconds=14)) == 1
