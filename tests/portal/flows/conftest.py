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


@pytest.fixture
def send(make_user: MakeUser) -> Send:
    """Return what sends a body to the door of the source, with a token that may."""
    _, text = make_token(make_user(Role.DATA_MANAGER), "sensors", [Scope.RECORDS_WRITE], timedelta(days=1))

    def post(body: object, *, address: str = ADDRESS, content_type: str = "application/json", token: str = text) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return Client().post(address, data=content, content_type=content_type, headers=headers)

    return post
