"""Senders of records for the tests of flows and alarms."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.portal.conftest import MakeUser

from quietude.portal.accounts.models import Scope
from quietude.portal.accounts.roles import Role
from quietude.portal.accounts.tokens import make_token
from quietude.portal.town import configured_town
from quietude.sources.api import FlowSpec, Manifest
from quietude.sources.read_spec import FlowRead

ADDRESS = "/api/v1/sources/logbook/records"
LINES = "application/x-ndjson"
Send = Callable[..., Any]


def record(key: str, at: datetime, **fields: object) -> dict[str, object]:
    """Return a record as a sender's system has it: noise at the port."""
    return {"key": key, "at": at.isoformat(), "lon": 5.38, "lat": 43.29, **fields}


def several(count: int, at: datetime, *, prefix: str = "r") -> list[dict[str, object]]:
    """Return records a minute apart, the last one at a moment."""
    return [record(f"{prefix}{number}", at - timedelta(minutes=count - 1 - number)) for number in range(count)]


def lines(records: Sequence[dict[str, object]]) -> bytes:
    """Return records as one JSON object a line."""
    return b"".join(json.dumps(each).encode() + b"\n" for each in records)


def cap(
    identifier: str = "A1",
    kind: str = "Alert",
    *,
    sent: str = "2026-11-27T20:00:00+01:00",
    about: Sequence[str] = (),
    **said: str,
) -> bytes:
    """Return a CAP 1.2 message of the weather service; `said` replaces elements of its `info`, "" leaves one out."""
    info = {
        "language": "fr-FR", "category": "Met", "event": "Orages", "urgency": "Immediate", "severity": "Severe",
        "certainty": "Likely", "expires": "2099-01-01T00:00:00+01:00", "headline": "Orages violents",
    } | said  # fmt: skip
    names = " ".join(f"meteo@valcombe.example,{each}" for each in about)
    elements = "".join(f"<{name}>{value}</{name}>" for name, value in info.items() if value)
    area = "<area><areaDesc>Valcombe</areaDesc><polygon>43.28,5.36 43.28,5.44 43.32,5.44 43.28,5.36</polygon></area>"
    told = f"<info>{elements}{area}</info>" if kind != "Cancel" else "<note>Les orages se sont éloignés</note>"
    return (
        f'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{identifier}</identifier>'
        f"<sender>meteo@valcombe.example</sender><sent>{sent}</sent><status>Actual</status><msgType>{kind}</msgType>"
        f"<scope>Public</scope><references>{names}</references>{told}</alert>"
    ).encode()


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Manifest]:
    """Return what gives the source logbook other doors for the length of a test."""

    def give(**flow: Any) -> Manifest:
        manifest = configured_town().sources["logbook"]
        content = {"flow": FlowSpec.model_validate(flow)}
        made = manifest.model_copy(update=content | {"read": (FlowRead(format="flow"),)})
        made.bind(name="logbook", path=manifest.path, marks=manifest.marks)
        monkeypatch.setitem(configured_town().sources, "logbook", made)
        return made

    return give


@pytest.fixture
def send(make_user: MakeUser) -> Send:
    """Return what sends a body to the door of the source, with a token that may."""
    _, text = make_token(make_user(Role.DATA_MANAGER), "sensors", [Scope.RECORDS_WRITE], timedelta(days=1))

    def post(body: object, *, address: str = ADDRESS, content_type: str = "application/json", token: str = text) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return Client().post(address, data=content, content_type=content_type, headers=headers)

    return post
