"""The MQTT door (version 5): a message is acknowledged to the broker once its records are on disk.

Several portals share one subscription: each message goes to one of them. The broker keeps what comes while none is
there, for a week.
"""

from __future__ import annotations

import logging
import platform
import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from threading import Event
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from quietude.portal.background import in_background
from quietude.portal.flows import inbox, noting
from quietude.portal.flows.payload import records_of
from quietude.portal.town import current_town, installation

DOOR = "mqtt"
GROUP = "quietude"
ALONE = "share=no"
"""Query of the broker's address for a portal that is alone: Mosquitto 2.0 forgets shared subscriptions, and what comes
for them, when it is itself started again, until the portal is back; plain ones it keeps. It is noticed, and said."""
SESSION_S = 7 * 24 * 3600
AT_ONCE = 100
"""Messages that the broker may send before the first is acknowledged."""
STEP_S = 0.5
AGAIN_S = 5.0
PORTS = {"mqtt": 1883, "mqtts": 8883}
QOS = 1
NOBODY_HEARS = 0x10  # "No matching subscribers" of an acknowledgement. Source: MQTT 5.0, 3.4.2.1
FORGOTTEN = (
    "the broker forgot the shared subscriptions when it was started again: what it acknowledged before "
    "{at:%H:%M:%S} UTC may be lost; end its address with ?share=no where this portal is alone"
)
UNKNOWN = (
    "the broker kept nothing for this portal, which it knew before: what it acknowledged before "
    "{at:%H:%M:%S} UTC may be lost; have it keep its sessions on disk"
)
log = logging.getLogger(__name__)


def topics() -> dict[str, str]:
    """Return the topics of all sources that take records by this door, each with its source."""
    return {
        topic: name
        for name, manifest in sorted(current_town().sources.items())
        if manifest.flow is not None and DOOR in manifest.flow.doors
        for topic in manifest.flow.topics
    }


class Listener:
    """One connection to the broker: it hears the topics of all sources, and comes back when it is cut."""

    def __init__(self, url: str, *, name: str) -> None:
        address = urlsplit(url)
        self._host, self._port = address.hostname or "", address.port or PORTS[address.scheme]
        self._share = "" if ALONE in address.query.split("&") else f"$share/{GROUP}/"
        self._heard: Mapping[str, str] = {}
        self._is_cut = False
        self._name, self._canary = name, f"{GROUP}/{name}/there"
        """Topic that only this portal hears, as the others by a shared subscription: whether it is still heard tells
        whether the broker kept those."""
        self._asked: int | None = None
        self._is_known = False
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5, manual_ack=True)
        if address.username:
            self._client.username_pw_set(unquote(address.username), unquote(address.password or ""))
        if address.scheme == "mqtts":
            self._client.tls_set_context(ssl.create_default_context())
        self._client.on_connect = self._connected
        self._client.on_message = self._received
        self._client.on_publish = self._answered

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
                _note_absence(f"the broker does not answer: {type(error).__name__}")
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
                _note_absence("the line to the broker was cut")
                return
            if self._client.is_connected() and topics() != self._heard:
                self._subscribe()
            close_old_connections()
        self._client.disconnect()

    def _connected(self, _client: Any, _data: Any, flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            log.error("the broker %s:%d refuses us: %s", self._host, self._port, reason)
            self._is_cut = True
        self._is_known = bool(flags.session_present)

    def _ask_what_is_kept(self) -> None:
        """Find out whether the broker kept the subscriptions of an earlier line, before they are made anew on this one.

        The session itself is no answer: Mosquitto 2.0 keeps it, and forgets what is shared.
        """
        self._asked = None
        was_known = {source for source in set(topics().values()) if noting.is_subscribed(source, DOOR, self._name)}
        if not self._is_known:
            _note_loss(was_known, UNKNOWN)
        elif self._share and was_known:
            self._asked = self._client.publish(self._canary, b"", qos=QOS).mid
        if self._share:
            self._client.subscribe(f"{self._share}{self._canary}", options=SubscribeOptions(qos=QOS))

    def _answered(self, _client: Any, _data: Any, number: int, reason: Any, _properties: Any) -> None:
        if number == self._asked and reason.value == NOBODY_HEARS:
            _note_loss(set(topics().values()), FORGOTTEN)

    def _subscribe(self) -> None:
        wanted = topics()
        if not self._heard:
            self._ask_what_is_kept()
        gone = [f"{self._share}{topic}" for topic in self._heard if topic not in wanted]
        if gone:
            self._client.unsubscribe(gone)
        new = [(f"{self._share}{topic}", SubscribeOptions(qos=QOS)) for topic in wanted if topic not in self._heard]
        if new:
            self._client.subscribe(new)
        self._heard = wanted
        for source in set(wanted.values()):
            noting.works(source, DOOR)
            noting.subscribed(source, DOOR, self._name)

    def _received(self, client: Any, _data: Any, message: Any) -> None:
        sources = {name for topic, name in topics().items() if mqtt.topic_matches_sub(topic, message.topic)}
        if message.topic == self._canary:
            sources = set()
        try:
            for source in sorted(sources):
                _keep(source, message.topic, message.payload)
        except inbox.NoFlowError:
            pass  # the source was taken away this moment: nobody waits for it
        except (inbox.FullError, DatabaseError) as error:
            log.warning("a message was not taken, the broker keeps it: %s", type(error).__name__)
            self._is_cut = True  # what is not acknowledged is sent again on the next line
            return
        client.ack(message.mid, message.qos)


def _keep(source: str, topic: str, payload: bytes) -> None:
    flow = inbox.flow_of(source, DOOR).flow
    if flow is not None:
        sent = records_of(payload, topic, flow, language=settings.LANGUAGE_CODE[:2])
        if sent.records:
            inbox.take_in(source, DOOR, sent, sender=f"mqtt:{topic}"[:40], now=timezone.now())


def _note_absence(said: str) -> None:
    for source in set(topics().values()):
        noting.failed(source, DOOR, said, timezone.now())


def _note_loss(sources: Iterable[str], said: str) -> None:
    now = timezone.now()
    for source in sources:
        log.error("messages of %s may be lost: %s", source, said.format(at=now))
        noting.lost(source, DOOR, said.format(at=now), now)


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
