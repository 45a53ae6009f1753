"""Asking servers of documents by HTTP: through the one way out, with patience for those that are busy."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from quietude.documents.connectors.change import ConnectorError, DeniedError, Fetched, GoneError, TooLargeError
from quietude.documents.connectors.copying import Copy, copying
from quietude.fetch.api import Answer, Fetcher, FetchError, Limits, OversizeError, RefusedError

Credentials = Callable[[str, str, bytes], Mapping[str, str]]
"""Method, address and body of a request to the headers that prove who asks."""
PAUSES = (1.0, 5.0)
"""Seconds before a busy or silent server is asked again: three times in all."""
LISTING_BYTES = 64 * 2**20  # a listing of 100,000 files; larger folders are to be split
SLOWEST_BYTES_PER_SECOND = 100_000  # an ADSL line of a neighbourhood police station
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})


def basic(user: str | None, secret: str) -> Credentials:
    """Return Basic credentials, none without a user. Source: RFC 7617."""
    told = base64.b64encode(f"{user}:{secret}".encode()).decode()
    return lambda _method, _url, _body: {} if user is None else {"Authorization": f"Basic {told}"}


@dataclass(frozen=True, slots=True)
class _Asked:
    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """A server that is asked by HTTP."""

    fetcher: Fetcher
    credentials: Credentials = field(default=basic(None, ""))
    seconds: float = 30.0
    """How long one answer may take; a document has longer, by its size."""
    sleep: Callable[[float], None] = time.sleep
    redirections: int = 0

    def ask(
        self, url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Return a good answer (2xx), held whole.

        Raises:
            DeniedError: 401 or 403.
            GoneError: 404 or 410.
            ConnectorError: no good answer, however often it is asked.
        """
        limits = Limits(body_bytes=LISTING_BYTES, seconds=self.seconds, redirections=self.redirections)
        return self._patiently(_Asked(url, method, headers or {}, body, limits), None)

    def copy(self, url: str, into: Path, limit_bytes: int) -> Fetched:
        """Copy what lies at an address into a new file.

        Raises:
            TooLargeError: it is larger.
            ConnectorError: as for `ask`.
        """
        seconds = self.seconds + limit_bytes / SLOWEST_BYTES_PER_SECOND
        limits = Limits(
            body_bytes=limit_bytes, seconds=seconds, redirections=self.redirections, silent_seconds=self.seconds
        )
        with copying(into, limit_bytes) as copy:
            self._patiently(_Asked(url, "GET", {}, b"", limits), copy)
            return copy.fetched

    def _patiently(self, asked: _Asked, copy: Copy | None) -> Answer:
        for pause in (*PAUSES, None):
            try:
                answer = self.fetcher.fetch(
                    asked.url,
                    method=asked.method,
                    headers={**asked.headers, **self.credentials(asked.method, asked.url, asked.body)},
                    body=asked.body or None,
                    limits=asked.limits,
                    into=copy.write if copy else None,
                )
            except OversizeError as error:
                raise TooLargeError(f"{error}: raise max_bytes, or split the folder") from error
            except RefusedError as error:
                raise ConnectorError(str(error)) from error
            except FetchError as error:
                if pause is None:
                    raise ConnectorError(str(error)) from error
            else:
                if answer.status not in BUSY or pause is None:
                    return _good(answer)
            if copy is not None:
                copy.restart()
            self.sleep(pause)
        raise AssertionError  # the last turn has no pause, and returns or raises


def _good(answer: Answer) -> Answer:
    if 200 <= answer.status < 300:
        return answer
    if answer.status in {401, 403}:
        raise DeniedError(f"the server refuses the account ({answer.status}): check user, secret and its rights there")
    if answer.status in {404, 410}:
        raise GoneError(f"the server knows nothing at this address ({answer.status}): check it")
    raise ConnectorError(f"the server answers {answer.status}: check the address, or ask whoever runs it")
