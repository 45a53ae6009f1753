"""Pages of documents as a browser without scripts has them: added, found, read, described, kept, taken."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import SignIn
from tests.portal.documents.conftest import Add, joined, pdf

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.documents import extracting
from quietude.portal.documents.models import Document
from quietude.portal.services.models import Service

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(sign_in: SignIn, service: Service) -> Client:
    """Return the browser of a supervisor of the service."""
    client = sign_in(Role.SUPERVISOR, username="chef", language="en")
    joined(User.objects.get(username="chef"), service)
    return client


def sent(text: str, name: str = "scan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf(text), "application/pdf")


def test_several_files_are_added_and_found_by_their_words(supervisor: Client, service: Service) -> None:
    files = [sent("Arrêté n° 12\fstationnement interdit", "a.pdf"), sent("déménagement", "b.pdf")]
    wrong = SimpleUploadedFile("c.exe", b"MZ program", "application/pdf")
    said = {"kind": "municipal_order", "service": service.pk, "title": "left out", "tags": "voirie, 2026"}
    answer = supervisor.post("/documents/new/", said | {"files": [*files, wrong]}, follow=True)
    assert "c.exe: This file is a program" in answer.content.decode()
    while extracting.once(timezone.now()):
        pass
    assert [each.title for each in Document.objects.order_by("pk")] == ["a", "b"]
    found = supervisor.get("/documents/?q=ARRETE+stationnement&class=municipal_order&tag=voirie&state=extracted")
    assert [row.document.title for row in found.context["rows"]] == ["a"]
    page = supervisor.get(f"/documents/{found.context['rows'][0].document.pk}/?page=2&q=station")
    assert page.context["shown"].boxes[0].left == 100.0
    assert '<mark id="hit">station</mark>nement' in page.content.decode()
    again = supervisor.post("/documents/new/", said | {"files": [sent("déménagement")]}, follow=True)
    assert "already there" in again.content.decode()
    assert Document.objects.count() == 2


def test_what_is_asked_narrows_the_list(add: Add, supervisor: Client, service: Service) -> None:
    add("un", title="un", dated_on=date(2026, 3, 1), kind="municipal_order")
    add("deux", title="deux", dated_on=date(2026, 5, 1), service=service, kind="report")
    add("trois", title="trois", is_read=False, kind="municipal_order")
    for query, titles in {
        "": {"un", "deux", "trois"},
        "?from=2026-04-01&to=2026-06-01": {"deux"},
        f"?service={service.pk}": {"deux"},
        "?state=waiting": {"trois"},
        "?class=report": {"deux"},
        "?q=un+rien": set(),
        "?from=never&service=x&state=odd": {"un", "deux", "trois"},
    }.items():
        rows = supervisor.get(f"/documents/{query}").context["rows"]
        assert {row.title for row in rows} == titles, query


def test_what_people_do_with_a_document(add: Add, supervisor: Client, service: Service) -> None:
    document = add("texte", title="avant", service=service)
    start = f"/documents/{document.pk}"
    said = {"title": "après", "kind": "minutes", "sensitivity": "internal", "service": service.pk, "tags": "bilan"}
    for verb, form in {
        "describe": said, "note": {"page": 1, "said": "à relire"}, "again": {}, "link": {"ref": "2026-9999"},
    }.items():  # fmt: skip
        assert supervisor.post(f"{start}/act/{verb}/", form).status_code == 302
    supervisor.post(f"{start}/replace/", {"files": [sent("texte corrigé")]})
    supervisor.post(f"{start}/keep/term/", {"until": "2040-01-01", "reason": "utile"})
    supervisor.post(f"{start}/keep/hold/", {"reason": "réquisition"})
    supervisor.post(f"{start}/keep/delete/", {"reason": "essai"})
    document.refresh_from_db()
    assert (document.title, document.kind, document.is_held, document.retain_until.year) == (
        "après", "minutes", True, 2040,
    )  # fmt: skip
    assert document.current.number == 2
    shown = supervisor.get(f"{start}/").content.decode()
    assert "There is nothing called “2026-9999”" in shown
    assert "à relire" in shown
    supervisor.post(f"{start}/keep/release/", {"reason": "levée"})
    gone = supervisor.post(f"{start}/keep/delete/", {"reason": "doublon"})
    assert gone["Location"] == "/documents/"
    assert not Document.objects.exists()


def test_the_original_is_taken_as_it_came_and_runs_nothing(add: Add, supervisor: Client, service: Service) -> None:
    document = add("texte", service=service)
    answer = supervisor.get(f"/documents/{document.pk}/versions/1/file/")
    assert answer.content == pdf("texte")
    assert answer["Content-Disposition"].startswith('attachment; filename="scan.pdf"')
    assert "sandbox" in answer["Content-Security-Policy"]
    assert supervisor.get(f"/documents/{document.pk}/versions/1/archive/").content == pdf("archived texte")
    picture = supervisor.get(f"/documents/{document.pk}/versions/1/pages/1/")
    assert (picture["Content-Type"], picture.content[8:12]) == ("image/webp", b"WEBP")
    assert supervisor.get(f"/documents/{document.pk}/versions/1/pages/9/").status_code == 404
