"""The doors that others knock at: a program sends records of a source, and is told once they are on disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, IntegrityError, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from quietude.portal.accounts.access import open_to_all
from quietude.portal.accounts.models import ApiToken, Scope
from quietude.portal.accounts.tokens import requires_token
from quietude.portal.flows import inbox, noting
from quietude.portal.flows.models import Delivery, SeenSignature
from quietude.portal.flows.secrets import NoSecretError, secrets_of
from quietude.sources.api import (
    BodyError,
    FlowSpec,
    Sent,
    SignatureError,
    SignatureSpec,
    parse_duration,
    read_message,
    verify,
)

LINES = "application/x-ndjson"
KINDS = {
    "json": ("application/json", LINES),
    "ngsi-ld": ("application/json", "application/ld+json"),
    "cap": ("application/cap+xml", "application/xml", "text/xml"),
}
"""Form of a source's messages to the media types that they come as."""
RETRY_S = {"Retry-After": "10"}


Take = Callable[[FlowSpec], Delivery | None]


class ReplayedError(ValueError):
    """The message was taken before."""


STATUSES: Mapping[type[Exception], int] = MappingProxyType(
    {
        RequestDataTooBig: 413,
        ReplayedError: 409,
        SignatureError: 401,
        BodyError: 400,
        inbox.NoFlowError: 404,
        NoSecretError: 503,
        inbox.FullError: 503,
        DatabaseError: 503,
    }
)
"""What keeps a message out, and the status that its sender is answered with."""
NOTED = (BodyError, SignatureError, ReplayedError, NoSecretError)
"""What the source's keepers see on its page; the inbox itself notes that it is full."""


@require_POST
@requires_token(Scope.RECORDS_WRITE)
def records(request: HttpRequest, source: str) -> JsonResponse:
    """Take a message of a source, of the form that its manifest says: JSON, an NGSI-LD notification, a CAP alert.

    Answered once its records are on disk: they will be filed as facts, or set aside with the reason, whatever happens.
    """
    token: ApiToken = cast("Any", request).token

    def take(flow: FlowSpec) -> Delivery | None:
        return inbox.take_in(source, "http", _read(request, flow), sender=f"token:{token.pk}", now=timezone.now())

    return _answer(request, source, "http", take)


@csrf_exempt
@require_POST
@open_to_all("the signature of the message opens it, and nothing is read back", answers="data")
def webhook(request: HttpRequest, source: str) -> JsonResponse:
    """Take a signed message of a source, once: unsigned, stale and replayed ones are refused."""

    def take(flow: FlowSpec) -> Delivery | None:
        now = timezone.now()
        spec = cast("SignatureSpec", flow.signature)  # the manifest's model asks for it with this door
        digest = verify(spec, secrets_of(spec.secret), request.headers, request.body, now=now)
        sent = _read(request, flow)
        with transaction.atomic():
            _once(source, digest, spec, now)
            return inbox.take_in(source, "webhook", sent, sender=f"secret:{spec.secret}"[:40], now=now)

    return _answer(request, source, "webhook", take)


def _once(source: str, digest: str, spec: SignatureSpec, now: datetime) -> None:
    """Keep a signature.

    Raises:
        ReplayedError: it was kept before.
    """
    until = now + (2 * parse_duration(spec.tolerance).exact if spec.timestamp is not None else inbox.HOURS_KEPT)
    try:
        with transaction.atomic():
            SeenSignature.objects.create(source=source, digest=digest, until=until)
    except IntegrityError as error:
        raise ReplayedError("a message that was taken already came again") from error


def _read(request: HttpRequest, flow: FlowSpec) -> Sent:
    language = settings.LANGUAGE_CODE[:2]
    return read_message(request.body, flow, language=language, is_lines=request.content_type == LINES)


def _answer(request: HttpRequest, source: str, door: str, take: Take) -> JsonResponse:
    """Return what a sender is told; what the source's keepers must know is noted."""
    try:
        flow = cast("FlowSpec", inbox.flow_of(source, door).flow)
        if request.content_type not in KINDS[flow.form]:
            said = gettext("Send one of these as Content-Type: %(kinds)s.") % {"kinds": ", ".join(KINDS[flow.form])}
            return JsonResponse({"error": said}, status=415)
        kept = take(flow)
    except tuple(STATUSES) as error:
        status = next(status for kind, status in STATUSES.items() if isinstance(error, kind))
        if isinstance(error, NOTED):
            noting.refused(source, door, str(error), timezone.now())
        # only what is full or out of order is worth trying again
        return JsonResponse({"error": _said(error, source)}, status=status, headers=RETRY_S if status == 503 else {})
    return JsonResponse({"accepted": kept.records if kept else 0, "delivery": kept.pk if kept else None})


def _said(error: Exception, source: str) -> str:
    if isinstance(error, BodyError | SignatureError):
        return str(error)
    if isinstance(error, inbox.NoFlowError):
        said = gettext("No source %(source)s takes records by this door: its manifest says which, under “flow”.")
        return said % {"source": source}
    if isinstance(error, RequestDataTooBig):
        return gettext("This is more than a megabyte: send fewer records at once.")
    if isinstance(error, ReplayedError):
        return gettext("This message was taken already: it is not taken twice.")
    if isinstance(error, NoSecretError):
        return gettext("This portal lacks the secret of this source: tell whoever runs it.")
    return gettext("These records were not taken: too much waits, or the disk is full. Keep them, and try again.")
