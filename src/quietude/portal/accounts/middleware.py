"""What an account changes of every page: its language, and the pages it must see first."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from quietude.portal.accounts import sessions, tokens
from quietude.portal.accounts.second_factor import must_enrol
from quietude.portal.accounts.vouched import is_vouched_for

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def no_token_in_address(get_response: GetResponse) -> GetResponse:
    """Refuse an address that holds an access token, and revoke the token: addresses are kept in too many places."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if tokens.found_in_address(request):
            said = gettext(
                "An access token was in this address, where others can read it: it is revoked. "
                "Make a new one and send it in the header Authorization: Bearer …"
            )
            response = JsonResponse({"error": said}, status=400)
            response._has_been_logged = True  # type: ignore[attr-defined]  # Django logs the address of each refusal
            return response
        return get_response(request)

    return middleware


def session_limits(get_response: GetResponse) -> GetResponse:
    """End a session that is too old or was idle for too long; what it asked for is then a stranger's."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, AnonymousUser):
            sessions.keeps_on(request, user)
        return get_response(request)

    return middleware


def preferences(get_response: GetResponse) -> GetResponse:
    """Speak the account's language; send it to change a password that someone else made, then to a second factor."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, AnonymousUser):
            return get_response(request)
        must_change = user.must_change_password and not is_vouched_for(request)
        if must_change and request.path not in _open_before_the_change():
            return HttpResponseRedirect(reverse("account_change_password"))
        if not must_change and must_enrol(request, user):
            request.must_enrol = True  # type: ignore[attr-defined]  # read by the templates of the second factor
            if request.path not in _open_before_enrolment():
                return _to_enrolment(request)
        with translation.override(user.language):
            request.LANGUAGE_CODE = user.language
            response = get_response(request)
            response.headers["Content-Language"] = user.language
            return response

    return middleware


def _to_enrolment(request: HttpRequest) -> HttpResponseBase:
    if "application/json" in request.headers.get("Accept", "") or "HX-Request" in request.headers:
        return JsonResponse({"error": gettext("Set up your second factor first.")}, status=403)
    return HttpResponseRedirect(reverse("mfa_index"))


@cache
def _open_before_enrolment() -> frozenset[str]:
    names = (
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account_change_password",
        "account_logout",
        "preferences",
    )
    return frozenset(reverse(name) for name in names)


def _open_before_the_change() -> set[str]:
    return {reverse(name) for name in ("account_change_password", "account_logout", "preferences")}
