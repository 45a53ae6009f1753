"""What is asked of the provider over the network: short, bounded, never sent elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode, urlsplit

from quietude.fetch.api import Fetcher, FetchError, Limits
from quietude.portal.oidc.problem import ProviderDown

WHOLE_S = 10.0  # someone is waiting in front of the screen
LARGEST_BYTES = 256 * 1024  # discovery, keys and tokens are a few KB


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider answered, whatever its status."""

    status: int
    content_type: str
    """Media type without its parameters, in lower case."""
    body: bytes


@lru_cache(maxsize=4)  # one provider; reading the authorities of TLS takes longer than asking
def _way_out(host: str) -> Fetcher:
    return Fetcher(listed_hosts=frozenset({host}))


def ask(
    address: str,
    *,
    fields: Mapping[str, str] | None = None,
    bearer: str | None = None,
    accept: str = "application/json",
) -> Answer:
    """Return the answer to a GET, or to a POST of `fields` when there are any. Redirects are not followed.

    The address is the issuer's or on its host, and the settings name the issuer: its host may be inside the network.

    Raises:
        ProviderDown: no answer, one too slow or too large, or one that leads elsewhere.
    """
    parts = urlsplit(address)
    headers = {"Accept": accept, "User-Agent": "quietude"}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    if fields is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        found = _way_out(parts.netloc.lower()).fetch(
            address,
            method="GET" if fields is None else "POST",
            headers=headers,
            body=None if fields is None else urlencode(fields).encode(),
            limits=Limits(body_bytes=LARGEST_BYTES, seconds=WHOLE_S),
        )
    except FetchError as error:
        raise ProviderDown(f"{parts.path}: {error}") from error
    if 300 <= found.status < 400 or found.status >= 500:
        raise ProviderDown(f"{parts.path}: status {found.status}")
    kind = found.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Answer(found.status, kind, found.body)
