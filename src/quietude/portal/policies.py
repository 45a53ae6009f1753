"""The headers by which browsers keep strangers' code, frames and devices out of our pages."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

NONCE_BYTES = 18  # 144 bits: above the 128 that CSP level 3 asks for, and whole characters of base64

PERMISSIONS = ", ".join(
    [
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer",
                "autoplay",
                "bluetooth",
                "browsing-topics",
                "camera",
                "display-capture",
                "encrypted-media",
                "gyroscope",
                "hid",
                "idle-detection",
                "local-fonts",
                "magnetometer",
                "microphone",
                "midi",
                "payment",
                "screen-wake-lock",
                "serial",
                "usb",
                "xr-spatial-tracking",
            )
        ),
        *(
            f"{feature}=(self)"
            for feature in (
                "clipboard-write",  # "copy the link"
                "fullscreen",
                "geolocation",  # "around me"
                "publickey-credentials-get",  # sign-in with a security key
            )
        ),
    ]
)
"""What no page may use, and what only ours may."""


def permissions(*, microphone: bool) -> str:
    """Return the same of a page where people may dictate."""
    return PERMISSIONS.replace("microphone=()", "microphone=(self)") if microphone else PERMISSIONS


def make_nonce() -> str:
    """Return the word of one answer: only scripts that carry it run."""
    return secrets.token_urlsafe(NONCE_BYTES)


def origin_of_tiles(tiles_url: str | None) -> str | None:
    """Return the other server that the base map comes from, None when there is none."""
    if tiles_url is None:
        return None
    address = urlsplit(tiles_url)
    return f"{address.scheme}://{address.netloc}" if address.netloc else None


def content_policy(tiles_url: str | None, nonce: str) -> str:
    """Return the two content security policies of a page, both of which must allow what it loads.

    The first: our own files only, and the base map's server for pictures and tiles. The second: of our own scripts,
    those alone that the page's template marked with its nonce, and what they load in turn.
    """
    tiles = _also(tiles_url)
    files = "; ".join(
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
    return f"{files}, script-src 'nonce-{nonce}' 'strict-dynamic'; worker-src 'self'; base-uri 'none'"


def file_policy(tiles_url: str | None) -> str:
    """Return the policy of a built file: what a worker may do, and nothing for a file that is opened as a page."""
    tiles = _also(tiles_url)
    return (
        f"default-src 'none'; script-src 'self'; img-src 'self' data: blob:{tiles}; connect-src 'self'{tiles}; "
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def embedder_policy(tiles_url: str | None) -> str:
    """Return what a page may load from another server: nothing, or the base map's tiles without any cookie."""
    return "require-corp" if origin_of_tiles(tiles_url) is None else "credentialless"


def file_headers(tiles_url: str | None, *, is_https: bool) -> dict[str, str]:
    """Return the headers of every built file, which Django does not see."""
    headers = {
        "Content-Security-Policy": file_policy(tiles_url),
        "Cross-Origin-Embedder-Policy": embedder_policy(tiles_url),
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return headers | ({"Strict-Transport-Security": STRICT_TRANSPORT} if is_https else {})


STRICT_TRANSPORT_S = 365 * 24 * 3600
"""For how long a browser that came by HTTPS once comes no other way: a year (ASVS 3.4.1)."""
STRICT_TRANSPORT = f"max-age={STRICT_TRANSPORT_S}; includeSubDomains"


def _also(tiles_url: str | None) -> str:
    origin = origin_of_tiles(tiles_url)
    return "" if origin is None else f" {origin}"
