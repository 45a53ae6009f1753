"""What is asked of the provider over the network: short, bounded, never sent elsewhere."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from time import monotonic
from urllib.parse import urlencode, urlsplit

from quietude.portal.oidc.problem import ProviderDown

CONNECT_S = 3.0  # a provider of the same country answers in a tenth of that
WHOLE_S = 10.0  # from the first byte sent to the last received: someone is waiting in front of the screen
LARGEST_BYTES = 256 * 1024  # discovery, keys and tokens are a few KB


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider answered, whatever its status."""

    status: int
    content_type: str
    """Media type without its parameters, in lower case."""
    body: bytes


def _connected(address: str) -> HTTPConnection:
    """Return a connection to the server of an address. None is kept: one that it closed meanwhile would fail."""
    parts = urlsplit(address)
    connection = (
        HTTPSConnection(parts.netloc, timeout=CONNECT_S, context=ssl.create_default_context())
        if parts.scheme == "https"
        else HTTPConnection(parts.netloc, timeout=CONNECT_S)
    )
    connection.connect()
    connection.sock.settimeout(WHOLE_S)
    return connection


def _hang_up(connection: HTTPConnection) -> None:
    with suppress(OSError, AttributeError):  # it was closed just now
        connection.sock.shutdown(socket.SHUT_RDWR)


def ask(
    address: str,
    *,
    fields: Mapping[str, str] | None = None,
    bearer: str | None = None,
    accept: str = "application/json",
) -> Answer:
    """Return the answer to a GET, or to a POST of `fields` when there are any. Redirects are not followed.

    Raises:
        ProviderDown: no answer, one too slow or too large, or one that leads elsewhere.
    """
    parts = urlsplit(address)
    headers = {"Accept": accept, "User-Agent": "quietude", "Connection": "close"}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    if fields is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    until = monotonic() + WHOLE_S
    try:
        connection = _connected(address)
        clock = Timer(WHOLE_S, _hang_up, [connection])
        clock.daemon = True
        clock.start()
        try:
            body = None if fields is None else urlencode(fields)
            connection.request("GET" if fields is None else "POST", path, body=body, headers=headers)
            response = connection.getresponse()
            received = response.read(LARGEST_BYTES + 1)
        finally:
            clock.cancel()
            connection.close()
    except (OSError, HTTPException, ValueError, AttributeError) as error:
        raise ProviderDown(f"{parts.path}: {type(error).__name__}") from error
    if len(received) > LARGEST_BYTES or monotonic() > until:  # what was hung up on may look whole
        raise ProviderDown(f"{parts.path}: answer too large or too slow")
    if 300 <= response.status < 400 or response.status >= 500:
        raise ProviderDown(f"{parts.path}: status {response.status}")
    kind = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
    return Answer(response.status, kind, received)
