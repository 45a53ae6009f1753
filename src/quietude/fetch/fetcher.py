"""Asking another server: the address judged is the address connected to; size, time and redirections are bounded."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from quietude.fetch.address import Target, forbidden_reason, read_target
from quietude.fetch.problem import FetchError, OversizeError, RefusedError

Resolve = Callable[[str, int, float], list[str]]
"""Host, port and seconds left to its addresses, best first."""
Connect = Callable[[str, int, float], socket.socket]
"""Address (never a name), port and seconds left to a connected socket."""

FOLLOWED = frozenset({301, 302, 303, 307, 308})
KEPT_ACROSS_ORIGINS = frozenset({"accept", "accept-encoding", "accept-language", "connection", "user-agent"})
"""Headers that go along to another server; credentials and whatever else do not."""
BLOCK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an answer may cost."""

    body_bytes: int = 16 * 1024 * 1024
    seconds: float = 20.0
    """For the whole of it: name, connection, redirections and the last byte."""
    redirections: int = 0
    silent_seconds: float | None = None
    """How long nothing may come in between; as long as the whole when None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the other server said."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case; the last of equal ones."""
    body: bytes
    url: str
    """Where it came from, after redirections."""


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    headers: Mapping[str, str]
    body: bytes | None
    limits: Limits
    deadline: float
    """On the monotonic clock."""
    into: Callable[[bytes], object] | None = None
    """What takes the body of a good answer (200), block by block."""


