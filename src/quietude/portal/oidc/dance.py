"""The steps of one sign-in: to the provider by the browser, then code, id_token and user info between servers."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from quietude.portal.oidc.fetch import ask
from quietude.portal.oidc.metadata import Endpoints, endpoints_of
from quietude.portal.oidc.problem import ProviderDown, Reason, Refused
from quietude.portal.oidc.provider import Provider
from quietude.portal.oidc.tokens import LEEWAY_S, check_id_token, check_user_info

SECRET_BYTES = 32  # 43 characters: ProConnect asks for 32 of state and nonce, RFC 7636 for 43 of the verifier
LASTS_S = 600  # an agent may have to find a telephone for the second factor


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in that has begun in one browser. Used once, or never."""

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    next: str
    """Page of ours to open afterwards."""
    began_at: float
    """Seconds since 1970."""
    is_again: bool = False
    """Whether someone who is signed in proves it once more, before a sensitive act."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says has signed in."""

    issuer: str
    subject: str
    email: str = field(repr=False)
    """In lower case; empty unless it is verified and plain ASCII."""
    amr: frozenset[str]
    sid: str
    id_token: str = field(repr=False)
    """Kept for the provider to know what to end at sign-out."""
    proved_at: float = 0.0
    """As in `tokens.Proved`."""


def secret_word() -> str:
    """Return 43 characters that nobody can guess."""
    return secrets.token_urlsafe(SECRET_BYTES)


def new_attempt(next_page: str, now: float, *, is_again: bool = False) -> Attempt:
    """Return a sign-in that begins."""
    return Attempt(nonce=secret_word(), verifier=secret_word(), next=next_page, began_at=now, is_again=is_again)


def authorization_address(
    provider: Provider, endpoints: Endpoints, attempt: Attempt, *, state: str, redirect_uri: str
) -> str:
    """Return where to send the browser. Only what ProConnect knows is sent: it refuses any other parameter."""
    asked: dict[str, Any] = {"amr": {"essential": True}}
    if provider.acr:
        asked["acr"] = {"essential": True, "values": list(provider.acr)}
    if attempt.is_again:
        asked["auth_time"] = {"essential": True}
    digest = hashlib.sha256(attempt.verifier.encode()).digest()
    parameters = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(provider.scopes),
        "state": state,
        "nonce": attempt.nonce,
        "claims": json.dumps({"id_token": asked}, separators=(",", ":")),
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    if provider.acr:
        parameters["acr_values"] = " ".join(provider.acr)
    if attempt.is_again:
        parameters["prompt"] = "login"
    return _with(endpoints.authorization, parameters)


def end_session_address(endpoints: Endpoints, *, id_token: str, back_to: str) -> str | None:
    """Return where the browser ends the session at the provider; None when the provider has no such address."""
    if endpoints.end_session is None:
        return None
    return _with(
        endpoints.end_session,
        {"id_token_hint": id_token, "post_logout_redirect_uri": back_to, "state": secret_word()},
    )


def _with(address: str, parameters: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}"


def identity_of(provider: Provider, attempt: Attempt, *, code: str, redirect_uri: str, now: float) -> Identity:
    """Exchange a code for who signed in.

    Raises:
        Refused: the provider refuses the code, or what it says does not hold.
        ProviderDown: it does not answer.
    """
    endpoints = endpoints_of(provider)
    tokens = _tokens(provider, endpoints, attempt, code=code, redirect_uri=redirect_uri)
    id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
    if not isinstance(id_token, str) or not isinstance(access_token, str) or not access_token.isascii():
        raise Refused(Reason.SHAPE)
    proved = check_id_token(provider, id_token, nonce=attempt.nonce, access_token=access_token, now=now)
    if attempt.is_again and not proved.proved_at >= attempt.began_at - LEEWAY_S:
        raise Refused(Reason.NOT_AGAIN)
    said = _user_info(provider, endpoints, access_token, subject=proved.subject, now=now)
    return Identity(
        issuer=provider.issuer,
        subject=proved.subject,
        email=_verified_email(provider, said),
        amr=proved.amr,
        sid=proved.sid,
        id_token=id_token,
        proved_at=proved.proved_at,
    )


def _tokens(
    provider: Provider, endpoints: Endpoints, attempt: Attempt, *, code: str, redirect_uri: str
) -> dict[str, Any]:
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": provider.client_id,
        "client_secret": provider.secret,
        "code_verifier": attempt.verifier,
    }
    answer = ask(endpoints.token, fields=fields)
    if answer.status != 200:
        raise Refused(Reason.CODE)
    try:
        tokens = json.loads(answer.body)
    except ValueError as error:
        raise ProviderDown("token: not JSON") from error
    if not isinstance(tokens, dict) or str(tokens.get("token_type", "")).lower() != "bearer":
        raise Refused(Reason.SHAPE)
    return tokens


def _user_info(
    provider: Provider, endpoints: Endpoints, access_token: str, *, subject: str, now: float
) -> dict[str, Any]:
    answer = ask(endpoints.user_info, bearer=access_token, accept="application/jwt")
    if answer.status != 200:
        raise Refused(Reason.USER_INFO)
    if answer.content_type != "application/jwt":
        raise Refused(Reason.UNSIGNED)
    token = answer.body.decode("ascii", errors="replace").strip()
    return check_user_info(provider, token, subject=subject, now=now)


def _verified_email(provider: Provider, said: dict[str, Any]) -> str:
    """Return an e-mail by which an account may be found.

    Only ASCII: in lower case other letters become ours (the Kelvin sign K a k), and one person's address another's.
    """
    email = said.get("email")
    is_verified = said.get("email_verified", provider.vouches_for_emails) is True
    is_plain = isinstance(email, str) and email.isascii() and email.isprintable()
    return email.strip().lower() if isinstance(email, str) and is_plain and is_verified else ""
