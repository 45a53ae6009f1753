"""The NATS door, with a real server with JetStream: what is acknowledged is on disk, what is not comes again."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import nats
import pytest
from django.db import DatabaseError, OperationalError
from django.utils import timezone
from tests.portal.flows.conftest import record

from quietude.portal.flows import inbox
from quietude.portal.flows import nats_door as door
from quietude.portal.flows.models import Delivery, DoorState
from quietude.portal.flows.nats_door import Drawer
from quietude.portal.flows.payload import TOPIC
from quietude.sources.api import Manifest

URL = os.environ.get("QUIETUDE_TEST_NATS_URL", "nats://127.0.0.1:4222")
Change = Callable[..., Manifest]
pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def servers() -> None:
    """Skip where no server answers."""
    host, port = URL.removeprefix("nats://").split(":")
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
    except OSError:
        pytest.skip(f"no NATS server answers at {URL}; start one with JetStream, or set QUIETUDE_TEST_NATS_URL")


@pytest.fixture
def subject(servers: None, change: Change, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return how the test's own subjects begin, with a stream that holds them; the source draws from `<it>.*`."""
    name = f"quietude-test-{uuid4().hex[:12]}"
    change(doors=["nats"], subjects=[f"{name}.*"])
    monkeypatch.setattr(door, "AGAIN_S", 0.2)
    on_server(URL, lambda stream: stream.add_stream(name=name, subjects=[f"{name}.>"]))
    yield name
    on_server(URL, lambda stream: stream.delete_stream(name))


def on_server(url: str, act: Callable[[Any], Any]) -> Any:
    """Run one act with the server's JetStream."""

    async def once() -> Any:
        line = await nats.connect(url, allow_reconnect=False)
        try:
            return await act(line.jetstream())
        finally:
            await line.close()

    return asyncio.run(once())


def publish(subject: str, payload: object, url: str = URL) -> None:
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    on_server(url, lambda stream: stream.publish(subject, content))


def left(name: str, url: str = URL) -> int:
    """Return how many messages are not acknowledged, of all consumers of a stream."""

    async def count(stream: Any) -> int:
        return sum(each.num_pending + each.num_ack_pending for each in await stream.consumers_info(name))

    found: int = on_server(url, count)
    return found


@contextmanager
def drawing(url: str = URL, *, is_bound: bool = True) -> Iterator[Drawer]:
    """Draw while the block runs, as a portal does."""
    drawer, stopped = Drawer(url, "valcombe"), threading.Event()
    thread = threading.Thread(target=drawer.draw, args=[stopped], daemon=True)
    thread.start()
    try:
        until(lambda: bool(drawer.drawn) or not is_bound)
        yield drawer
    finally:
        stopped.set()
        thread.join(15)


def kept() -> int:
    """Return how many messages are kept; -1 while another thread holds the tests' database, which lies in memory."""
    try:
        return Delivery.objects.count()
    except OperationalError:
        return -1


def until(holds: Callable[[], bool], *, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


def said() -> str:
    try:
        return DoorState.objects.values_list("error_said", flat=True).first() or ""
    except OperationalError:
        return ""


def test_messages_are_records_with_their_subject(subject: str) -> None:
    now = timezone.now()
    with drawing():
        publish(f"{subject}.a", record("one", now))
        publish(f"{subject}.b", [record("two", now), record("three", now)])
        publish(f"{subject}.c", b"not json")
        until(lambda: kept() == 3)
        until(lambda: left(subject) == 0)
    found = [bytes(each.content).splitlines() for each in Delivery.objects.order_by("pk")]
    assert [len(each) for each in found] == [1, 2, 1]
    assert json.loads(found[0][0]) == record("one", now) | {TOPIC: f"{subject}.a"}
    assert found[2] == [b"not json"]
    assert {each.door for each in Delivery.objects.all()} == {"nats"}


def test_what_comes_while_no_portal_draws_is_kept_by_the_server(subject: str) -> None:
    with drawing():
        pass
    publish(f"{subject}.a", record("later", timezone.now()))
    assert not Delivery.objects.exists()
    with drawing():
        until(lambda: kept() == 1)


def test_what_could_not_be_kept_is_not_acknowledged_and_comes_again(
    subject: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    take_in = inbox.take_in

    def fails_once(*args: Any, **said: Any) -> Delivery | None:
        tried.append(args[0])
        if len(tried) == 1:
            raise DatabaseError("database or disk is full")
        return take_in(*args, **said)

    monkeypatch.setattr(inbox, "take_in", fails_once)
    with drawing():
        publish(f"{subject}.a", record("again", timezone.now()))
        until(lambda: kept() == 1)
        until(lambda: left(subject) == 0)
    assert len(tried) == 2


def test_two_portals_share_the_work(subject: str) -> None:
    with drawing(), drawing():
        for number in range(20):
            publish(f"{subject}.a", record(f"r{number}", timezone.now()))
        until(lambda: left(subject) == 0)
    assert Delivery.objects.count() == 20


def test_a_subject_that_no_stream_holds_is_said_with_what_to_do(servers: None, change: Change) -> None:
    change(doors=["nats"], subjects=[f"nobody-{uuid4().hex}"])
    with drawing(is_bound=False):
        until(lambda: "no stream" in said())


@contextmanager
def own_server(folder: Path, port: int) -> Iterator[str]:
    """Run a server of the test's own, which keeps its messages in a folder."""
    program = shutil.which("nats-server")
    if program is None:
        pytest.skip("no nats-server on this machine")
    process = subprocess.Popen(
        [program, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(folder)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(lambda: answers(port))
        yield f"nats://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait(10)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_nothing_is_lost_when_the_server_is_killed_and_comes_back(
    tmp_path: Path, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "AGAIN_S", 0.2)
    change(doors=["nats"], subjects=["calls.*"])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with own_server(tmp_path, port) as url:
        on_server(url, lambda stream: stream.add_stream(name="calls", subjects=["calls.>"]))
        publish("calls.a", record("r0", timezone.now()), url)
    with drawing(f"nats://127.0.0.1:{port}", is_bound=False) as drawer:
        until(lambda: "do not answer" in said())
        with own_server(tmp_path, port) as url:
            until(lambda: kept() == 1)
            publish("calls.a", record("r1", timezone.now()), url)
            until(lambda: kept() == 2)
        until(lambda: not drawer.drawn)
        with own_server(tmp_path, port) as url:
            publish("calls.a", record("r2", timezone.now()), url)
            until(lambda: keys() == {"r0", "r1", "r2"})
            until(lambda: said() == "")


def keys() -> set[str]:
    """Return the keys of what is kept; what was acknowledged just before the kill may be there twice."""
    try:
        found = [bytes(each.content) for each in Delivery.objects.all()]
    except OperationalError:
        return set()
    return {json.loads(line)["key"] for content in found for line in content.splitlines()}
