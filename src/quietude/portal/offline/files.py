"""The two files by which a browser installs the portal: the worker, and the manifest of the town's own application."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from quietude.portal.accounts.access import open_to_all
from quietude.portal.policies import file_policy
from quietude.portal.static_files import FOLDER, PREFIX
from quietude.portal.town import current_town, installation
from quietude.portal.ui.assets import assets

LIGHT = "#f3f6f8"
"""Ground of the light theme, as browsers paint it while the portal starts (`--page` in web/src/styles/tokens.css)."""


@open_to_all("a built file, the same for everybody; it lies at the root to answer for every page", answers="data")
@require_GET
def worker(_request: HttpRequest) -> HttpResponse:
    """Return the worker of this build: browsers ask for it at each visit, and start anew when it changed."""
    address = assets().address("worker.js")
    script = (FOLDER / address.removeprefix(PREFIX)).read_bytes()
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = file_policy(installation().tiles_url)
    return response


@open_to_all("the name of the town and the icons, which the sign-in page shows as well", answers="data")
@require_GET
def manifest(_request: HttpRequest) -> JsonResponse:
    """Return what the town's portal is called and looks like once it is installed."""
    said = get_language() or "fr"
    title = current_town().title.say(said)
    described: dict[str, Any] = {
        "id": "/",
        "name": f"Quiétude · {title}",
        "short_name": "Quiétude",
        "description": gettext("Main courante of %(town)s.") % {"town": title},
        "lang": said,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": LIGHT,
        "background_color": LIGHT,
        "icons": [
            {"src": assets().address(name), "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
            for name, side, purpose in (
                ("icon-192.png", 192, "any"),
                ("icon-512.png", 512, "any"),
                ("icon-maskable-512.png", 512, "maskable"),
            )
        ],
        "shortcuts": [
            {"name": gettext("New entry"), "url": reverse("logbook:new")},
            {"name": gettext("My shift"), "url": reverse("shifts:home")},
        ],
    }
    response = JsonResponse(described, content_type="application/manifest+json")
    response.headers["Cache-Control"] = "private, no-cache"
    return response
