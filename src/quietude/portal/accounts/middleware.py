"""What an account changes of every page: its language, and the one page it must see first."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def preferences(get_response: GetResponse) -> GetResponse:
    """Speak the account's language, and send it to change a password that someone else made."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, AnonymousUser):
            return get_response(request)
        if user.must_change_password and request.path not in _open_before_the_change():
            return HttpResponseRedirect(reverse("account_change_password"))
        with translation.override(user.language):
            request.LANGUAGE_CODE = user.language
            response = get_response(request)
            response.headers["Content-Language"] = user.language
            return response

    return middleware


def _open_before_the_change() -> set[str]:
    return {reverse(name) for name in ("account_change_password", "account_logout", "preferences")}
