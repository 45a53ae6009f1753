"""What the provider publishes of itself: its addresses and its signing keys, kept for a while."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from quietude.portal.oidc.fetch import ask
from quietude.portal.oidc.problem import ProviderDown
from quietude.portal.oidc.provider import Provider

KEPT_S = 3600  # providers announce new keys days before they use them
ASK_AGAIN_S = 30  # how often an unknown key may make us ask: whoever invents names of keys cannot make us hammer
DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The provider's addresses, all on the issuer's own origin."""

    authorization: str
    token: str
    user_info: str
    keys: str
    end_session: str | None = None
    names_issuer: bool = False
    """Whether every answer by way of the browser names its issuer (RFC 9207)."""


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port


def _json_of(address: str) -> dict[str, Any]:
    answer = ask(address)
    try:
        found = json.loads(answer.body) if answer.status == 200 else None
    except ValueError as error:
        raise ProviderDown(f"{urlsplit(address).path}: not JSON") from error
    if not isinstance(found, dict):
        raise ProviderDown(f"{urlsplit(address).path}: status {answer.status}")
    return found


def endpoints_of(provider: Provider) -> Endpoints:
    """Return the provider's addresses, asked for at most once an hour.

    Raises:
        ProviderDown: it does not answer, or describes another issuer or addresses elsewhere.
    """
    name = f"oidc:endpoints:{provider.issuer}"
    kept: dict[str, Any] | None = cache.get(name)
    if kept is not None:
        return Endpoints(**kept)
    found = _json_of(provider.issuer.rstrip("/") + DISCOVERY)
    if found.get("issuer") != provider.issuer:
        raise ProviderDown("discovery: it describes another issuer")

    def address(key: str) -> str:
        value = found.get(key)
        if not isinstance(value, str) or _origin(value) != _origin(provider.issuer):
            raise ProviderDown(f"discovery: {key} is missing or not on the issuer's own host")
        return value

    endpoints = Endpoints(
        authorization=address("authorization_endpoint"),
        token=address("token_endpoint"),
        user_info=address("userinfo_endpoint"),
        keys=address("jwks_uri"),
        end_session=address("end_session_endpoint") if found.get("end_session_endpoint") else None,
        names_issuer=found.get("authorization_response_iss_parameter_supported") is True,
    )
    cache.set(name, asdict(endpoints), KEPT_S)
    return endpoints


def keys_of(provider: Provider, *, unknown: bool = False) -> KeySet | None:
    """Return the provider's signing keys; with `unknown`, asked for again, or None when that was done just now.

    Raises:
        ProviderDown: it does not answer, or publishes no keys.
    """
    name = f"oidc:keys:{provider.issuer}"
    kept: dict[str, Any] | None = cache.get(name)
    if unknown and not cache.add(f"{name}:asked", 1, ASK_AGAIN_S):
        return None
    if kept is None or unknown:
        kept = _json_of(endpoints_of(provider).keys)
        _key_set(kept)
        cache.set(name, kept, KEPT_S)
    return _key_set(kept)


def _key_set(published: dict[str, Any]) -> KeySet:
    """Return the published keys that sign: no shared secrets, no keys for encryption."""
    listed = published.get("keys")
    signing = [
        key
        for key in (listed if isinstance(listed, list) else [])
        if isinstance(key, dict) and key.get("kty") in {"RSA", "EC"} and key.get("use", "sig") == "sig"
    ]
    try:
        return KeySet.import_key_set({"keys": signing})
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ProviderDown("keys: none that can be used") from error
