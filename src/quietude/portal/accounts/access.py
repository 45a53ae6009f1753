"""Who may open which page: every view names the right it needs, and refuses whoever lacks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, TypeVar, cast

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import gettext

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right

__all__ = ["Access", "Right", "open_to_all", "requires", "user_of", "wants_data"]

View = TypeVar("View", bound=Callable[..., Any])
Answers = Literal["page", "data"]


@dataclass(frozen=True, slots=True)
class Access:
    """What a view declared of itself, as `view.access`."""

    right: Right | None
    """The right it needs; None when it is open to all."""
    answers: Answers
    """A page sends strangers to the sign-in form; data refuse them with a status and JSON."""
    reason: str = ""
    """Why it is open to all."""


def user_of(request: HttpRequest) -> User:
    """Return the account that asks; only behind `requires`.

    Raises:
        PermissionDenied: nobody is signed in.
    """
    user = request.user
    if isinstance(user, AnonymousUser):
        raise PermissionDenied
    return user


def wants_data(request: HttpRequest) -> bool:
    """Tell whether the caller is a script that expects JSON rather than a page."""
    try:  # a request that is refused early has not been led to its view yet
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        match = None
    access: Access | None = getattr(match.func, "access", None) if match is not None else None
    return (access is not None and access.answers == "data") or "application/json" in request.headers.get("Accept", "")


def _refusal(request: HttpRequest, access: Access) -> HttpResponseBase | None:
    """Return the answer to whoever lacks the right, or None when the view may run.

    Raises:
        PermissionDenied: the account lacks the right to a page.
    """
    user = request.user
    is_data = (
        access.answers == "data"
        or "application/json" in request.headers.get("Accept", "")
        or "HX-Request" in request.headers
    )
    if access.right is None:
        return None
    if isinstance(user, AnonymousUser):
        if is_data:
            return JsonResponse({"error": gettext("Sign in first.")}, status=401)
        return redirect_to_login(request.get_full_path())
    if user.holds(access.right):
        return None
    if is_data:
        return JsonResponse({"error": gettext("Your account does not have the right to do this.")}, status=403)
    raise PermissionDenied


def _guarded(view: View, access: Access) -> View:
    if iscoroutinefunction(view):

        @wraps(view)
        async def guarded_async(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refusal = await sync_to_async(_refusal)(request, access)
            return refusal if refusal is not None else cast("HttpResponseBase", await view(request, *args, **kwargs))

        guarded_async.access = access  # type: ignore[attr-defined]  # read back by the access test and wants_data
        return cast("View", guarded_async)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refusal = _refusal(request, access)
        return refusal if refusal is not None else cast("HttpResponseBase", view(request, *args, **kwargs))

    guarded.access = access  # type: ignore[attr-defined]  # as above
    return cast("View", guarded)


def requires(right: Right, *, answers: Answers = "page") -> Callable[[View], View]:
    """Return the decorator of a view that only accounts with `right` may call, whatever the method."""
    return lambda view: _guarded(view, Access(right=right, answers=answers))


def open_to_all(reason: str, *, answers: Answers = "page") -> Callable[[View], View]:
    """Return the decorator of a view that anyone may call; `reason` says why that is safe."""
    return lambda view: _guarded(view, Access(right=None, answers=answers, reason=reason))
