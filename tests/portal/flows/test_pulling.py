"""Addresses that are asked: a real server of the test answers, and what is new comes once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.portal.flows.conftest import cap, record, several

from quietude.fetch.api import Fetcher
from quietude.portal.flows import filing, inbox, pulling
from quietude.portal.flows.models import AlertChain, Delivery, DoorState
from quietude.portal.flows.pulling import pull_due, wait_after
from quietude.portal.town import configured_town
from quietude.sources.api import Manifest
from quietude.store.api import Store

Change = Callable[..., Manifest]
DAY = timedelta(days=1)


@dataclass
class Peer:
    """A server whose answers a test changes: path to body, status and headers."""

    port: int = 0
    answers: dict[str, tuple[int, bytes, dict[str, str]]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def says(self, path: str, body: object, status: int = 200, **headers: str) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers[path] = (status, content, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def peer() -> Iterator[Peer]:
    """Return a server that knows entity tags."""
    found = Peer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            known = found.answers.get(self.path) or found.answers.get(urlsplit(self.path).path)
            status, body, headers = known or (404, b"", {})
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


def pull(now: datetime | None = None) -> int:
    return pull_due(Fetcher(listed_hosts=frozenset({"127.0.0.1"})).fetch, now or timezone.now())


def state(source: str = "logbook") -> DoorState:
    return DoorState.objects.get(source=source, door="pull")


def feed(peer: Peer, *entries: tuple[str, str]) -> bytes:
    """Return an Atom feed, the newest entry first as they stand."""
    told = "".join(
        f"<entry><id>{name}</id><updated>2026-11-27T20:00:00Z</updated>"
        f'<link rel="alternate" type="text/html" href="/page"/><link type="application/cap+xml" href="{href}"/></entry>'
        for name, href in entries
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id>{told}</feed>'.encode()


@pytest.mark.django_db
def test_what_has_not_changed_is_not_taken_again(empty_store: Store, change: Change, peer: Peer) -> None:
    change(doors=["pull"], pull={"url": f"{peer.url}/calls.json"})
    now = timezone.now()
    peer.says("/calls.json", several(3, now), ETag='"one"')
    assert pull(now) == 3
    assert pull(now) == 0, "its time has not come"
    assert len(peer.asked) == 1
    assert pull(now + DAY) == 0
    assert peer.asked[-1][1]["if-none-match"] == '"one"'
    peer.says("/calls.json", several(4, now), ETag='"two"')
    assert pull(now + 2 * DAY) == 4
    assert filing.file_waiting() == 7
    assert state().failures == 0


@pytest.mark.django_db
def test_the_cursor_asks_for_what_is_newer_and_a_date_of_2099_does_not_move_it(
    empty_store: Store, change: Change, peer: Peer
) -> None:
    cursor = {"parameter": "since", "column": "at", "start": "2026-01-01T00:00:00+00:00"}
    change(doors=["pull"], records="result.items", pull={"url": f"{peer.url}/calls?town=v", "cursor": cursor})
    now = timezone.now()
    far = record("far", now + 27_000 * DAY)
    peer.says("/calls", {"result": {"items": [*several(2, now), far]}})
    pull(now)
    peer.says("/calls", {"result": {"items": []}})
    assert pull(now + DAY) == 0
    asked = [parse_qs(urlsplit(path).query) for path, _ in peer.asked]
    assert asked[0] == {"town": ["v"], "since": ["2026-01-01T00:00:00+00:00"]}
    assert asked[-1]["since"] == [now.isoformat()]
    assert state().memory["cursor"] == now.isoformat()
    assert state().failures == 0, "nothing new is no fault"


@pytest.mark.django_db
def test_a_table_behind_an_address_is_read_as_the_manifest_says(empty_store: Store, change: Change, peer: Peer) -> None:
    change(doors=["pull"], pull={"url": f"{peer.url}/calls.csv"}, files={"format": "csv", "separator": ";"})
    now = timezone.now()
    peer.says("/calls.csv", f"key;at;lon;lat\na;{now.isoformat()};5.38;43.29\nragged\n".encode())
    assert pull(now) == 2
    filing.file_waiting()
    assert state().quarantined == 1
    assert Delivery.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, b"", "answers 500"),
        (404, b"", "answers 404"),
        (200, b'{"a": ', "not JSON"),
        (302, b"", "answers 302"),
    ],
)
def test_a_failure_is_said_and_waits_longer_each_time(
    empty_store: Store, change: Change, peer: Peer, *, status: int, body: bytes, said: str
) -> None:
    change(doors=["pull"], pull={"url": f"{peer.url}/calls"})
    peer.says("/calls", body, status)
    now = timezone.now()
    waits = []
    for number in range(1, 6):
        pull(now)
        found = state()
        assert (found.failures, said in found.error_said) == (number, True)
        assert found.next_at is not None
        waits.append(found.next_at - now)
        now = found.next_at
    assert waits == sorted(waits)
    peer.says("/calls", several(1, now))
    assert pull(now) == 1
    assert (state().failures, state().error_said) == (0, "")


@pytest.mark.django_db
def test_a_server_that_asks_for_patience_is_left_alone(empty_store: Store, change: Change, peer: Peer) -> None:
    change(doors=["pull"], pull={"url": f"{peer.url}/calls"})
    peer.says("/calls", b"", 429, Retry_After="7200")
    now = timezone.now()
    pull(now)
    assert state().next_at == now + timedelta(hours=2)


@pytest.mark.django_db
def test_an_address_inside_the_network_is_refused_unless_it_is_listed(
    empty_store: Store, change: Change, peer: Peer
) -> None:
    change(doors=["pull"], pull={"url": f"{peer.url}/calls"})
    pull_due(Fetcher().fetch, timezone.now())
    assert peer.asked == []
    assert "QUIETUDE_FETCH_HOSTS" in state().error_said


@pytest.mark.django_db
def test_what_cannot_be_kept_is_not_remembered_as_seen(
    empty_store: Store, change: Change, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(doors=["pull"], pull={"url": f"{peer.url}/calls"})
    now = timezone.now()
    peer.says("/calls", several(3, now), ETag='"one"')
    with monkeypatch.context() as patched:
        patched.setattr(inbox, "WAITING_MOST", 2)
        assert pull(now) == 0
    assert state().memory == {}
    assert pull(now + DAY) == 3


@pytest.mark.django_db
def test_more_than_the_inbox_holds_is_refused_with_what_to_do(
    empty_store: Store, change: Change, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(doors=["pull"], pull={"url": f"{peer.url}/calls"})
    monkeypatch.setattr(inbox, "WAITING_MOST_OF_ONE", 2)
    peer.says("/calls", several(3, timezone.now()))
    pull()
    assert "say a cursor" in state().error_said


@pytest.mark.django_db
def test_two_portals_ask_once(empty_store: Store, change: Change, peer: Peer) -> None:
    change(doors=["pull"], pull={"url": f"{peer.url}/calls"})
    now = timezone.now()
    peer.says("/calls", several(1, now))
    DoorState.objects.create(source="logbook", door="pull", next_at=now + pulling.LEASE)
    assert pull(now) == 0, "the other one asks"
    assert pull(now + pulling.LEASE) == 1, "the other one is dead"


@pytest.fixture
def followed(change: Change, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Manifest:
    """Have the weather warnings come by a feed."""
    manifest = configured_town().sources["weather_warnings"]
    content = manifest.model_dump(by_alias=True, exclude_none=True, exclude_unset=True)
    content["flow"] = {"doors": ["pull"], "form": "cap", "pull": {"url": f"{peer.url}/feed", "feed": True}}
    content["schedule"] = {"every": "PT1M"}
    made = Manifest.model_validate(content)
    made.bind(name="weather_warnings", path=manifest.path, marks=manifest.marks)
    monkeypatch.setitem(configured_town().sources, "weather_warnings", made)
    return made


@pytest.mark.django_db
def test_a_feed_is_followed_each_entry_once_and_a_sick_one_does_not_hold_up_the_others(
    empty_store: Store, followed: Manifest, peer: Peer
) -> None:
    update = cap("U2", "Update", sent="2026-11-27T21:00:00+01:00", about=["A1,2026-11-27T20:00:00+01:00"])
    peer.says("/feed", feed(peer, ("u2", "/u2.xml"), ("sick", "/sick.xml"), ("a1", "/a1.xml")), ETag='"1"')
    peer.says("/a1.xml", cap())
    peer.says("/u2.xml", update)
    peer.says("/sick.xml", b"<alert/>")
    now = timezone.now()
    assert pull(now) == 2
    assert AlertChain.objects.get().messages.count() == 2
    assert [path for path, _ in peer.asked] == ["/feed", "/a1.xml", "/sick.xml", "/u2.xml"]
    found = state("weather_warnings")
    assert found.refused == 1
    assert pull(now + timedelta(minutes=2)) == 0
    peer.says("/feed", feed(peer, ("c3", "/c3.xml"), ("u2", "/u2.xml"), ("a1", "/a1.xml")), ETag='"2"')
    cancel = cap("C3", "Cancel", sent="2026-11-27T22:00:00+01:00", about=["U2,2026-11-27T21:00:00+01:00"])
    peer.says("/c3.xml", cancel)
    assert pull(now + timedelta(minutes=4)) == 1
    assert [path for path, _ in peer.asked][-2:] == ["/feed", "/c3.xml"]
    assert not AlertChain.objects.get().is_open


@pytest.mark.django_db
def test_an_entry_that_does_not_answer_is_asked_for_again(empty_store: Store, followed: Manifest, peer: Peer) -> None:
    peer.says("/feed", feed(peer, ("a1", "/a1.xml")), ETag='"1"')
    peer.says("/a1.xml", b"", 503)
    now = timezone.now()
    assert pull(now) == 0
    peer.says("/a1.xml", cap())
    assert pull(now + timedelta(minutes=2)) == 1


@pytest.mark.django_db
def test_a_single_alert_and_a_feed_that_holds_its_alerts_are_followed(
    empty_store: Store, followed: Manifest, peer: Peer
) -> None:
    peer.says("/feed", cap())
    now = timezone.now()
    assert pull(now) == 1
    other = cap("B1").decode()
    peer.says(
        "/feed", f"<rss><channel><item><guid>b</guid>{other}</item><item><guid>c</guid></item></channel></rss>".encode()
    )
    assert pull(now + timedelta(minutes=2)) == 1
    assert AlertChain.objects.count() == 2
    peer.says("/feed", b"<!DOCTYPE x [<!ENTITY a 'b'>]><rss/>")
    pull(now + timedelta(minutes=4))
    assert "DOCTYPE" in state("weather_warnings").error_said


@pytest.mark.django_db
def test_the_secret_goes_to_its_own_server_and_to_no_other(
    empty_store: Store, followed: Manifest, peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = followed.flow.pull.model_copy(update={"secret": "weather"}) if followed.flow and followed.flow.pull else None
    changed = followed.model_copy(update={"flow": followed.flow and followed.flow.model_copy(update={"pull": spec})})
    changed.bind(name="weather_warnings", path=followed.path, marks=followed.marks)
    monkeypatch.setitem(configured_town().sources, "weather_warnings", changed)
    monkeypatch.setattr(pulling, "secrets_of", lambda _name: ("rainbow",))
    other = f"http://localhost:{peer.port}/a1.xml"
    peer.says("/feed", feed(peer, ("a1", other), ("b1", "/b1.xml")))
    peer.says("/a1.xml", cap())
    peer.says("/b1.xml", cap("B1"))
    pull_due(Fetcher(listed_hosts=frozenset({"127.0.0.1", "localhost"})).fetch, timezone.now())
    sent = {path: headers.get("authorization") for path, headers in peer.asked}
    assert sent == {"/feed": "Bearer rainbow", "/b1.xml": "Bearer rainbow", "/a1.xml": None}


@given(st.integers(1, 10_000), st.timedeltas(timedelta(seconds=1), 40 * DAY), st.floats(0, 1))
def test_waits_grow_to_a_bound_and_are_drawn(failures: int, every: timedelta, share: float) -> None:
    wait = wait_after(failures, every, share)
    assert timedelta(seconds=15) <= wait <= max(every, timedelta(hours=1))
    assert wait <= wait_after(failures + 1, every, 1.0)
