"""CMIS: the fake of the tests is one that a library of the field reads; rights and dates come with the documents."""

from __future__ import annotations

from typing import Any

import pytest
from cmislib.browser.binding import BrowserBinding
from cmislib.model import CmisClient
from tests.documents.connectors.conftest import Servers
from tests.documents.connectors.places import keys

from quietude.documents.connectors.change import Added, Changed, Reached


@pytest.fixture
def repository(servers: Servers) -> Any:
    """Return a document system with five documents."""
    place = servers.place("cmis")
    for number in range(5):
        place.put(f"{number}.pdf", b"text" * (number + 1))
    return place


def test_the_fake_is_one_that_cmislib_reads(repository: Any) -> None:
    url = f"http://127.0.0.1:{repository.server.port}/browser"
    peer = CmisClient(url, "reader", "x", binding=BrowserBinding()).defaultRepository
    assert peer.id == "city"
    found = peer.query("SELECT * FROM cmis:document")
    assert {one.properties["cmis:name"] for one in found} >= {"0.pdf", "1.pdf", "2.pdf"}
    connector = repository.connector()
    assert keys(list(connector.changes(None)), Added) == {f"{number}.pdf" for number in range(5)}


def test_only_what_changed_since_is_asked_until_the_next_whole_listing(repository: Any) -> None:
    connector = repository.connector()
    *_, reached = connector.changes(None)
    assert isinstance(reached, Reached)
    repository.server.put("0.pdf", b"changed", modified=1_800_000_000_000)
    told = list(connector.changes(reached.cursor))
    assert keys(told, Changed) == {"0.pdf"}
    assert "TIMESTAMP" in repository.server.statements[-1]


def test_rights_and_folders_come_with_documents_where_rules_ask_for_them(repository: Any) -> None:
    repository.said["rights"] = [{"principal": "GROUP_POLICE", "groups": ["police"]}]
    *told, reached = repository.connector().changes(None)
    item = told[0].item
    assert (item.rights, item.folder) == (("GROUP_POLICE",), "Arrêtés")
    assert isinstance(reached, Reached)
    repository.server.put("0.pdf", b"text", readers=["GROUP_EVERYONE"], modified=1_800_000_000_000)
    again = list(repository.connector().changes(reached.cursor))
    assert [change.item.rights for change in again if isinstance(change, Changed)] == [("GROUP_EVERYONE",)]
