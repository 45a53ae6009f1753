"""A document goes whole and at once, at its term or by its keeper; what is written once or held stays."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks
from tests.portal.conftest import Lines
from tests.portal.documents.conftest import Add, bytes_of, joined, pdf

from quietude.keeping.api import Asked, Found, Held, Visa, carry_out, plan
from quietude.portal.accounts.models import User
from quietude.portal.documents import acts, files, keeping, pictures, sweeping
from quietude.portal.documents.models import Change, Document, PageText, Version, WrittenOnceError
from quietude.portal.documents.pages import PAGE_PX, THUMB_PX
from quietude.portal.documents.participants import DocumentShelf, OfDocuments
from quietude.portal.services.models import Service
from quietude.portal.uploads.keeping import Damaged

pytestmark = pytest.mark.django_db
CANARY = "canari-4711"
ASKED = Asked(phrases=("zoe partie",))


def drawn(document: Document) -> None:
    for width in (PAGE_PX, THUMB_PX):
        pictures.picture_of(document.current, 1, width)


def rows_with(word: str) -> int:
    """Return how many rows of the tables of documents hold a word."""
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names() if name.startswith("documents_")]
        found = []
        for name in names:
            cursor.execute(f"SELECT * FROM {name}")
            found += [row for row in cursor.fetchall() if word in str(row)]
    return len(found)


def test_what_is_deleted_is_nowhere_on_the_disk(
    add: Add,
    author: User,
    folder: Path,
    lines: Lines,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    document = add(CANARY, title=CANARY, tags=(CANARY,))
    acts.add_version(author, document, acts.take(f"{CANARY}.pdf", pdf(f"{CANARY} v2")))
    drawn_at = files.pictures_dir(document.versions.get(number=1).sha256)
    pictures.picture_of(document.versions.get(number=1), 1, PAGE_PX)
    assert CANARY.encode() in bytes_of(folder)
    with django_capture_on_commit_callbacks(execute=True):
        keeping.delete(author, document, reason="doublon")
    assert CANARY.encode() not in bytes_of(folder)
    assert not drawn_at.exists()
    assert [*files.vault().kept()] == []
    assert rows_with(CANARY) == 0
    assert Change.objects.latest("pk").is_gone
    assert (lines()[-1].kind, lines()[-1].detail["reason"]) == ("erase", "doublon")


def test_a_file_stays_while_another_document_has_it(
    add: Add, author: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    first, second = add("commun"), add("autre")
    acts.add_version(author, second, acts.take("x.pdf", pdf("commun")))
    with django_capture_on_commit_callbacks(execute=True):
        keeping.delete(author, first, reason="doublon")
    assert files.vault().read(second.current.sha256) == pdf("commun")


def test_what_is_written_once_stays_whatever_is_tried(add: Add, author: User, service: Service) -> None:
    joined(author, service)
    document = add(CANARY, kind="evidence", service=service)
    version, kept = document.current, document.retain_until
    with pytest.raises(ValidationError):
        keeping.delete(author, document, reason="essai")
    with pytest.raises(ValidationError):
        acts.add_version(author, document, acts.take("b.pdf", pdf("b")))
    with pytest.raises(ValidationError):
        keeping.keep_until(author, document, date(2021, 1, 1), reason="essai")
    with pytest.raises(ValidationError):
        acts.describe(author, document, acts.Said(kind="other", title="t"))
    for tried in (document.delete, version.delete, Document.objects.all().delete, Version.objects.all().delete):
        with pytest.raises(WrittenOnceError), transaction.atomic():
            tried()
    assert OfDocuments(table="documents.Document").leaves(found_of(document))
    OfDocuments(table="documents.Document").erase([found_of(document)], ASKED)
    for statement in (
        "DELETE FROM documents_document", "DELETE FROM documents_version",
        "UPDATE documents_document SET is_worm = FALSE", "UPDATE documents_document SET retain_until = '2021-01-01'",
        "UPDATE documents_version SET sha256 = 'x'",
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    client = Client()
    client.force_login(author)
    client.post(f"/documents/{document.pk}/keep/delete/", {"reason": "essai"})
    keeping.keep_until(author, document, kept + timedelta(days=1), reason="prolongé")  # later is allowed
    document.refresh_from_db()
    assert (document.is_worm, document.current.sha256, PageText.objects.count()) == (True, version.sha256, 1)
    path = files.vault().path(version.sha256)
    path.write_bytes(b"overwritten")
    with pytest.raises(Damaged):
        files.vault().read(version.sha256)
    assert client.get(f"/documents/{document.pk}/versions/1/file/").status_code == 410


def test_a_term_ends_with_the_visa_and_a_hold_keeps(add: Add, author: User) -> None:
    gone, held = add("un"), add("deux")
    keeping.hold(author, held, reason="réquisition 12/2026")
    with pytest.raises(ValidationError):
        keeping.delete(author, held, reason="essai")
    with pytest.raises(WrittenOnceError), transaction.atomic():
        held.delete()
    day = gone.retain_until + timedelta(days=1)
    assert plan([DocumentShelf()], as_of=gone.retain_until, held=Held()).dues == ()
    due = plan([DocumentShelf()], as_of=day, held=Held())
    assert [(each.items, each.held) for each in due.dues] == [((str(gone.pk),), 1)]
    carry_out([DocumentShelf()], due, Visa(by="test", reason="visa", list_digest=due.digest))
    assert list(Document.objects.all()) == [held]
    keeping.release(author, held, reason="fin de la réquisition")
    keeping.delete(author, held, reason="plus utile")
    assert not Document.objects.exists()


def test_a_person_is_found_in_the_pages_and_erased_with_the_document(add: Add) -> None:
    add("rien ici")
    document = add("Madame Zoé Partie a déclaré")
    participant = OfDocuments(table="documents.Document")
    found = list(participant.find(ASKED))
    assert [(each.key, list(each.content)[-1]) for each in found] == [(str(document.pk), "version 1, page 1")]
    assert participant.erase(found, ASKED) == 1
    assert list(participant.find(ASKED)) == []


def test_what_a_crash_left_is_swept(add: Add, folder: Path) -> None:
    document = add("gardé")
    lost = files.vault().keep(b"lost between disk and database")
    assert sweeping.sweep(timezone.now()) == 0  # it may be on its way
    assert sweeping.sweep(timezone.now() + timedelta(hours=7)) == 1
    assert not files.vault().path(lost).exists()
    assert files.vault().path(document.current.sha256).exists()


def found_of(document: Document) -> Found:
    """Return a document as whoever answers a person chose it."""
    return Found(place="documents.Document", key=str(document.pk), source="documents", content={})
