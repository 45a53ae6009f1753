"""Pages for partners without an account, who come by a link: what is shared with them, and nothing else."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from quietude.portal.accounts.access import open_to_all
from quietude.portal.situations.forms import language
from quietude.portal.situations.grounds import map_json, open_ground
from quietude.portal.situations.models import Share
from quietude.portal.situations.reading import rows_of
from quietude.portal.situations.sharing import opened, share_of
from quietude.portal.situations.timeline import time_line

HELD = "situation_share"
"""Key of the visitor's session that holds the share they opened."""


@csrf_protect
@require_http_methods(["GET", "POST"])
@open_to_all("the link's secret is asked: 256 bits, ends by itself, opens one situation")
def invited(request: HttpRequest, secret: str) -> HttpResponse:
    """Say who invites to read what; opening it is a press, so that a mail scanner opens nothing."""
    share = share_of(secret)
    if share is None:
        raise Http404
    now = timezone.now()
    if not share.holds(now):
        return render(request, "situations/ended.html", {"share": share}, status=410)
    if request.method == "POST":
        opened(share, now)
        request.session[HELD] = share.pk
        return redirect("situations:shared")
    answer = render(request, "situations/invited.html", {"share": share})
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@require_GET
@open_to_all("shows what a link opened in this session, while it holds")
def shared(request: HttpRequest) -> HttpResponse:
    """Show the shared parts of one situation, as they are now."""
    share = Share.objects.select_related("situation").filter(pk=request.session.get(HELD) or 0).first()
    now = timezone.now()
    if share is None or not share.holds(now):
        request.session.pop(HELD, None)
        return render(request, "situations/ended.html", {"share": share}, status=410)
    situation, spoken = share.situation, language()
    (row,) = rows_of([situation], now, spoken)
    parts = set(share.parts)
    moments = time_line(situation, [], [], row.walk, spoken) if "log" in parts else []
    given = {
        "share": share,
        "row": row,
        "situation": situation,
        "parts": parts,
        "stages": [(stage, stage.is_late(now)) for stage in row.walk.stages] if "sheet" in parts else [],
        "tasks": situation.tasks.filter(removed_at=None).select_related("service") if "tasks" in parts else [],
        "moments": [each for each in reversed(moments) if each.kind not in {"planned", "partner"}],
        "map": map_json(situation, ground=open_ground(situation), facts=[], units=[]) if "map" in parts else "",
        "now": now,
    }
    answer = render(request, "situations/shared.html", given)
    answer.headers["Cache-Control"] = "no-store"
    return answer
