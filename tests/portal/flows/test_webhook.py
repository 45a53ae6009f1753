"""The webhook's door: a message that is signed, fresh and new is taken once; any other is refused with the reason."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.portal.flows.conftest import record

from quietude.portal.flows import inbox
from quietude.portal.flows.inbox import forget_old_hours
from quietude.portal.flows.models import Delivery, DoorState, SeenSignature
from quietude.sources.api import Manifest
from quietude.store.api import Store

pytestmark = pytest.mark.django_db
Change = Callable[..., Manifest]
ADDRESS = "/api/v1/sources/logbook/webhook"
GITHUB = {"secret": "vendor", "header": "X-Hub-Signature-256", "prefix": "sha256="}
STRIPE = {
    "secret": "vendor", "header": "Stripe-Signature", "prefix": "v1=", "signed": "{timestamp}.{body}",
    "timestamp": {"header": "Stripe-Signature", "prefix": "t="},
}  # fmt: skip
STANDARD = {
    "secret": "vendor", "key": "base64", "encoding": "base64", "header": "webhook-signature", "prefix": "v1,",
    "signed": "{id}.{timestamp}.{body}", "timestamp": {"header": "webhook-timestamp"}, "id": {"header": "webhook-id"},
}  # fmt: skip


@pytest.fixture
def secret(tmp_path: Path, settings: Settings, empty_store: Store) -> Path:
    """Return the file of the secret."""
    file = tmp_path / "secrets" / "vendor"
    file.parent.mkdir()
    file.write_text("It's a Secret to Everybody\n", encoding="utf-8")
    settings.QUIETUDE = replace(settings.QUIETUDE, secrets_dir=file.parent)
    return file


def post(body: bytes, headers: Mapping[str, str]) -> Any:
    return Client().post(ADDRESS, data=body, content_type="application/json", headers=dict(headers))


def hexed(key: bytes, signed: bytes) -> str:
    return hmac.new(key, signed, hashlib.sha256).hexdigest()


def stripe(body: bytes, at: int, key: bytes = b"It's a Secret to Everybody") -> dict[str, str]:
    return {"Stripe-Signature": f"t={at},v1={'0' * 64},v1={hexed(key, f'{at}.'.encode() + body)},v0=x"}


def body_of(key: str = "one") -> bytes:
    return json.dumps(record(key, timezone.now())).encode()


def test_the_published_example_of_github_is_taken(secret: Path, change: Change) -> None:
    """The example of GitHub's documentation, "Validating webhook deliveries": its body, secret and signature."""
    change(doors=["webhook"], signature=GITHUB)
    right = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    answer = Client().post(
        ADDRESS, data=b"Hello, World!", content_type="application/json", headers={"X-Hub-Signature-256": right}
    )
    assert answer.status_code == 400, "signed well, and no JSON"
    assert "not JSON" in answer.json()["error"]


def test_a_signed_message_of_stripes_form_is_taken_once(secret: Path, change: Change) -> None:
    change(doors=["webhook"], signature=STRIPE)
    body, now = body_of(), int(time.time())
    assert post(body, stripe(body, now)).json()["accepted"] == 1
    again = post(body, stripe(body, now))
    assert (again.status_code, Delivery.objects.count()) == (409, 1)
    assert post(body, stripe(body, now + 1)).status_code == 200, "signed anew it is another message"
    state = DoorState.objects.get(source="logbook", door="webhook")
    assert (state.received, state.refused) == (2, 1)


def test_a_signed_message_of_standard_webhooks_is_taken(secret: Path, change: Change) -> None:
    change(doors=["webhook"], signature=STANDARD)
    key = b"0123456789abcdef01234567"
    secret.write_text("whsec_" + base64.b64encode(key).decode(), encoding="utf-8")
    body, now = body_of(), int(time.time())
    right = base64.b64encode(hmac.new(key, f"msg_1.{now}.".encode() + body, hashlib.sha256).digest()).decode()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(now), "webhook-signature": f"v1,AAAA v1,{right}"}
    assert post(body, headers).status_code == 200
    assert post(body, headers | {"webhook-id": "msg_2"}).status_code == 401


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        (lambda _body: {}, "unsigned"),
        (lambda body: stripe(body, int(time.time()) - 301), "stale"),
        (lambda body: stripe(body, int(time.time()) + 400), "stale"),
        (lambda body: stripe(body, 10**10), "stale"),
        (lambda body: stripe(body + b" ", int(time.time())), "does not fit"),
        (lambda body: stripe(body, int(time.time()), b"another"), "does not fit"),
        (lambda _body: {"Stripe-Signature": f"t={int(time.time())},v1=é"}, "does not fit"),
        (lambda _body: {"Stripe-Signature": "t=now,v1=00"}, "no number of seconds"),
        (lambda _body: {"Stripe-Signature": "v1=00"}, "missing"),
    ],
    ids=["unsigned", "old", "ahead", "far", "other-body", "other-key", "not-hex", "no-number", "no-time"],
)
def test_any_other_message_is_refused_with_the_reason(
    secret: Path, change: Change, headers: Callable[[bytes], dict[str, str]], said: str
) -> None:
    change(doors=["webhook"], signature=STRIPE)
    body = body_of()
    answer = post(body, headers(body))
    assert answer.status_code == 401
    assert said in answer.json()["error"]
    assert "Everybody" not in answer.content.decode()
    assert not Delivery.objects.exists()
    assert said in DoorState.objects.get().error_said


def test_an_old_and_a_new_secret_hold_while_the_sender_changes_over(secret: Path, change: Change) -> None:
    change(doors=["webhook"], signature=STRIPE)
    secret.write_text("old\nnew\n", encoding="utf-8")
    now = int(time.time())
    for key in (b"old", b"new"):
        body = body_of(key.decode())
        assert post(body, stripe(body, now, key)).status_code == 200


def test_a_message_that_was_not_kept_may_come_again(
    secret: Path, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(doors=["webhook"], signature=STRIPE)
    body, now = body_of(), int(time.time())
    with monkeypatch.context() as patched:
        patched.setattr(inbox, "WAITING_MOST", 0)
        answer = post(body, stripe(body, now))
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert post(body, stripe(body, now)).status_code == 200


def test_without_the_secret_nothing_is_taken_and_the_keeper_is_told_why(
    secret: Path, change: Change, settings: Settings
) -> None:
    change(doors=["webhook"], signature=STRIPE)
    secret.unlink()
    body = body_of()
    answer = post(body, stripe(body, int(time.time())))
    assert answer.status_code == 503
    assert str(secret.parent) not in answer.json()["error"]
    assert "'vendor' cannot be read" in DoorState.objects.get().error_said
    settings.QUIETUDE = replace(settings.QUIETUDE, secrets_dir=None)
    assert post(body, stripe(body, int(time.time()))).status_code == 503
    assert "QUIETUDE_SECRETS_DIR" in DoorState.objects.get().error_said


def test_a_source_without_this_door_is_not_there(secret: Path) -> None:
    assert post(body_of(), {}).status_code == 404


def test_signatures_are_forgotten_when_their_time_is_too_old_anyway(secret: Path, change: Change) -> None:
    change(doors=["webhook"], signature=STRIPE)
    body, now = body_of(), int(time.time())
    post(body, stripe(body, now))
    forget_old_hours(timezone.now())
    assert SeenSignature.objects.count() == 1
    forget_old_hours(timezone.now() + timedelta(minutes=11))
    assert not SeenSignature.objects.exists()
