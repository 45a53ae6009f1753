"""Documents on the search page: within rights, with the page of the words; nothing of what is closed anywhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from tests.portal.conftest import Lines, SignIn
from tests.portal.documents import conftest as documents
from tests.portal.documents.conftest import Add, joined
from tests.portal.explore import conftest as explore

from quietude.portal import town
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right, Role
from quietude.portal.documents import indexing
from quietude.portal.search.feeding import current_index
from quietude.portal.services.models import Service
from quietude.search.api import Writer
from quietude.store.api import Store

explored = explore.explored
store = explore.store
folder = documents.folder
service = documents.service
author = documents.author
add = documents.add
SECRET = "motclos"


@pytest.fixture(autouse=True)
def indexed(folder: object, store: Store) -> Iterator[None]:
    """Have the facts in the index, in the folder of this test."""
    Writer(town.installation().search_dir, store).follow()
    yield
    assert current_index().size() > 0


@pytest.fixture
def member(sign_in: SignIn, service: Service) -> Client:
    """Return an agent of the service."""
    client = sign_in(Role.AGENT, username="member")
    joined(User.objects.get(username="member"), service)
    return client


def answer(client: Client, **query: str) -> dict[str, object]:
    data: dict[str, object] = client.get("/search/answer.json", query).json()
    return data


def test_a_word_on_a_page_is_found_marked_counted_and_led_to(
    add: Add, member: Client, service: Service, lines: Lines
) -> None:
    text = "Arrêté\fLe stationnement est interdit. M. Jean Dupont, 06 12 34 56 78, est avisé."
    document = add(text, kind="report", title="Place du marché", service=service, tags=("voirie",))
    indexing.paper_writer().follow()
    data = member.get("/search/answer.json", {"q": "stationnements interdits", "what": "documents"}).json()
    (row,) = data["documents"]["rows"]
    assert (row["key"], row["page"], row["title"]) == (document.pk, 2, "Place du marché")
    assert row["address"] == f"/documents/{document.pk}/?q=stationnement+interdit&page=2"
    assert {piece["text"] for piece in row["excerpt"] if piece["hit"]} == {"stationnement", "interdit"}
    said = "".join(piece["text"] for piece in row["excerpt"])
    assert "Dupont" not in said
    assert "06 12" not in said
    assert "avisé" in said
    assert [way["label"] for way in data["documents"]["facets"][-1]["values"]] == ["voirie"]
    noted = [line for line in lines() if line.kind == "consult" and line.ids == (f"document/{document.pk}",)]
    assert noted[-1].detail["columns"] == "title,text"
    page = member.get("/search/", {"q": "stationnement"}).content.decode()
    assert "<mark>stationnement</mark>" in page
    assert f"/documents/{document.pk}/?q=stationnement&amp;page=2" in page
    assert "Dupont" not in page
    opened = member.get(row["address"]).content.decode()
    assert "<mark" in opened


def test_two_readers_of_documents(add: Add, member: Client, sign_in: SignIn, service: Service, store: Store) -> None:
    stranger = sign_in(Role.AGENT, username="stranger")
    queries = [
        {"q": SECRET}, {"q": SECRET, "what": "documents"}, {"q": "motclso"}, {"q": "motcl*", "what": "documents"},
        {"q": f"étiquette:{SECRET}"}, {"what": "documents"}, {"doc_tag": SECRET}, {"doc_service": str(service.pk)},
    ]  # fmt: skip
    before = [stranger.get("/search/answer.json", query).json() for query in queries]
    document = add(SECRET, kind="report", title=f"Titre {SECRET}", tags=(SECRET,), service=service)
    indexing.paper_writer().follow()
    after = [stranger.get("/search/answer.json", query).json() for query in queries]
    assert after == before
    for query in queries:
        assert f"/documents/{document.pk}".encode() not in stranger.get("/search/", query).content
    seen = [member.get("/search/answer.json", query).json() for query in queries]
    assert [bool(each["documents"]["count"]) for each in seen] == [True, True, False, True, True, True, True, True]
    assert seen[2]["meant"]["label"] == SECRET


def test_kinds_are_counted_and_shown_apart(add: Add, member: Client, service: Service) -> None:
    add("bruit", kind="report", service=service)
    indexing.paper_writer().follow()
    both, facts, entries, papers = (
        answer(member, q="bruit", what=what) for what in ("", "facts", "entries", "documents")
    )
    counts = [way["count"] for way in both["kinds"]]  # type: ignore[attr-defined]
    assert counts[0] == counts[1] + counts[2] + counts[3]
    assert counts[3] == 1
    assert (facts["count"], entries["count"], papers["count"]) == (counts[1], counts[2], 0)
    assert (facts["documents"], papers["facts"]) == (None, [])


def test_conditions_that_only_one_kind_has_are_told(add: Add, member: Client, service: Service) -> None:
    add("bruit", kind="report", service=service, tags=("nuit",))
    indexing.paper_writer().follow()
    of_facts = answer(member, q="bruit", category="noise")
    assert of_facts["documents"]["count"] == 0  # type: ignore[index]
    assert len(of_facts["notes"]) == 1  # type: ignore[arg-type]
    of_papers = answer(member, q="étiquette:nuit")
    assert (of_papers["count"], of_papers["documents"]["count"]) == (0, 1)  # type: ignore[index]
    assert len(of_papers["notes"]) == 1  # type: ignore[arg-type]


def test_whoever_may_not_see_documents_finds_none_and_is_told_of_none(
    add: Add, member: Client, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(SECRET, kind="report", service=service)
    indexing.paper_writer().follow()
    holds = User.holds
    monkeypatch.setattr(User, "holds", lambda self, right: right is not Right.SEE_DOCUMENTS and holds(self, right))
    data = answer(member, q=SECRET, what="documents")
    assert (data["documents"], len(data["kinds"]), data["meant"]) == (None, 3, None)  # type: ignore[arg-type]
