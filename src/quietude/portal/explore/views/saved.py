"""The menu of saved views."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.explore import saving
from quietude.portal.explore.models import SavedView


def menu(request: HttpRequest) -> HttpResponse:
    """Return the list of views as it is now."""
    return render(request, "explore/views.html", {"views": saving.views_of(user_of(request))})


def _view(request: HttpRequest, key: int) -> SavedView:
    try:
        return saving.view_of(user_of(request), key)
    except SavedView.DoesNotExist as error:
        raise Http404 from error


def _refused(error: saving.SavingError) -> JsonResponse:
    return JsonResponse({"error": str(error)}, status=400)


@require_http_methods(["GET", "POST"])
@requires(Right.EXPLORE, answers="data")
def views(request: HttpRequest) -> HttpResponseBase:
    """List the views, or keep the selection under a name."""
    if request.method == "POST":
        try:
            saving.save(user_of(request), request.POST.get("name", ""), request.POST.get("query", ""))
        except saving.SavingError as error:
            return _refused(error)
    return menu(request)


@require_POST
@requires(Right.EXPLORE, answers="data")
def rename(request: HttpRequest, key: int) -> HttpResponseBase:
    """Give a view another name."""
    try:
        saving.rename(_view(request, key), request.POST.get("name", ""))
    except saving.SavingError as error:
        return _refused(error)
    return menu(request)


@require_POST
@requires(Right.EXPLORE, answers="data")
def remove(request: HttpRequest, key: int) -> HttpResponseBase:
    """Delete a view; it can be brought back."""
    saving.remove(_view(request, key))
    return menu(request)


@require_POST
@requires(Right.EXPLORE, answers="data")
def restore(request: HttpRequest, key: int) -> HttpResponseBase:
    """Bring a deleted view back."""
    try:
        saving.restore(_view(request, key))
    except saving.SavingError as error:
        return _refused(error)
    return menu(request)