def system_resolve(host: str, port: int, seconds: float) -> list[str]:
    """Ask the system's resolver, and give up after `seconds`.

    Raises:
        FetchError: the host is not known, or the resolver does not answer.
    """
    found: list[str] = []
    failed: list[OSError] = []

    def ask() -> None:
        try:
            found.extend(str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            failed.append(error)

    asking = threading.Thread(target=ask, daemon=True, name="resolve")
    asking.start()
    asking.join(seconds)
    if failed or not found:
        raise FetchError(f"{host} is not found: check its spelling, and that this machine can resolve names") from (
            failed[0] if failed else None
        )
    return list(dict.fromkeys(found))


def system_connect(address: str, port: int, seconds: float) -> socket.socket:
    """Connect to an address."""
    return socket.create_connection((address, port), timeout=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """The way out of one installation. Environment proxies, cookies and compressed answers are not used."""

    listed_hosts: frozenset[str] = frozenset()
    """Hosts ("name" or "name:port") that may be inside the network and be asked in the clear (QUIETUDE_FETCH_HOSTS)."""
    resolve: Resolve = system_resolve
    connect: Connect = system_connect
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limits: Limits | None = None,
        into: Callable[[bytes], object] | None = None,
    ) -> Answer:
        """Ask `url` and return what it answers, whatever the status.

        With `into`, the body of a good answer (200) is handed over block by block and never held whole;
        the answer's own body is then empty.

        Raises:
            RefusedError: the address, or one that it redirects to, is not one the portal goes to.
            FetchError: no connection, an answer too large, too slow, compressed or broken.
        """
        bounds = limits or Limits()
        deadline = time.monotonic() + bounds.seconds
        request = _Request(method, _sent(headers or {}), body, bounds, deadline, into)
        target = read_target(url, self.listed_hosts)
        for hop in range(bounds.redirections + 1):
            answer = self._ask(target, request, url)
            if answer.status not in FOLLOWED or "location" not in answer.headers or bounds.redirections == 0:
                return answer
            if hop == bounds.redirections:
                break
            if method not in {"GET", "HEAD"}:
                raise RefusedError(f"{target.host} redirects a {method}: what was sent is not sent elsewhere")
            url = urljoin(url, answer.headers["location"])
            following = read_target(url, self.listed_hosts)
            if following.origin != target.origin:
                request = replace(request, headers=_without_credentials(request.headers))
            target = following
        raise FetchError(f"{target.host} redirects more than {bounds.redirections} times: ask its final address")

    def _ask(self, target: Target, request: _Request, url: str) -> Answer:
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.auto_open = 0  # it must never resolve the name again
        slow = f"{target.host} took more than {request.limits.seconds:g} s: try later, or ask whoever runs it"
        try:
            connection.sock = self._open(target, request.deadline)
            if request.limits.silent_seconds is not None:
                connection.sock.settimeout(request.limits.silent_seconds)
            with _ended_at(connection.sock, request.deadline):
                sent = {"Host": target.authority, **request.headers}
                connection.request(request.method, target.path, body=request.body, headers=sent)
                response = connection.getresponse()
                read = _read(response, request, target.host)
        except FetchError:
            raise
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as error:
            if time.monotonic() >= request.deadline:
                raise FetchError(slow) from error
            raise FetchError(f"{target.host} gave no answer that can be read: ask whoever runs it") from error
        finally:
            connection.close()
        if time.monotonic() >= request.deadline:  # cut short by the clock, and perhaps looking whole
            raise FetchError(slow)
        found = {name.lower(): value for name, value in response.headers.items()}
        return Answer(status=response.status, headers=found, body=read, url=url)

    def connection(self, host: str, port: int, *, is_secured: bool, seconds: float) -> socket.socket:
        """Return a connection for another protocol than HTTP, to an address that was judged.

        A host that is not listed is only spoken to through TLS. Each read and write then has `seconds` of its own.

        Raises:
            RefusedError: the host is not one that this machine speaks to.
            FetchError: it does not answer, or has no certificate that this machine trusts.
        """
        is_listed = host in self.listed_hosts or f"{host}:{port}" in self.listed_hosts
        if not is_listed and not is_secured:
            raise RefusedError(f"{host} is not listed: list it in QUIETUDE_FETCH_HOSTS if it is yours, or use TLS")
        scheme = "https" if is_secured else "http"  # says whether the connection is secured, and nothing else
        target = Target(scheme=scheme, host=host, port=port, path="/", is_listed=is_listed)
        opened = self._open(target, time.monotonic() + seconds)
        opened.settimeout(seconds)
        return opened

    def address_of(self, host: str, port: int, *, seconds: float) -> str:
        """Return the address of a listed host, judged, for a library that connects by itself.

        Raises:
            RefusedError: the host is not listed, or leads to where not even a listed host may.
            FetchError: the host is not known.
        """
        if host not in self.listed_hosts and f"{host}:{port}" not in self.listed_hosts:
            raise RefusedError(f"{host} is not listed: list it in QUIETUDE_FETCH_HOSTS if it is yours")
        target = Target(scheme="http", host=host, port=port, path="/", is_listed=True)
        return self._judged(target, time.monotonic() + seconds)[0]

    def _judged(self, target: Target, deadline: float) -> list[str]:
        addresses = self.resolve(target.host, target.port, _left(deadline, target.host))
        for address in addresses:  # one bad address spoils all: a name that mixes them is an attack or a mistake
            reason = forbidden_reason(address, is_listed=target.is_listed)
            if reason is not None:
                raise RefusedError(
                    f"{target.host} is refused: {reason}. If it is a server of yours, list it in QUIETUDE_FETCH_HOSTS"
                )
        return addresses

    def _open(self, target: Target, deadline: float) -> socket.socket:
        """Return a connection to an address that was judged; the name is resolved once and never again."""
        last: OSError | None = None
        for address in self._judged(target, deadline):
            try:
                opened = self.connect(address, target.port, _left(deadline, target.host))
            except OSError as error:
                last = error
                continue
            return self._secured(opened, target, deadline)
        raise FetchError(f"{target.host} does not answer: try later, or ask whoever runs it") from last

    def _secured(self, opened: socket.socket, target: Target, deadline: float) -> socket.socket:
        if target.scheme == "http":
            return opened
        try:
            with _ended_at(opened, deadline):
                return self.tls.wrap_socket(opened, server_hostname=target.host)
        except (OSError, ValueError) as error:
            opened.close()
            raise FetchError(
                f"{target.host} has no certificate that this machine trusts, or ended the handshake: "
                "check the address, then the certificate with whoever runs it"
            ) from error


def _sent(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a request: the caller's, but for those that say where it goes and how it is packed."""
    ours = {"host", "accept-encoding", "content-length", "transfer-encoding", "connection", "user-agent"}
    kept = {name: value for name, value in headers.items() if name.lower() not in ours}
    return {"User-Agent": "quietude", "Accept-Encoding": "identity", "Connection": "close", **kept}


def _without_credentials(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() in KEPT_ACROSS_ORIGINS}


def _read(response: http.client.HTTPResponse, request: _Request, host: str) -> bytes:
    most = request.limits.body_bytes
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding != "identity":
        raise FetchError(
            f"{host} sent a compressed answer ({encoding[:20]}) that was not asked for: it is not unpacked"
        )
    stated = response.length  # None when the answer does not say
    if stated is not None and stated > most:
        raise OversizeError(f"{host} sends {stated} bytes, more than the {most} allowed")
    read, count = bytearray(), 0
    take = request.into if request.into is not None and response.status == http.client.OK else read.extend
    while block := response.read(min(BLOCK_BYTES, most + 1 - count)):
        count += len(block)
        if count > most:
            raise OversizeError(f"{host} sends more than the {most} bytes allowed")
        take(block)
    if stated is not None and count < stated:
        raise FetchError(f"{host} ended its answer after {count} of {stated} bytes: try again")
    return bytes(read)


def _left(deadline: float, host: str) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise FetchError(f"{host} took too long: try later, or ask whoever runs it")
    return left


@contextmanager
def _ended_at(opened: socket.socket, deadline: float) -> Iterator[None]:
    """Cut a connection at the deadline, however slowly and steadily its bytes come."""

    def cut() -> None:
        try:
            opened.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it ended by itself

    clock = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()
