"""The MQTT door (version 5): a message is acknowledged to the broker once its records are on disk.

Several portals share one subscription: each message goes to one of them. The broker keeps what comes while none is
there, for a week.
"""

from __future__ import annotations

import logging
import platform
import ssl
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from threading import Event
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from quietude.portal.background import in_background
from quietude.portal.flows import inbox
from quietude.portal.town import current_town, installation
from quietude.sources.api import BodyError, Sent, read_body

DOOR = "mqtt"
GROUP = "quietude"
TOPIC = "_topic"
"""Column with the topic of a record's message."""
SESSION_S = 7 * 24 * 3600
AT_ONCE = 100
"""Messages that the broker may send before the first is acknowledged."""
STEP_S = 0.5
AGAIN_S = 5.0
PORTS = {"mqtt": 1883, "mqtts": 8883}
QOS = 1
log = logging.getLogger(__name__)


def topics() -> dict[str, str]:
    """Return the topics of all sources that take records by this door, each with its source."""
    return {
        topic: name
        for name, manifest in sorted(current_town().sources.items())
        if manifest.flow is not None and DOOR in manifest.flow.doors
        for topic in manifest.flow.topics
    }


def records_of(payload: bytes, topic: str) -> Sent:
    """Return the records of a message, each with its topic; what is no JSON is one record that will be set aside."""
    if not payload.strip():
        return Sent(b"", 0)
    try:
        sent = read_body(payload, is_lines=b"\n" in payload.strip())
    except BodyError:
        return Sent(b" ".join(payload.split()) + b"\n", 1)
    return Sent(b"".join(_with_topic(line, topic) + b"\n" for line in sent.lines.splitlines()), sent.records)


def _with_topic(line: bytes, topic: str) -> bytes:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return line
    return orjson.dumps(record | {TOPIC: topic}) if isinstance(record, dict) else line


class Listener:
    """One connection to the broker: it hears the topics of all sources, and comes back when it is cut."""

    def __init__(self, url: str, *, name: str) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "", address.port or PORTS[address.scheme]
        self._heard: Mapping[str, str] = {}
        self._is_cut = False
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5, manual_ack=True)
        if address.username:
            self._client.username_pw_set(unquote(address.username), unquote(address.password or ""))
        if address.scheme == "mqtts":
            self._client.tls_set_context(ssl.create_default_context())
        self._client.on_connect = self._connected
        self._client.on_message = self._received

    @property
    def is_heard(self) -> bool:
        """Tell whether the broker answers."""
        return bool(self._client.is_connected())

    def listen(self, stopped: Event) -> None:
        """Hear until stopped; while the broker or the database does not answer nothing is acknowledged."""
        while not stopped.is_set():
            try:
                self._once(stopped)
            except (OSError, ValueError) as error:
                log.error("the broker %s:%d does not answer: %s", self._host, self._port, type(error).__name__)
            finally:
                close_old_connections()
            stopped.wait(AGAIN_S)
        self._client.disconnect()

    def _once(self, stopped: Event) -> None:
        self._is_cut, self._heard = False, {}
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # the library states none
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = AT_ONCE
        self._client.connect(self._host, self._port, clean_start=False, properties=properties)
        while not stopped.is_set() and not self._is_cut:
            if self._client.loop(timeout=STEP_S) != mqtt.MQTT_ERR_SUCCESS:
                log.error("the line to the broker %s:%d was cut", self._host, self._port)
                return
            if self._client.is_connected() and topics() != self._heard:
                self._subscribe()
            close_old_connections()
        self._client.disconnect()

    def _connected(self, _client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.error("the broker %s:%d refuses us: %s", self._host, self._port, reason)
            self._is_cut = True

    def _subscribe(self) -> None:
        wanted = topics()
        gone = [f"$share/{GROUP}/{topic}" for topic in self._heard if topic not in wanted]
        if gone:
            self._client.unsubscribe(gone)
        new = [(f"$share/{GROUP}/{topic}", SubscribeOptions(qos=QOS)) for topic in wanted if topic not in self._heard]
        if new:
            self._client.subscribe(new)
        self._heard = wanted

    def _received(self, client: Any, _data: Any, message: Any) -> None:
        sources = {name for topic, name in topics().items() if mqtt.topic_matches_sub(topic, message.topic)}
        sent = records_of(message.payload, message.topic)
        try:
            for source in sorted(sources) if sent.records else ():
                inbox.take_in(source, DOOR, sent, sender=f"mqtt:{message.topic}"[:40], now=timezone.now())
        except inbox.NoFlowError:
            pass  # the source was taken away this moment: nobody waits for it
        except (inbox.FullError, DatabaseError) as error:
            log.warning("a message was not taken, the broker keeps it: %s", type(error).__name__)
            self._is_cut = True  # what is not acknowledged is sent again on the next line
            return
        client.ack(message.mid, message.qos)


def running() -> AbstractContextManager[None]:
    """Hear the broker in the background while the portal is served, where there is one."""
    url = installation().mqtt_url
    if url is None:
        return _nothing()
    name = f"quietude-{installation().town}-{platform.node()}"
    return in_background("mqtt", Listener(url, name=name).listen)


@contextmanager
def _nothing() -> Iterator[None]:
    yield
