"""The MQTT door, with a real broker: what is acknowledged is on disk, what is not comes again."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from quietude.portal.flows.models import Delivery
from quietude.portal.flows.mqtt import TOPIC, Listener, records_of
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
def listening(name: str) -> Iterator[Listener]:
    """Hear the broker while the block runs."""
    listener, stopped = Listener(URL, name=name), threading.Event()
    thread = threading.Thread(target=listener.listen, args=[stopped], daemon=True)
    thread.start()
    try:
        until(lambda: listener.is_heard and bool(listener._heard))
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

    def fails_once(*args: Any, **said: Any) -> Delivery:
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


@given(st.binary(max_size=200))
def test_any_payload_is_kept_as_lines_of_which_none_is_lost(payload: bytes) -> None:
    sent = records_of(payload, "a/b")
    assert len(sent.lines.splitlines()) == sent.records
    assert bool(sent.records) == bool(payload.strip())
