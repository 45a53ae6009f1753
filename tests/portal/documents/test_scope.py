"""Two readers, one system: what one may not see is neither listed, counted, drawn, found nor told to them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.portal.conftest import Lines, MakeUser, SignIn
from tests.portal.documents.conftest import Add, joined, pdf

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.documents.models import Document
from quietude.portal.rights import actions
from quietude.portal.rights.models import Grant
from quietude.portal.services.models import Service

pytestmark = pytest.mark.django_db
SECRET = "motclos"


def everything(client: Client, document: Document, asked: str = SECRET) -> dict[str, tuple[int, bytes]]:
    """Return what each address says of a document."""
    start = f"/documents/{document.pk}"
    addresses = {
        "list": "/documents/", "found": f"/documents/?q={asked}", "tag": f"/documents/?tag={asked}",
        "page": f"{start}/?q={asked}", "image": f"{start}/versions/1/pages/1/",
        "thumbnail": f"{start}/versions/1/thumbnails/1/", "file": f"{start}/versions/1/file/",
        "archive": f"{start}/versions/1/archive/",
    }  # fmt: skip
    answers = {name: client.get(address) for name, address in addresses.items()}
    return {name: (answer.status_code, answer.content) for name, answer in answers.items()}


def test_what_a_reader_may_not_see_is_nowhere(
    add: Add, sign_in: SignIn, make_user: MakeUser, service: Service, lines: Lines
) -> None:
    document = add(SECRET, kind="report", title=f"Titre {SECRET}", tags=(SECRET,), service=service)
    member, stranger = sign_in(Role.AGENT, username="member"), sign_in(Role.AGENT, username="stranger")
    joined(User.objects.get(username="member"), service)
    seen, hidden = everything(member, document), everything(stranger, document)
    assert {name for name, (status, _) in seen.items() if status != 200} == set()
    assert SECRET.encode() in seen["found"][1]
    assert SECRET.encode() in seen["file"][1]
    for name, (status, body) in hidden.items():
        assert status == (200 if name in {"list", "found", "tag"} else 404), name
        assert f"/documents/{document.pk}".encode() not in body, name
        assert f"Titre {SECRET}".encode() not in body, name
        assert f"<option>{SECRET}".encode() not in body, name
    absent = everything(stranger, Document(pk=document.pk + 1000))
    assert absent["page"][0] == hidden["page"][0]
    told = stranger.post("/documents/new/", {"kind": "other", "files": [sent(pdf(SECRET))]}, follow=True)
    assert f"/documents/{document.pk}/".encode() not in told.content  # not even that the same file is there
    reads = [entry for entry in lines() if entry.kind == "consult"]
    assert {entry.who for entry in reads if f"document/{document.pk}" in entry.ids} == {
        f"user:{User.objects.get(username='member').pk}"
    }
    assert {entry.detail["columns"] for entry in reads} >= {"title", "title,text", "page", "file", "archive"}


def test_a_text_that_is_masked_is_not_found_by_its_words(add: Add, sign_in: SignIn) -> None:
    document = add(SECRET, kind="instruction", title="Intitulé masqué")
    analyst = sign_in(Role.ANALYST)  # titles and texts of facts are closed to analysts, and so are these
    answers = everything(analyst, document)
    assert f'href="/documents/{document.pk}/"'.encode() in answers["list"][1]
    assert "Intitulé masqué".encode() not in answers["list"][1]
    assert f"/documents/{document.pk}/".encode() not in answers["found"][1]
    assert answers["page"][0] == 200
    assert "Intitulé masqué".encode() not in answers["page"][1]
    assert b"<mark" not in answers["page"][1]
    assert {answers[name][0] for name in ("image", "thumbnail", "file", "archive")} == {403}


def test_a_grant_of_some_sources_zones_or_a_lower_ceiling_opens_no_more(add: Add, sign_in: SignIn) -> None:
    document = add(SECRET, kind="municipal_order")
    reader = sign_in(Role.AGENT)
    assert everything(reader, document)["page"][0] == 200  # public: open whole to whoever has a grant
    grant = Grant.objects.get(holder__username="agent")
    for narrower in ({"sources": ["logbook"]}, {"zones": ["quarter:1"]}, {"categories": ["noise"]}):
        Grant.objects.filter(pk=grant.pk).update(**{"sources": [], "zones": [], "categories": []} | narrower)
        assert everything(reader, document)["page"][0] == 404, narrower
    actions.withdraw(None, grant)
    assert f"/documents/{document.pk}/".encode() not in everything(reader, document)["list"][1]


def test_public_documents_are_read_without_a_line(add: Add, sign_in: SignIn, lines: Lines) -> None:
    document = add("Arrêté", kind="municipal_order")
    everything(sign_in(Role.AGENT), document)
    assert [entry.kind for entry in lines() if f"document/{document.pk}" in entry.ids] == ["collect"]


def sent(content: bytes) -> SimpleUploadedFile:
    """Return a file as a form brings it."""
    return SimpleUploadedFile("copie.pdf", content, "application/pdf")


def test_a_link_names_nothing_that_is_closed(add: Add, author: User, sign_in: SignIn) -> None:
    document = add("Arrêté", kind="municipal_order")
    document.links.create(what="entry", ref="patrols/PM-2026-0009", at=document.added_at, by=author)
    page = sign_in(Role.AGENT).get(f"/documents/{document.pk}/")
    assert b"PM-2026-0009" not in page.content
