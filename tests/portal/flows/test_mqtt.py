"""The MQTT door, with a real broker: what is acknowledged is on disk, what is not comes again."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, OperationalError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from tests.portal.flows.conftest import record

from quietude.portal.flows import inbox
from quietude.portal.flows import mqtt as door
from quietude.portal.flows.health import health_of
from quietude.portal.flows.models import Delivery, DoorState
from quietude.portal.flows.mqtt import Listener
from quietude.portal.flows.payload import TOPIC, records_of
from quietude.portal.town import configured_town
from quietude.sources.api import FlowSpec, Manifest

URL = os.environ.get("QUIETUDE_TEST_MQTT_URL", "mqtt://127.0.0.1:1883")
HOST, PORT = URL.removeprefix("mqtt://").split(":")
Publish = Callable[..., None]


@pytest.fixture
def broker() -> None:
    """Skip where no broker answers."""
    try:
        socket.create_connection((HOST, int(PORT)), timeout=2).close()
    except OSError:
        pytest.skip(f"no MQTT broker answers at {URL}; start one, or set QUIETUDE_TEST_MQTT_URL")


@pytest.fixture
def topic() -> str:
    """Return a topic of the test's own."""
    return f"quietude-test/{uuid4().hex}"


@pytest.fixture
def heard(topic: str, monkeypatch: pytest.MonkeyPatch) -> Manifest:
    """Have the source logbook take records by the broker."""
    manifest = configured_town().sources["logbook"]
    flow = FlowSpec(doors=("mqtt",), topics=(f"{topic}/+",))
    made = manifest.model_copy(update={"flow": flow})
    made.bind(name="logbook", path=manifest.path, marks=manifest.marks)
    monkeypatch.setitem(configured_town().sources, "logbook", made)
    return made


@pytest.fixture
def publish(broker: None) -> Iterator[Publish]:
    """Return what sends messages to the broker, and waits until it has them."""
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.connect(HOST, int(PORT))
    client.loop_start()

    def send(where: str, payload: object) -> None:
        content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        client.publish(where, content, qos=1).wait_for_publish(10)

    yield send
    client.disconnect()
    client.loop_stop()


@contextmanager
def listening(name: str, url: str = URL, *, is_heard: bool = True) -> Iterator[Listener]:
    """Hear the broker while the block runs."""
    listener, stopped = Listener(url, name=name), threading.Event()
    thread = threading.Thread(target=listener.listen, args=[stopped], daemon=True)
    thread.start()
    try:
        until(lambda: not is_heard or (listener.is_heard and bool(listener._heard)))
        time.sleep(0.3)  # the broker's answer to the subscription
        yield listener
    finally:
        stopped.set()
        thread.join(10)


def kept() -> int:
    """Return how many messages are kept; -1 while another thread holds the tests' database, which lies in memory."""
    try:
        return Delivery.objects.count()
    except OperationalError:
        return -1


