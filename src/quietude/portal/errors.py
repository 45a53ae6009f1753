"""Pages of what went wrong: what happened, what is safe, what to do. Scripts get the same as JSON."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext

from quietude.portal.accounts.access import wants_data


def _answer(request: HttpRequest, status: int, said: str) -> HttpResponse:
    if wants_data(request):
        return JsonResponse({"error": said}, status=status)
    return render(request, f"{status}.html", {"said": said}, status=status)


def too_large(request: HttpRequest, bytes_max: int, remedy: str | Promise = "") -> HttpResponse:
    """Answer a form whose file is larger than the form takes; the remedy is usually to send a part of it at a time."""
    said = gettext("The file is larger than %(size)s. Nothing of it was kept.") % {"size": filesizeformat(bytes_max)}
    return _answer(request, 413, f"{said} {remedy or gettext('Send a part of it at a time.')}")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that makes no sense, or is larger than any form of ours."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return _answer(
            request,
            413,
            gettext("What was sent is larger than the portal takes. Nothing was changed. Send less at once."),
        )
    return _answer(request, 400, gettext("The address or the form holds something that cannot be understood."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django passes it by name
    """Answer a reader who lacks the right."""
    return _answer(
        request,
        403,
        gettext("Your account does not have the right to see this page. If you need it, ask your administrator."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django passes it by name
    """Answer for an address that leads nowhere."""
    return _answer(
        request,
        404,
        gettext(
            "There is nothing at this address, or nothing that you may see. Check it, or start from the first page."
        ),
    )


def not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """Answer a request whose method the address does not take; `allowed` names those it takes."""
    answer = _answer(
        request,
        405,
        gettext("This address cannot be used this way: it belongs to a button of a page. Go back, and use the button."),
    )
    answer.headers["Allow"] = allowed
    return answer


def failed(request: HttpRequest) -> HttpResponse:
    """Answer when the portal itself is at fault."""
    return _answer(
        request,
        500,
        gettext(
            "The page could not be made. What was saved is safe; what you were typing may not be. "
            "Try again in a minute; if it lasts, tell whoever runs the portal."
        ),
    )


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  # Django passes it by name
    """Answer a form that did not come from a page of ours, or from one that is too old."""
    said = gettext(
        "This form is too old, or was not sent from the portal. Nothing was changed. "
        "Go back, reload the page and send it again."
    )
    if wants_data(request):
        return JsonResponse({"error": said}, status=403)
    return render(request, "403.html", {"said": said}, status=403)
