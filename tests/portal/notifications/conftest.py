"""A mail server, a server of webhooks, channels and persons, for the tests of messages."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message as Mail
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_django import Settings
from tests.portal.conftest import MakeUser

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.notifications.acts import keep_channel
from quietude.portal.notifications.models import Channel

MakeChannel = Callable[..., Channel]


class Inbox:
    """What a mail server took."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        self.mails.append(message_from_bytes(envelope.content))
        return "250 OK"


@dataclass
class Hook:
    """A server of webhooks: what it was told, with which headers, and what it answers."""

    port: int = 0
    status: int = 200
    told: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    on_told: Callable[[], None] = lambda: None


@pytest.fixture
def listed(settings: Settings) -> None:
    """List this machine, as an installation lists a server of its own."""
    settings.QUIETUDE = replace(settings.QUIETUDE, fetch_hosts=("127.0.0.1", "localhost"))


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    """Return a real mail server's inbox and its port."""
    taken = Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(taken, hostname="127.0.0.1", port=port)
    server.start()
    yield taken, port
    server.stop()


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Return a real server of webhooks."""
    made = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the server's own name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.told.append(json.loads(body))
            made.keys.append(self.headers["Idempotency-Key"])
            made.on_told()
            self.send_response(made.status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def administrator(make_user: MakeUser) -> User:
    """Return who keeps channels."""
    return make_user(Role.ADMINISTRATOR)


@pytest.fixture
def make_channel(administrator: User, listed: None) -> MakeChannel:  # its effect
    """Return a maker of channels: make_channel("room", "json://127.0.0.1:8080/")."""

    def make(code: str, address: str, **fields: object) -> Channel:
        channel = Channel(**{"code": code, "title_fr": f"Canal {code}", "title_en": f"Channel {code}", **fields})
        return keep_channel(administrator, channel, address)

    return make
