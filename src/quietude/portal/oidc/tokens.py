"""Signed tokens of the provider: what each must state before a word of it is believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import BadSignatureError, ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey
from joserfc.jwt import JWTClaimsRegistry

from quietude.portal.oidc.metadata import keys_of
from quietude.portal.oidc.problem import Reason, Refused
from quietude.portal.oidc.provider import Provider

Key = RSAKey | ECKey | OKPKey | OctKey
ALGORITHMS = frozenset({"RS256", "PS256", "ES256"})
"""Signatures with the provider's own private key. Never `none`, nor HS256: its secret would be anyone's public key."""
LEEWAY_S = 30  # clocks of two servers kept by NTP differ by less
OLDEST_S = 600  # a token made for this sign-in is seconds old; ten minutes bound what a stolen one is good for
SHORTEST_NONCE = 32  # ProConnect's rule
LARGEST_TOKEN = 16 * 1024
LARGEST_NAME = 255  # OpenID Connect Core, section 2: `sub` is at most 255 ASCII characters
ID_TOKEN = frozenset({"", "jwt"})
USER_INFO = frozenset({"", "jwt", "userinfo+jwt", "token-userinfo+jwt"})
LOGOUT = frozenset({"", "jwt", "logout+jwt"})
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True, slots=True)
class Proved:
    """What a checked id_token says of a sign-in."""

    subject: str
    amr: frozenset[str]
    sid: str
    """The provider's name for its own session, by which it may end it; empty when it gives none."""
    proved_at: float = 0.0
    """When the person last proved who they are there, in seconds since 1970; 0 when the provider does not say."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A checked notice that a session at the provider has ended."""

    jti: str
    subject: str
    sid: str


def _read(provider: Provider, token: str, kinds: Collection[str]) -> dict[str, Any]:
    """Return the statements of a token whose signature is the provider's."""
    if not token.isascii() or len(token) > LARGEST_TOKEN:
        raise Refused(Reason.SHAPE)
    try:
        signed = jws.extract_compact(token.encode())
        header = signed.headers()
    except (JoseError, ValueError, TypeError) as error:
        raise Refused(Reason.SHAPE) from error
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise Refused(Reason.ALGORITHM)
    if str(header.get("typ", "")).lower().removeprefix("application/") not in kinds:
        raise Refused(Reason.KIND)
    key = _key_named(provider, header.get("kid"))
    try:
        if not jws.validate_compact(signed, key, algorithms=list(ALGORITHMS)):
            raise Refused(Reason.SIGNATURE)
        said = json.loads(signed.payload)
    except BadSignatureError as error:
        raise Refused(Reason.SIGNATURE) from error
    except (JoseError, ValueError, TypeError) as error:
        raise Refused(Reason.SHAPE) from error
    if not isinstance(said, dict):
        raise Refused(Reason.SHAPE)
    return said


def _key_named(provider: Provider, kid: object) -> Key:
    """Return the provider's key of that name; its keys are asked for again when it is unknown."""
    for unknown in (False, True):
        keys = keys_of(provider, unknown=unknown)
        found = _among(keys, kid) if keys is not None else None
        if found is not None:
            return found
    raise Refused(Reason.KEY)


def _among(keys: KeySet, kid: object) -> Key | None:
    if kid is None:  # allowed only where there is nothing to choose from
        return keys.keys[0] if len(keys.keys) == 1 else None
    return next((key for key in keys.keys if key.kid == kid), None)


def _check_common(provider: Provider, said: Mapping[str, Any], now: float, *, needs: Collection[str]) -> None:
    """Refuse statements by another, for another, or not of this time."""
    if said.get("iss") != provider.issuer:
        raise Refused(Reason.ISSUER)
    audience = said.get("aud")
    if (audience if isinstance(audience, list) else [audience]) != [provider.client_id]:
        raise Refused(Reason.AUDIENCE)
    if said.get("azp", provider.client_id) != provider.client_id:
        raise Refused(Reason.AUDIENCE)
    times = JWTClaimsRegistry(now=int(now), leeway=LEEWAY_S)
    try:
        for name in ("exp", "nbf", "iat"):
            if name in said:
                getattr(times, f"validate_{name}")(said[name])
            elif name in needs:
                raise Refused(Reason.TIME)
    except ExpiredTokenError as error:
        raise Refused(Reason.EXPIRED) from error
    except ClaimError as error:
        raise Refused(Reason.TIME) from error
    if "iat" in needs and said["iat"] < now - OLDEST_S:
        raise Refused(Reason.EXPIRED)


