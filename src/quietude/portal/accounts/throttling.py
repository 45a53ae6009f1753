"""How many wrong passwords are borne, from where: a guesser waits, the owner of the account gets in.

Each attempt counts for its address, for its address and account together, and for its account from anywhere. A browser
that signed in before carries a proof of it and counts for itself alone, so that no one elsewhere can shut it out
(the "device cookies" of OWASP).
"""

from __future__ import annotations

import secrets
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.crypto import salted_hmac

from quietude.portal.accounts.models import User

KNOWN_FOR_S = 90 * 24 * 3600
"""How long a browser that signed in is remembered: a quarter covers leave and rotations."""
_APP = "allauth.account"  # where the library looks for the rates, ACCOUNT_RATE_LIMITS


def attempt(request: HttpRequest, login: str, address: str) -> list[Any] | None:
    """Count one attempt to sign in; return what to take back if it succeeds, or None when it has to wait."""
    account = User.objects.filter(Q(username=login) | Q(email=login) & ~Q(email="")).first() if login else None
    name = f"user:{account.pk}" if account is not None else f"name:{login}"
    own = _proof_of(request, account)
    counted = (
        [("login_failed_known", own)]
        if own is not None
        else [("login_failed", f"{name}|{address}"), ("login_failed_anywhere", name)]
    )
    taken: list[Any] = []
    for action, key in counted:
        used = ratelimit.consume(request, app=_APP, action=action, key=key)
        if not used:
            return None
        taken.append(used)
    return taken


def _proof_of(request: HttpRequest, account: User | None) -> str | None:
    """Return what names a browser known to this account: its session, or the mark of an earlier sign-in."""
    if account is None:
        return None
    if request.user == account:
        return f"session:{request.session.session_key}"
    mark = request.COOKIES.get(_cookie_name(account), "")
    try:
        stated = TimestampSigner(salt="quietude known browser").unsign(mark, max_age=KNOWN_FOR_S)
    except BadSignature:
        return None
    nonce, _dot, password = stated.partition(".")
    return f"browser:{account.pk}:{nonce}" if password == _fingerprint(account) else None


def remember(request: HttpRequest, response: HttpResponseBase, account: User) -> None:
    """Mark the browser of a sign-in that succeeded; worthless once the password changes."""
    nonce = _nonce_of_cookie(request, account) or secrets.token_urlsafe(15)
    response.set_cookie(
        _cookie_name(account),
        TimestampSigner(salt="quietude known browser").sign(f"{nonce}.{_fingerprint(account)}"),
        max_age=KNOWN_FOR_S,
        path=reverse("account_login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _nonce_of_cookie(request: HttpRequest, account: User) -> str | None:
    mark = request.COOKIES.get(_cookie_name(account), "")
    try:
        return TimestampSigner(salt="quietude known browser").unsign(mark, max_age=KNOWN_FOR_S).partition(".")[0]
    except BadSignature:
        return None


def _cookie_name(account: User) -> str:
    return f"{'__Secure-' if settings.SESSION_COOKIE_SECURE else ''}known-{account.pk}"


def _fingerprint(account: User) -> str:
    return salted_hmac("quietude known browser", account.password, algorithm="sha256").hexdigest()[:32]
