"""What every answer carries: headers that keep strangers' code out, and the town's own time."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from quietude.portal.town import current_town, installation

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def content_policy(tiles_url: str | None) -> str:
    """Return the content security policy: our own files only, and the base map's server for pictures and tiles."""
    tiles = ""
    if tiles_url is not None:
        address = urlsplit(tiles_url)
        tiles = f" {address.scheme}://{address.netloc}" if address.netloc else ""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            f"img-src 'self' data: blob:{tiles}",
            f"connect-src 'self'{tiles}",
            "worker-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "object-src 'none'",
        ]
    )


def security_headers(get_response: GetResponse) -> GetResponse:
    """Add the content policy and the list of device features that no page may use."""
    policy = content_policy(installation().tiles_url)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(self), payment=(), usb=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not response.headers.get("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"  # personal data: nothing stays on a shared device
        return response

    return middleware


def town_time(get_response: GetResponse) -> GetResponse:
    """Show times in the town's zone."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with timezone.override(ZoneInfo(current_town().timezone)):
            return get_response(request)

    return middleware