def until(holds: Callable[[], bool], *, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_messages_are_records_with_their_topic(heard: Manifest, topic: str, publish: Publish) -> None:
    now = timezone.now()
    with listening(uuid4().hex):
        publish(f"{topic}/a", record("one", now))
        publish(f"{topic}/b", [record("two", now), record("three", now)])
        publish(f"{topic}/c", b"not json")
        until(lambda: kept() == 3)
    lines = [bytes(each.content).splitlines() for each in Delivery.objects.order_by("pk")]
    assert [len(each) for each in lines] == [1, 2, 1]
    assert json.loads(lines[0][0]) == record("one", now) | {TOPIC: f"{topic}/a"}
    assert lines[2] == [b"not json"]
    assert {each.door for each in Delivery.objects.all()} == {"mqtt"}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_comes_while_nobody_listens_is_kept_by_the_broker(heard: Manifest, topic: str, publish: Publish) -> None:
    name = uuid4().hex
    with listening(name):
        pass
    publish(f"{topic}/a", record("later", timezone.now()))
    assert not Delivery.objects.exists()
    with listening(name):
        until(lambda: kept() == 1)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_could_not_be_kept_comes_again(
    heard: Manifest, topic: str, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    take_in = inbox.take_in

    def fails_once(*args: Any, **said: Any) -> Delivery | None:
        tried.append(args[0])
        if len(tried) == 1:
            raise DatabaseError("database or disk is full")
        return take_in(*args, **said)

    monkeypatch.setattr(inbox, "take_in", fails_once)
    monkeypatch.setattr(door, "AGAIN_S", 0.2)
    with listening(uuid4().hex):
        publish(f"{topic}/a", record("again", timezone.now()))
        until(lambda: kept() == 1)
    assert len(tried) == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_portals_share_the_work(heard: Manifest, topic: str, publish: Publish) -> None:
    with listening(uuid4().hex), listening(uuid4().hex):
        for number in range(10):
            publish(f"{topic}/a", record(f"r{number}", timezone.now()))
        until(lambda: kept() >= 10)
        time.sleep(0.5)
    assert Delivery.objects.count() == 10


@contextmanager
def own_broker(folder: Path, port: int) -> Iterator[None]:
    """Run a broker of the test's own, which writes sessions and messages into a folder as it is stopped."""
    program = shutil.which("mosquitto")
    if program is None:
        pytest.skip("no mosquitto on this machine")
    said = f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {folder}/\n"
    said += f"user {getpass.getuser()}\n"
    (folder / "broker.conf").write_text(said, encoding="utf-8")
    command = [program, "-c", str(folder / "broker.conf")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: answers(port))
        yield
    finally:
        process.terminate()
        process.wait(10)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def send_to(port: int, where: str, payload: object) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.publish(where, json.dumps(payload).encode(), qos=1).wait_for_publish(10)
    client.disconnect()
    client.loop_stop()


def failures() -> int:
    try:
        return sum(DoorState.objects.values_list("failures", flat=True))
    except OperationalError:
        return -1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_nothing_is_lost_when_the_broker_is_away_then_the_portal(
    heard: Manifest, topic: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "AGAIN_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url, name = f"mqtt://127.0.0.1:{port}?share=no", uuid4().hex
    with listening(name, url, is_heard=False) as listener:
        until(lambda: failures() > 0)
        with own_broker(tmp_path, port):
            until(lambda: listener.is_heard and bool(listener._heard))
            time.sleep(0.3)  # the broker's answer to the subscription
            send_to(port, f"{topic}/a", record("r0", timezone.now()))
            until(lambda: kept() == 1)
        until(lambda: not listener.is_heard)
        until(lambda: failures() > 0)
    with own_broker(tmp_path, port):  # it is back, and the portal is away
        send_to(port, f"{topic}/a", record("r1", timezone.now()))
        send_to(port, f"{topic}/b", record("r2", timezone.now()))
    with own_broker(tmp_path, port), listening(name, url):
        until(lambda: kept() == 3)
    keys = {json.loads(line)["key"] for each in Delivery.objects.all() for line in bytes(each.content).splitlines()}
    assert keys == {"r0", "r1", "r2"}
    assert failures() == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize(("query", "is_lost"), [("", True), ("?share=no", False)], ids=["shared", "alone"])
def test_a_broker_that_forgot_the_subscriptions_is_noticed(
    heard: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str, *, is_lost: bool
) -> None:
    monkeypatch.setattr(door, "AGAIN_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url, name = f"mqtt://127.0.0.1:{port}{query}", uuid4().hex
    with own_broker(tmp_path, port):
        with listening(name, url):
            pass
        with listening(name, url):
            pass
        assert said_lost() == "", "it was away, the broker was not"
    with own_broker(tmp_path, port), listening(name, url):
        until(lambda: bool(said_lost()) is is_lost)
    health = health_of(heard, timezone.now())
    assert health is not None
    assert (health.doors[0].lost_at is not None) is is_lost
    assert health_of(heard, timezone.now() + timedelta(days=8)).doors[0].lost_at is None  # type: ignore[union-attr]


def said_lost() -> str:
    try:
        return "".join(each.get("lost_said", "") for each in DoorState.objects.values_list("memory", flat=True))
    except OperationalError:
        return ""


@given(st.binary(max_size=200))
def test_any_payload_is_kept_as_lines_of_which_none_is_lost(payload: bytes) -> None:
    sent = records_of(payload, "a/b")
    assert len(sent.lines.splitlines()) == sent.records
    assert bool(sent.records) == bool(payload.strip())
