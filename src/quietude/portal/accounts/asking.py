"""Sensitive acts: they ask who is there unless that was proven just now, and say what they do before they do it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from quietude.portal.accounts import actions
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.models import User

View = TypeVar("View", bound=Callable[..., Any])


def _is_proven(request: HttpRequest) -> bool:
    """Tell whether the person signed in, or proved who they are, within ACCOUNT_REAUTHENTICATION_TIMEOUT.

    The library's own question says yes for accounts that have neither password nor second factor; ours says no.
    """
    records = get_authentication_records(request, user_of(request))
    moments = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(moments) and time.time() - max(moments) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def prove(request: HttpRequest) -> None:
    """Ask for the password or the second factor where that was not given just now, for an act within a view.

    Raises:
        ReauthenticationRequired: it was not; what was sent is kept and done once the proof is given.
    """
    if not _is_proven(request):
        raise ReauthenticationRequired


def proves_identity(view: View) -> View:
    """Make a view ask for the password or the second factor before it changes anything; five minutes count as now.

    What was sent is kept and done once the proof is given.
    """

    @wraps(view)
    def proven(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            prove(request)
        return cast("HttpResponse", view(request, *args, **kwargs))

    return cast("View", proven)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before an act on an account."""

    title: str | Promise
    said: str | Promise
    """What the act does, and whether it can be undone."""
    button: str | Promise
    icon: str
    done: str | Promise
    """What is said afterwards."""
    is_grave: bool = False


CLOSE = Question(
    _("Close this account?"),
    _(
        "It can sign in no more, its sessions end at once and its access tokens are revoked. "
        "You can reopen it at any time."
    ),
    _("Close the account"),
    "user-x",
    _("The account is closed. You can reopen it at any time."),
    is_grave=True,
)
REOPEN = Question(
    _("Reopen this account?"),
    _("It can sign in again with its password and second factor, and reads what its role reads."),
    _("Reopen the account"),
    "user-check",
    _("The account is open again."),
)
NEW_PASSWORD = Question(
    _("Give a new password?"),
    _(
        "The present password stops working and the sessions end at once. "
        "The new one is shown to you once, to hand over."
    ),
    _("Give a new password"),
    "lock",
    "",
    is_grave=True,
)
RESET_FACTOR = Question(
    _("Reset the second factor?"),
    _(
        "For a person who has lost telephone, keys and recovery codes: be sure who asks you. All of them stop "
        "working and the sessions end at once; the password alone opens the account until a new second factor "
        "is set up."
    ),
    _("Reset the second factor"),
    "rotate-ccw",
    _("The second factor is reset."),
    is_grave=True,
)
END_SESSIONS = Question(
    _("End all sessions of this account?"),
    _("Every device that is signed in has to sign in again. What was not saved is lost."),
    _("End all sessions"),
    "log-out",
    _("All sessions of the account are ended."),
)


def _ask(request: HttpRequest, account: User, question: Question) -> HttpResponse:
    return render(request, "accounts/ask.html", {"account": account, "question": question})


def _asked(question: Question, act: Callable[[User, User], object]) -> Callable[..., HttpResponse]:
    """Return the view that asks a question by GET and acts by POST."""

    @requires(Right.MANAGE_USERS)
    @require_http_methods(["GET", "HEAD", "POST"])
    @proves_identity
    def asked(request: HttpRequest, username: str) -> HttpResponse:
        account = get_object_or_404(User, username=username)
        if request.method != "POST":
            return _ask(request, account, question)
        try:
            act(user_of(request), account)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, str(question.done))
        return redirect("user", username=username)

    return asked


close_user = _asked(CLOSE, actions.close_user)
reopen_user = _asked(REOPEN, actions.reopen_user)
reset_second_factor = _asked(RESET_FACTOR, actions.reset_second_factor)
end_sessions = _asked(END_SESSIONS, actions.end_sessions)


@requires(Right.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@proves_identity
def reset_password(request: HttpRequest, username: str) -> HttpResponse:
    """Give an account a new password, shown once."""
    account = get_object_or_404(User, username=username)
    if request.method != "POST":
        return _ask(request, account, NEW_PASSWORD)
    password = actions.reset_password(user_of(request), account)
    return render(request, "accounts/password_made.html", {"account": account, "made_up": password, "is_new": False})
