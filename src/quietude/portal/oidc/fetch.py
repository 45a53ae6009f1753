"""What is asked of the provider over the network: through the one way out, short, bounded, never sent elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from quietude.fetch.api import Fetcher, FetchError, Limits
from quietude.portal.oidc.problem import ProviderDown
from quietude.portal.town import installation

WHOLE_S = 10.0  # from the first byte sent to the last received: someone is waiting in front of the screen
LARGEST_BYTES = 256 * 1024  # discovery, keys and tokens are a few KB


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider answered, whatever its status."""

    status: int
    content_type: str
    """Media type without its parameters, in lower case."""
    body: bytes


def _way_out() -> Fetcher:
    """Return the way out; the issuer that the installation names is listed by that, wherever it stands."""
    settings = installation()
    issuer = urlsplit(settings.oidc_issuer or "")
    named = {issuer.hostname, f"{issuer.hostname}:{issuer.port}"} if issuer.hostname is not None else set()
    return Fetcher(listed_hosts=frozenset({*settings.fetch_hosts, *filter(None, named)}))


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
    path = urlsplit(address).path
    headers = {"Accept": accept}
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    if fields is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        answer = _way_out().fetch(
            address,
            method="GET" if fields is None else "POST",
            headers=headers,
            body=None if fields is None else urlencode(fields).encode(),
            limits=Limits(body_bytes=LARGEST_BYTES, seconds=WHOLE_S),
        )
    except FetchError as error:
        raise ProviderDown(f"{path}: {error}") from error
    if 300 <= answer.status < 400 or answer.status >= 500:
        raise ProviderDown(f"{path}: status {answer.status}")
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Answer(answer.status, kind, answer.body)
