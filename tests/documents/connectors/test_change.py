"""What every connector does, with a real server for each: one contract, seven places."""

from __future__ import annotations

import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.documents.connectors.places import NOW, Place, keys, manifest, opened
from tests.documents.connectors.servers import hanging

from quietude.documents.connectors.change import (
    Added,
    Change,
    Changed,
    Connector,
    ConnectorError,
    Deleted,
    GoneError,
    Held,
    Reached,
    TooLargeError,
    VanishedError,
)
from quietude.documents.connectors.opening import Surroundings, connector_of
from quietude.fetch.api import Fetcher

ORDER = "Arrêtés/2026/arrêté n° 12.txt"


def run(connector: Connector, cursor: str | None = None, allowed: int = 0) -> tuple[list[Change], str]:
    """Return what a run tells, and its cursor."""
    told = list(connector.changes(cursor, deletions_allowed=allowed))
    last = told[-1]
    assert isinstance(last, Reached)
    return [change for change in told if not isinstance(change, Reached)], last.cursor


def names(changes: list[Change]) -> set[str]:
    """Return the kinds of changes."""
    return {type(change).__name__ for change in changes}


def test_what_is_there_is_added_copied_whole_and_told_once(place: Place, tmp_path: Path) -> None:
    place.put(ORDER, b"Article 1er : le stationnement est interdit.")
    place.put("b.txt", b"2" * 3_000_000)
    connector = place.connector()
    added, cursor = run(connector)
    assert names(added) == {"Added"}
    assert len(added) == 2
    contents = set()
    for number, key in enumerate(sorted(keys(added, Added))):
        fetched = connector.fetch(key, tmp_path / str(number), 10_000_000)
        content = (tmp_path / str(number)).read_bytes()
        assert (fetched.size, fetched.sha256) == (len(content), sha256(content).hexdigest())
        contents.add(place.read(content))
    assert contents == {b"Article 1er : le stationnement est interdit.", b"2" * 3_000_000}
    assert run(connector, cursor)[0] == []
    connector.close()


def test_changes_moves_and_deletions_are_followed(place: Place) -> None:
    for name in (ORDER, "b.txt", "c.txt"):
        place.put(name, name.encode())
    connector = place.connector()
    added, cursor = run(connector)
    place.change("b.txt", b"another text")
    changed, cursor = run(connector, cursor)
    assert names(changed) == place.on_change
    assert keys(changed, Changed) <= keys(added, Added)
    place.move("b.txt", "d.txt")
    wait_a_second(place)
    moved, cursor = run(connector, cursor)
    assert names(moved) == place.on_move
    place.delete("c.txt")
    wait_a_second(place)
    deleted, cursor = run(connector, cursor)
    assert names(deleted) == {"Deleted"}
    assert len(deleted) == 1
    assert keys(deleted, Deleted) <= keys(added, Added)
    with pytest.raises(GoneError):
        connector.fetch(next(iter(keys(deleted, Deleted))), Path("never"), 1000)
    assert not Path("never").exists()
    connector.close()


def wait_a_second(place: Place) -> None:
    """Document systems are listed whole once a second at most."""
    time.sleep(1.0 if str(place) == "cmis" else 0.0)


def test_many_deletions_at_once_wait_for_a_persons_word(place: Place) -> None:
    for number in range(14):
        place.put(f"{number}.txt", b"text")
    connector = place.connector()
    _, cursor = run(connector)
    for number in range(12):
        place.delete(f"{number}.txt")
    wait_a_second(place)
    held, cursor = run(connector, cursor)
    assert held == [Held(12, 14)]
    gone, _ = run(connector, cursor, allowed=12)
    assert names(gone) == {"Deleted"}
    assert len(gone) == 12
    connector.close()


def test_a_place_that_is_gone_is_an_error_and_no_deletion(place: Place) -> None:
    place.put(ORDER, b"text")
    connector = place.connector()
    _, cursor = run(connector)
    connector.close()
    place.vanish()
    with pytest.raises(VanishedError):
        list(place.connector().changes(cursor))


def test_a_document_that_is_too_large_leaves_no_file_and_an_empty_one_is_one(place: Place, tmp_path: Path) -> None:
    place.put("large.txt", b"3" * 200_000)
    place.put("empty.txt", b"")
    connector = place.connector()
    added, _ = run(connector)
    sizes = {}
    for number, key in enumerate(sorted(keys(added, Added))):
        into = tmp_path / str(number)
        try:
            sizes[key] = connector.fetch(key, into, 100_000).size
        except TooLargeError:
            assert not into.exists()
    assert len(sizes) == 1
    assert place.read((tmp_path / str(sorted(keys(added, Added)).index(next(iter(sizes))))).read_bytes()) == b""
    connector.close()


@pytest.mark.parametrize(
    "said",
    [
        {"format": "webdav", "url": "http://127.0.0.1:{port}/"},
        {"format": "mailbox", "host": "127.0.0.1", "port": "{port}", "tls": False, "user": "a", "secret": "store"},
        {"format": "s3", "url": "http://127.0.0.1:{port}", "bucket": "city", "access_key": "a", "secret": "store"},
        {"format": "cmis", "url": "http://127.0.0.1:{port}/browser"},
        {
            "format": "smb", "host": "127.0.0.1", "port": "{port}", "share": "city", "user": "a", "secret": "store",
        },
        {"format": "site", "url": "http://127.0.0.1:{port}/sitemap.xml"},
    ],
    ids=lambda said: said["format"],
)  # fmt: skip
def test_a_server_that_hangs_is_given_up(said: dict[str, object]) -> None:
    with hanging() as port:
        filled: dict[str, Any] = {
            name: text.format(port=port) if isinstance(text, str) else text for name, text in said.items()
        }
        connector = opened(**filled, timeout="PT1S")
        began = time.monotonic()
        with pytest.raises(ConnectorError):
            list(connector.changes(None))
        connector.close()
    assert time.monotonic() - began < 8


def test_an_unlisted_host_inside_the_network_is_not_asked() -> None:
    around = Surroundings(fetcher=Fetcher(), secret_of=lambda _: "x", clock=lambda: NOW)
    for said in (
        {"format": "webdav", "url": "https://127.0.0.1/"},
        {"format": "mailbox", "host": "127.0.0.1", "user": "a", "secret": "store"},
        {"format": "smb", "host": "127.0.0.1", "share": "city", "user": "a", "secret": "store"},
    ):
        place = manifest(**said).read[0]
        with pytest.raises(ConnectorError, match="QUIETUDE_FETCH_HOSTS"):
            list(connector_of(place, around).changes(None))  # type: ignore[arg-type]
