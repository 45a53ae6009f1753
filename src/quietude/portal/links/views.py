"""Pages of links: what is near while an entry is written, proposals, linking and unlinking."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from quietude.model.viewer import Viewer
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.links import acts
from quietude.portal.links.nearby import Draft, nearby, proposal_of, proposals
from quietude.portal.logbook.moments import MomentError, moment_of
from quietude.portal.logbook.placing import placed
from quietude.portal.logbook.reading import reader_of
from quietude.portal.rights.standing import standing_in
from quietude.portal.town import current_town, current_vocabulary


def viewer_in(request: HttpRequest) -> Viewer:
    """Return who asks, as a reader of facts and of the logbooks that they keep."""
    return reader_of(user_of(request), standing_in(request)).viewer


@require_POST
@requires(Right.WRITE_LOGBOOK)
def beside(request: HttpRequest) -> HttpResponse:
    """Return the quiet list beside the form: what other services wrote near it, as a piece of a page.

    The form is posted, so that nothing that is typed stands in an address or a server's log. Nothing is kept.
    """
    draft = _draft(request)
    shown = {"near": nearby(viewer_in(request), draft) if draft is not None else [], "is_asked": draft is not None}
    return render(request, "links/beside.html", shown)


@require_GET
@requires(Right.WRITE_LOGBOOK)
def proposed(request: HttpRequest) -> HttpResponse:
    """List pairs of the last two days that look like one fact."""
    return render(request, "links/proposed.html", {"pairs": proposals(viewer_in(request), now=timezone.now())})


@require_POST
@requires(Right.WRITE_LOGBOOK)
def decide(request: HttpRequest) -> HttpResponse:
    """Accept a proposal, or turn it down."""
    viewer, uids = viewer_in(request), request.POST.getlist("uid")[:2]
    proposal = proposal_of(viewer, uids)
    try:
        if request.POST.get("verdict") == "same":
            reason = request.POST.get("reason", "").strip() or gettext("proposal accepted")
            acts.link(user_of(request), viewer, uids, reason=reason, proposal=proposal)
            messages.success(request, gettext("The two entries are linked. Each stays as its service wrote it."))
        else:
            acts.refuse(user_of(request), viewer, uids, proposal)
            messages.success(request, gettext("These two are proposed no more."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("links:proposed")


@require_POST
@requires(Right.WRITE_LOGBOOK)
def link(request: HttpRequest) -> HttpResponse:
    """Link two facts."""
    try:
        acts.link(
            user_of(request), viewer_in(request), request.POST.getlist("uid")[:2], reason=request.POST.get("reason", "")
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("The two entries are linked. Each stays as its service wrote it."))
    return redirect(_back(request))


@require_POST
@requires(Right.WRITE_LOGBOOK)
def unlink(request: HttpRequest, key: int) -> HttpResponse:
    """Take a link back."""
    try:
        acts.unlink(user_of(request), viewer_in(request), key, reason=request.POST.get("reason", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("The link is undone. Both entries are as they were."))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if is_ours and wanted.startswith("/") else reverse("links:proposed")


def _draft(request: HttpRequest) -> Draft | None:
    """Return what the form says so far; None while it has no place or no time that is understood."""
    said = request.POST
    if said.get("logbook", "") not in current_town().logbooks:
        return None
    label = said.get("place", "")[:200]
    try:
        at = moment_of(said.get("when", "")[:40], now=timezone.now(), timezone=current_town().timezone)
        place = placed(label, _degrees(said.get("lon_deg", "")), _degrees(said.get("lat_deg", "")), None)
    except (MomentError, ValueError):
        return None
    if place.lon_deg is None or place.lat_deg is None:
        return None
    typed = " ".join(said.get("category", "")[:120].split())
    category = typed if current_vocabulary().has(typed) else ""
    return Draft(
        logbook=said["logbook"], occurred_at=at, lon_deg=place.lon_deg, lat_deg=place.lat_deg, category=category,
        text=said.get("text", "")[:5000], place_label=label,
    )  # fmt: skip


def _degrees(text: str) -> float | None:
    return float(text) if text.strip() else None
