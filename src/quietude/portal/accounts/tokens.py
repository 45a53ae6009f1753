"""Access tokens: what a program shows instead of a person's password, for a few things and a limited time."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import wraps
from types import MappingProxyType
from typing import Any, TypeVar, cast
from urllib.parse import unquote

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext

from quietude.portal.accounts.access import Access, user_of
from quietude.portal.accounts.models import AccountAct, ApiToken, Scope, User
from quietude.portal.accounts.roles import Right

View = TypeVar("View", bound=Callable[..., Any])

RETRY_S = {"Retry-After": "10"}
RIGHT_OF: Mapping[Scope, Right] = MappingProxyType(
    {Scope.FACTS_READ: Right.READ_FACT, Scope.RECORDS_WRITE: Right.MANAGE_SOURCES}
)
"""Scope to the right that its owner needs, when the token is made and each time it is used."""
LONGEST = timedelta(days=365)
BEGINNING = "qt_"
"""How every token begins, so that people and scanners of secrets know one."""
TOKEN = re.compile(rf"{BEGINNING}[A-Za-z0-9_-]{{43}}")
"""32 random bytes in the URL-safe alphabet of base64."""
MARK_LENGTH = 8
"""How much of a token is kept in clear, to tell one from another; 30 bits of its 256 after the beginning."""
NOTED_EVERY = timedelta(minutes=1)
MOST = 20
"""Open tokens of one account; more are forgotten ones."""


def digest_of(token: str) -> str:
    """Return what is kept of a token. A plain hash will do: 256 random bits cannot be guessed, however quick it is."""
    return hashlib.sha256(token.encode()).hexdigest()


def scopes_for(user: User) -> list[Scope]:
    """Return the scopes that an account may give to a token: what it may do itself."""
    return [scope for scope, right in RIGHT_OF.items() if user.holds(right)]


@transaction.atomic
def make_token(user: User, name: str, scopes: Sequence[Scope], lifetime: timedelta) -> tuple[ApiToken, str]:
    """Return a new token of an account, and its text, which is kept nowhere.

    Raises:
        PermissionDenied: the account may not do what a scope allows.
        ValidationError: no scope, no name, too many tokens, or a lifetime that is not within a year.
    """
    if any(not user.holds(RIGHT_OF[scope]) for scope in scopes):
        raise PermissionDenied
    if not scopes:
        raise ValidationError({"scopes": gettext("Choose at least one thing that the token may do.")})
    if not timedelta(0) < lifetime <= LONGEST:
        raise ValidationError({"days": gettext("A token lives from a day to a year.")})
    if open_tokens(user).count() >= MOST:
        raise ValidationError(gettext("You have twenty tokens: revoke those that are not used."))
    text = BEGINNING + secrets.token_urlsafe(32)
    made = ApiToken(
        user=user,
        name=name.strip(),
        digest=digest_of(text),
        mark=text[:MARK_LENGTH],
        scopes=sorted(scopes),
        expires_at=timezone.now() + lifetime,
    )
    made.full_clean()
    made.save()
    _note(user.username, made, AccountAct.What.TOKEN_MADE)
    return made, text


def open_tokens(user: User) -> Any:
    """Return the tokens of an account that still open something, newest first."""
    return ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=timezone.now())


@transaction.atomic
def revoke(by: str, token: ApiToken, why: str = "") -> None:
    """Revoke a token; once is enough."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        _note(by, token, AccountAct.What.TOKEN_REVOKED, why)


def revoke_all(by: str, user: User) -> None:
    """Revoke every token of an account."""
    for token in open_tokens(user):
        revoke(by, token)


def _note(by: str, token: ApiToken, what: AccountAct.What, why: str = "") -> None:
    said = ",".join(word for word in (f"{token.mark}…", why) if word)
    AccountAct.objects.create(by=by, account=token.user, what=what, detail=said)


def token_of(request: HttpRequest) -> ApiToken | None:
    """Return the valid token that a request carries as `Authorization: Bearer …`, or None.

    None as well for a token that is unknown, revoked or too old, or whose account is closed: a stranger learns no more.
    """
    kind, _space, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not TOKEN.fullmatch(text.strip()):
        return None
    now = timezone.now()
    found = (
        ApiToken.objects.select_related("user")
        .filter(digest=digest_of(text.strip()), revoked_at=None, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if found is not None and (found.used_at is None or now - found.used_at >= NOTED_EVERY):
        ApiToken.objects.filter(pk=found.pk).update(used_at=now)
        found.used_at = now
    return found


def requires_token(scope: Scope) -> Callable[[View], View]:
    """Return the decorator of a view for programs: by a token with `scope` only, never by a session.

    The view finds the account at `request.user` and the token at `request.token`. It needs no form token (CSRF), since
    no browser sends an access token by itself.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                refusal = _refusal(request, scope)
            except DatabaseError:  # a full disk, or a database that is away: programs keep theirs and try again
                said = gettext("The portal's database does not answer: nothing was taken. Try again.")
                return JsonResponse({"error": said}, status=503, headers=RETRY_S)
            return refusal if refusal is not None else cast("HttpResponse", view(request, *args, **kwargs))

        guarded.access = Access(right=RIGHT_OF[scope], answers="data")  # type: ignore[attr-defined]  # read by tests
        guarded.scope = scope  # type: ignore[attr-defined]  # read by the description in OpenAPI
        guarded.csrf_exempt = True  # type: ignore[attr-defined]  # see above
        return cast("View", guarded)

    return decorate


def _refusal(request: HttpRequest, scope: Scope) -> JsonResponse | None:
    token = token_of(request)
    if token is None:
        if request.user.is_authenticated and user_of(request).is_active:
            said = gettext("This address is for programs: it takes an access token, not a session.")
            return JsonResponse({"error": said}, status=403)
        answer = JsonResponse({"error": gettext("Send a valid access token: Authorization: Bearer …")}, status=401)
        answer.headers["WWW-Authenticate"] = 'Bearer realm="quietude"'
        return answer
    if scope not in token.scopes or not token.user.holds(RIGHT_OF[scope]):
        return JsonResponse({"error": gettext("This token does not allow this.")}, status=403)
    request.user = token.user
    request.token = token  # type: ignore[attr-defined]  # for the view
    return None


def found_in_address(request: HttpRequest) -> bool:
    """Revoke every token that the address of a request holds; return whether it held any, known or not.

    Addresses are kept in histories, journals of servers and the next site's `Referer`: a token seen there is no secret.
    """
    address = request.get_full_path()
    texts = {text for said in (address, unquote(address), unquote(unquote(address))) for text in TOKEN.findall(said)}
    for token in ApiToken.objects.filter(digest__in=[digest_of(text) for text in texts]).select_related("user"):
        revoke("portal", token, "in_address")
    return bool(texts)