def _name(said: Mapping[str, Any], key: str) -> str:
    """Return a name that the provider gave, empty when there is none."""
    value = said.get(key, "")
    if not isinstance(value, str) or len(value) > LARGEST_NAME or not (value.isascii() and value.isprintable()):
        raise Refused(Reason.SHAPE if key != "sub" else Reason.SUBJECT)
    return value


def check_id_token(provider: Provider, token: str, *, nonce: str, access_token: str, now: float) -> Proved:
    """Return what the id_token of a sign-in proves.

    Raises:
        Refused: it is not the provider's, not for us, not for this sign-in, or proves too little.
        ProviderDown: its keys are needed and it does not answer.
    """
    said = _read(provider, token, ID_TOKEN)
    _check_common(provider, said, now, needs=("exp", "iat"))
    stated = said.get("nonce")
    if not isinstance(stated, str) or len(stated) < SHORTEST_NONCE or len(nonce) < SHORTEST_NONCE:
        raise Refused(Reason.NONCE)
    if not hmac.compare_digest(stated.encode(), nonce.encode()):
        raise Refused(Reason.NONCE)
    subject = _name(said, "sub")
    if not subject:
        raise Refused(Reason.SUBJECT)
    if "at_hash" in said and said["at_hash"] != _half_hash(access_token):
        raise Refused(Reason.ACCESS_TOKEN)
    listed = said.get("amr", [])
    if not isinstance(listed, list) or not all(isinstance(way, str) for way in listed):
        raise Refused(Reason.AMR)
    amr = frozenset(listed)
    if not provider.amr <= amr:
        raise Refused(Reason.AMR)
    if provider.acr and said.get("acr") not in provider.acr:
        raise Refused(Reason.ACR)
    proved_at = said.get("auth_time", 0)
    if isinstance(proved_at, bool) or not isinstance(proved_at, int | float):
        raise Refused(Reason.TIME)
    return Proved(subject=subject, amr=amr, sid=_name(said, "sid"), proved_at=proved_at)


def _half_hash(text: str) -> str:
    """Return the left half of the SHA-256 of a text, as OpenID Connect Core writes `at_hash` for our algorithms."""
    half = hashlib.sha256(text.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def check_user_info(provider: Provider, token: str, *, subject: str, now: float) -> dict[str, Any]:
    """Return what signed user info says of the person who signed in.

    Raises:
        Refused: it is not the provider's, not for us, or of another person.
        ProviderDown: its keys are needed and it does not answer.
    """
    said = _read(provider, token, USER_INFO)
    _check_common(provider, said, now, needs=())
    if said.get("sub") != subject:
        raise Refused(Reason.SUBJECT)
    return said


def check_logout(provider: Provider, token: str, *, now: float) -> Notice:
    """Return a notice of logout sent by the provider itself (OpenID Connect Back-Channel Logout 1.0, section 2.6).

    Raises:
        Refused: it is not the provider's, not for us, or no such notice.
        ProviderDown: its keys are needed and it does not answer.
    """
    said = _read(provider, token, LOGOUT)
    _check_common(provider, said, now, needs=("exp", "iat"))
    events = said.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict):
        raise Refused(Reason.EVENT)
    if "nonce" in said:  # forbidden, so that no id_token passes for a notice
        raise Refused(Reason.NONCE)
    jti, subject, sid = _name(said, "jti"), _name(said, "sub"), _name(said, "sid")
    if not jti:
        raise Refused(Reason.EVENT)
    if not (subject or sid):
        raise Refused(Reason.SUBJECT)
    return Notice(jti=jti, subject=subject, sid=sid)
