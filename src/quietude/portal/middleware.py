"""What every answer carries: headers that keep strangers' code out, and the town's own time."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase, HttpResponseNotAllowed
from django.utils import timezone

from quietude.portal import policies
from quietude.portal.errors import not_allowed
from quietude.portal.town import current_town, installation

GetResponse = Callable[[HttpRequest], HttpResponseBase]
NONCE = "quietude.nonce"
"""Where a request keeps the nonce of its answer (`request.META`)."""


SIGNED_OUT = "quietude.signed-out"
"""Where a request keeps that its session ended."""


@receiver(user_logged_out)
def note_signing_out(request: HttpRequest | None, **_said: object) -> None:
    """Note that a session ends with this request."""
    if request is not None:
        request.META[SIGNED_OUT] = True


def security_headers(get_response: GetResponse) -> GetResponse:
    """Add the content policy with a nonce of this answer's own, and what pages may use of the device and of others."""
    tiles_url = installation().tiles_url
    embedder = policies.embedder_policy(tiles_url)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        nonce = request.META[NONCE] = policies.make_nonce()
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policies.content_policy(tiles_url, nonce))
        response.headers.setdefault("Permissions-Policy", policies.PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", embedder)
        if request.META.get(SIGNED_OUT):
            response.headers["Clear-Site-Data"] = _cleared(request)
        if not response.headers.get("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"  # personal data: nothing stays on a shared device
        return response

    return middleware


def _cleared(request: HttpRequest) -> str:
    """Return what a browser clears when a session ends: of facts read, nothing stays behind.

    `keeps` says that entries of another account wait on this device, encrypted; the page cleared its own (network.ts).
    """
    keeps = request.method == "POST" and request.POST.get("keeps") == "1"
    return '"cache"' if keeps else '"cache", "storage"'


def explained_refusals(get_response: GetResponse) -> GetResponse:
    """Give words to the bare "method not allowed" of a view's decorator."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            return not_allowed(request, response.headers["Allow"])
        return response

    return middleware


def town_time(get_response: GetResponse) -> GetResponse:
    """Show times in the town's zone."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with timezone.override(ZoneInfo(current_town().timezone)):
            return get_response(request)

    return middleware
