"""Notifications of context brokers and alerts, from their door to the facts that they state, correct and end."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.portal.flows.conftest import Send, cap

from quietude.model.event import Status
from quietude.model.identity import event_uid
from quietude.model.viewer import Viewer
from quietude.portal.flows import filing, inbox
from quietude.portal.flows.models import AlertChain, AlertMessage, Delivery
from quietude.portal.town import current_ledger
from quietude.sources.api import Manifest
from quietude.store.api import Store

pytestmark = pytest.mark.django_db
READER = Viewer.system("test")
Change = Callable[..., Manifest]
ALERTS = "/api/v1/sources/weather_warnings/records"
FIRST = "meteo@valcombe.example,A1,2026-11-27T19:00:00+00:00"
A1 = "A1,2026-11-27T20:00:00+01:00"
U2 = "U2,2026-11-27T21:00:00+01:00"


def alert(body: bytes, send: Send) -> Any:
    return send(body, address=ALERTS, content_type="application/cap+xml")


def fact(store: Store, key: str = FIRST) -> Any:
    while filing.file_waiting():
        continue
    found = store.event(READER, event_uid("weather_warnings", key))
    return found[0] if found else None


def update(**said: str) -> bytes:
    return cap("U2", "Update", sent="2026-11-27T21:00:00+01:00", about=[A1], **said)


def cancel(about: str = U2) -> bytes:
    return cap("C3", "Cancel", sent="2026-11-27T22:00:00+01:00", about=[about])


def test_an_alert_is_a_fact_its_update_corrects_it_and_its_cancel_ends_it(empty_store: Store, send: Send) -> None:
    assert alert(cap(), send).json()["accepted"] == 1
    first = fact(empty_store)
    assert (first.category, first.severity, first.status, first.title) == (
        "fire_rescue.weather", 4, Status.OPEN, "Orages violents",
    )  # fmt: skip
    assert first.zones["quarter"] in {"port", "halles", "plateau"}
    alert(update(severity="Extreme"), send)
    second = fact(empty_store)
    assert (second.severity, second.status, second.version) == (5, Status.OPEN, 2)
    alert(cancel(), send)
    third = fact(empty_store)
    assert (third.severity, third.status) == (5, Status.CLOSED)
    assert third.occurred_to == datetime(2026, 11, 27, 21, tzinfo=UTC)
    assert AlertChain.objects.count() == 1


def test_a_cancel_before_its_alert_is_kept_and_applied_when_the_alert_comes(empty_store: Store, send: Send) -> None:
    answer = alert(cancel(A1), send)
    assert (answer.status_code, answer.json()) == (200, {"accepted": 0, "delivery": None})
    assert fact(empty_store) is None
    alert(cap(), send)
    assert fact(empty_store).status == Status.CLOSED


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_same_messages_make_the_same_fact_whatever_their_order(
    empty_store: Store, send: Send, order: tuple[int, ...]
) -> None:
    messages = [cap(), update(severity="Moderate", headline="Orages faiblissants"), cancel()]
    for number in order:
        alert(messages[number], send)
    while filing.file_waiting():
        continue
    open_facts = [
        row for name in AlertMessage.objects.values_list("name", flat=True)
        for row in empty_store.event(READER, event_uid("weather_warnings", name))[:1] if row.status == Status.OPEN
    ]  # fmt: skip
    assert open_facts == []
    chain = AlertChain.objects.get()
    found = fact(empty_store, chain.name)
    assert (found.severity, found.title, found.status) == (3, "Orages faiblissants", Status.CLOSED)


def test_long_chains_shuffled_end_as_one_and_closed(empty_store: Store, send: Send) -> None:
    names = [f"M{number},2026-11-27T20:{number:02}:00+01:00" for number in range(12)]
    messages = [cap("M0", sent=names[0].partition(",")[2])]
    for number in range(1, 12):
        kind = "Update" if number < 11 else "Cancel"
        messages.append(cap(f"M{number}", kind, sent=names[number].partition(",")[2], about=[names[number - 1]]))
    dice = random.Random(5)
    for _ in range(3):
        AlertChain.objects.all().delete()
        dice.shuffle(messages)
        for message in messages:
            alert(message, send)
        chain = AlertChain.objects.get()
        assert (chain.is_open, chain.messages.exclude(kind="").count()) == (False, 12)
        assert fact(empty_store, chain.name).status == Status.CLOSED


def test_an_alert_that_expires_is_closed_by_the_clock_and_one_that_has_expired_comes_closed(
    empty_store: Store, send: Send
) -> None:
    now = timezone.now()
    soon = (now + timedelta(hours=1)).isoformat(timespec="seconds")
    alert(cap(expires=soon, sent=now.isoformat(timespec="seconds")), send)
    key = AlertChain.objects.get().name
    assert fact(empty_store, key).status == Status.OPEN
    assert inbox.end_expired(now) == 0
    assert inbox.end_expired(now + timedelta(hours=2)) == 1
    assert inbox.end_expired(now + timedelta(hours=2)) == 0, "once"
    assert fact(empty_store, key).status == Status.CLOSED
    alert(cap("OLD", sent="2026-06-01T10:00:00+02:00", expires="2026-06-01T12:00:00+02:00"), send)
    assert fact(empty_store, "meteo@valcombe.example,OLD,2026-06-01T08:00:00+00:00").status == Status.CLOSED


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (cap().replace(b"<scope>Public</scope>", b""), "no scope"),
        (cap(severity="Terrible"), "severity 'Terrible': expected one of Extreme"),
        (cap(event=""), "no event"),
        (cap(expires="2026-11-28T06:00:00"), "with its zone"),
        (cap().replace(b"43.28,5.44 ", b"143.28,5.44 "), "lat,lon"),
        (cap("C", "Cancel"), "references is missing"),
        (cap(about=["A1"]), "sender,identifier,sent"),
        (cap().replace(b"cap:1.2", b"cap:2.0"), "expected <alert"),
        (b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 999 + b'"><!ENTITY c "&b;&b;&b;">]><alert>&c;</alert>', "DOCTYPE"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><alert/>', "DOCTYPE"),
        (b"<a>" * 2_000 + b"</a>" * 2_000, "deep"),
        (cap()[:-20], "not XML"),
        (b" ", "not XML"),
        (cap("x" * 300), "255 at most"),
    ],
    ids=[
        "no-scope", "no-such-severity", "no-event", "local-time", "no-latitude", "cancels-nothing", "no-reference",
        "no-cap", "xml-bomb", "outside-entity", "deep", "cut", "nothing", "long-name",
    ],
)  # fmt: skip
def test_what_is_no_alert_is_refused_with_the_place(empty_store: Store, send: Send, body: bytes, said: str) -> None:
    answer = alert(body, send)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert not Delivery.objects.exists()
    assert not AlertMessage.objects.exists()


def test_an_acknowledgement_states_no_fact(empty_store: Store, send: Send) -> None:
    assert alert(cap("K", "Ack", about=[A1]), send).json()["accepted"] == 0
    assert not AlertMessage.objects.exists()


def test_an_alert_in_json_is_refused_with_the_media_types(empty_store: Store, send: Send) -> None:
    answer = send({"key": "a"}, address=ALERTS)
    assert answer.status_code == 415
    assert "application/cap+xml" in answer.json()["error"]


def test_an_alert_may_come_as_a_signed_webhook(empty_store: Store, tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "weather").write_text("rainbow", encoding="utf-8")
    settings.QUIETUDE = replace(settings.QUIETUDE, secrets_dir=tmp_path)
    signed = "sha256=" + hmac.new(b"rainbow", cap(), hashlib.sha256).hexdigest()
    answer = Client().post(
        ALERTS.replace("records", "webhook"), data=cap(), content_type="application/xml",
        headers={"X-Hub-Signature-256": signed},
    )  # fmt: skip
    assert answer.json()["accepted"] == 1
    assert fact(empty_store).status == Status.OPEN


def notification(*entities: Mapping[str, object]) -> dict[str, object]:
    return {
        "id": "urn:ngsi-ld:Notification:1", "type": "Notification", "subscriptionId": "urn:ngsi-ld:Subscription:noise",
        "notifiedAt": "2026-11-27T20:00:00Z", "data": list(entities),
    }  # fmt: skip


def test_a_notification_is_a_fact_for_each_entity_in_both_representations(
    empty_store: Store, send: Send, change: Change
) -> None:
    made = change(doors=["http"], form="ngsi-ld")
    columns = made.map.model_validate(
        {
            "source_key": "id",
            "occurred_from": {"column": "level.observedAt", "parse": "iso"},
            "category": {"code": "noise"},
            "place": {"lon": "location.lon", "lat": "location.lat"},
            "attributes": "*",
        }
    )
    object.__setattr__(made, "map", columns)
    at = timezone.now().isoformat()
    point = {"type": "Point", "coordinates": [5.38, 43.29]}
    normalised = {
        "id": "urn:1", "type": "NoiseLevelObserved",
        "level": {"type": "Property", "value": 71.5, "unitCode": "2N", "observedAt": at},
        "location": {"type": "GeoProperty", "value": point},
    }  # fmt: skip
    concise = {
        "id": "urn:2", "type": "NoiseLevelObserved", "location": point, "level": {"value": 70, "observedAt": at},
    }  # fmt: skip
    answer = send(notification(normalised, concise), content_type="application/ld+json")
    assert answer.json()["accepted"] == 2
    filing.file_waiting()
    for key in ("urn:1", "urn:2"):
        (found,) = empty_store.event(READER, event_uid("logbook", key))
        assert found.zones["quarter"] == "port"
    assert current_ledger().quarantine_counts(source="logbook").get("logbook", {}) == {}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "line 1, column"),
        ({"type": "Subscription"}, "'Subscription': expected an NGSI-LD notification"),
        ([], "list"),
        ({"type": "Notification", "data": []}, "data: expected a list"),
        ({"type": "Notification", "data": {"type": "FeatureCollection"}}, "GeoJSON"),
        ({"type": "Notification", "data": [{"type": "A"}]}, "data[0].id"),
    ],
)
def test_what_is_no_notification_is_refused_with_the_place(
    empty_store: Store, send: Send, change: Change, body: object, said: str
) -> None:
    change(doors=["http"], form="ngsi-ld")
    answer = send(body)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
