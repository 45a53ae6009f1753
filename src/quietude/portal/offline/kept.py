"""What a device may keep of the portal, and the key that its owner's session gives to read it again."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.accounts.models import User
from quietude.portal.accounts.sessions import LONGEST, OPENED
from quietude.portal.logbook.assisting import every_category
from quietude.portal.logbook.placing import known_names
from quietude.portal.logbook.writers import written_by
from quietude.portal.shifts.duty import instructions_for, own_shift, unread_by
from quietude.portal.shifts.instructions import note_reading
from quietude.portal.town import current_town

KEY_BYTES = 32


@require_GET
@requires(Right.WRITE_LOGBOOK, answers="data")
def key(request: HttpRequest) -> JsonResponse:
    """Return the key of this account on one device, which the device keeps in memory only; and the form token."""
    try:
        device = UUID(request.GET.get("device", ""))
    except ValueError:
        return JsonResponse({"error": gettext("Say which device asks, by its UUID.")}, status=400)
    account = user_of(request).pk
    made = base64.b64encode(key_of(account, device)).decode("ascii")
    return JsonResponse({"account": account, "key": made, "token": get_token(request)})


def key_of(account: int, device: UUID) -> bytes:
    """Return the key of an account on a device, 32 bytes: always the same while the portal keeps its own key."""
    info = f"quietude device {account} {device}".encode()
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(settings.SECRET_KEY.encode())


@require_GET
@requires(Right.WRITE_LOGBOOK, answers="data")
def offered(request: HttpRequest) -> JsonResponse:
    """Return which pages a device keeps as they are, and the reader's shift and instructions, which it keeps sealed."""
    user, now = user_of(request), timezone.now()
    own = [logbook.name for logbook in written_by(user)]
    addresses = [reverse("offline:other"), reverse("offline:waiting_alone"), *([reverse("offline:new")] if own else [])]
    for name in own:
        asked = urlencode({"logbook": name})
        addresses += [f"{reverse('offline:new')}?{asked}", f"{reverse('offline:words')}?{asked}"]
    opened_s: float = request.session.get(OPENED, now.timestamp())
    addresses.append(reverse("offline:places"))
    said: dict[str, Any] = {
        "account": user.pk,
        "until": (now + LONGEST - timedelta(seconds=max(0.0, now.timestamp() - opened_s))).isoformat(),
        "addresses": addresses,
        "parts": [_shift(request, user), _instructions(request, user)],
    }
    return JsonResponse(said)


def _shift(request: HttpRequest, user: User) -> dict[str, str]:
    """Return one's shift without its entries: what happened stays with the portal."""
    shift = own_shift(user)
    shown = {
        "shift": shift,
        "crews": shift.crews.prefetch_related("members__person") if shift is not None else (),
        "attendances": shift.attendances.select_related("person") if shift is not None else (),
    }
    html = render_to_string("offline/shift.html", shown, request)
    return {"name": "shift", "title": gettext("My shift"), "html": html}


def _instructions(request: HttpRequest, user: User) -> dict[str, str]:
    now = timezone.now()
    unread = {each.pk for each in unread_by(user, now)}
    told = sorted(instructions_for(user, now), key=lambda each: each.pk not in unread)
    note_reading(user, told)
    html = render_to_string("offline/told.html", {"told": told, "unread_keys": unread}, request)
    return {"name": "instructions", "title": gettext("Instructions"), "html": html}


@require_GET
@requires(Right.WRITE_LOGBOOK, answers="data")
def places(_request: HttpRequest) -> JsonResponse:
    """Return the names of streets and places: they complete what is typed, the point comes when it is sent."""
    return JsonResponse({"names": known_names()})


@require_GET
@requires(Right.WRITE_LOGBOOK, answers="data")
def words(request: HttpRequest) -> JsonResponse:
    """Return every category that a logbook takes, as the entry form chooses among them without network."""
    own = {logbook.name: logbook for logbook in written_by(user_of(request))}
    logbook = own.get(request.GET.get("logbook", ""))
    if logbook is None:
        return JsonResponse({"error": gettext("You do not write in this logbook.")}, status=404)
    return JsonResponse({"timezone": current_town().timezone, "categories": every_category(logbook)})
