"""Pages of situations: what is handled, one situation, opening one, merging several."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.alarms.pulse import stamp
from quietude.portal.alarms.reading import Shown, some_alarms
from quietude.portal.rights.standing import viewer_of
from quietude.portal.situations import attaching, roads
from quietude.portal.situations.forms import (
    DescribingForm,
    OpeningForm,
    SharingForm,
    TaskForm,
    language,
    place_of,
)
from quietude.portal.situations.grounds import cameras_near, map_of
from quietude.portal.situations.kinds import current_kinds
from quietude.portal.situations.models import Situation, Sketch, Unit
from quietude.portal.situations.opening import Opening, open_situation
from quietude.portal.situations.reading import (
    evidence_of,
    items_of,
    one_situation,
    open_situations,
    past_situations,
    resolved_situations,
    rows_of,
)
from quietude.portal.situations.sharing import PARTS
from quietude.portal.situations.timeline import time_line
from quietude.portal.situations.units import units_near
from quietude.portal.situations.verbs import reading_as
from quietude.portal.situations.walking import unseen_skips
from quietude.situations.api import SPEED_KMH, Means

TABS = {"open": _("Open"), "resolved": _("Resolved, to be closed"), "past": _("Last 30 days")}
ALARMS_MAX = 50


def _listed(request: HttpRequest) -> dict[str, Any]:
    asked = request.GET.get("show", "open")
    tab, now = asked if asked in TABS else "open", timezone.now()
    lists = {"open": open_situations, "resolved": resolved_situations, "past": past_situations}
    user = user_of(request)
    return {
        "tab": tab,
        "rows": lists[tab](now, language()),
        "stamp": stamp(),
        "now": now,
        "may_handle": user.holds(Right.HANDLE_SITUATIONS),
        "skips": list(unseen_skips()) if user.holds(Right.SUPERVISE) else [],
    }


@require_GET
@requires(Right.SEE_SITUATIONS)
def situations(request: HttpRequest) -> HttpResponse:
    """List what is handled, what is late first."""
    given = {"tabs": TABS.items(), "may_keep": user_of(request).holds(Right.KEEP_SHEETS), **_listed(request)}
    return render(request, "situations/list.html", given)


@require_GET
@requires(Right.SEE_SITUATIONS, answers="data")
def listed(request: HttpRequest) -> HttpResponse:
    """Return the list alone, for a page that is open."""
    answer = render(request, "situations/rows.html", _listed(request))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _shown(request: HttpRequest, key: str) -> dict[str, Any]:
    """Return what the page of one situation shows.

    Raises:
        Http404: there is none.
    """
    situation = one_situation(key)
    if situation is None:
        raise Http404
    now, reader, spoken = timezone.now(), reading_as(request), language()
    items = items_of(situation, reader, now, spoken)
    facts = evidence_of(items, reader, now, spoken)
    (row,) = rows_of([situation], now, spoken)
    user = user_of(request)
    moments = time_line(situation, items, facts, row.walk, spoken)
    return {
        "situation": situation,
        "row": row,
        "stages": [(stage, stage.is_late(now)) for stage in row.walk.stages],
        "items": items,
        "hidden": sum(not item.is_open for item in items),
        "moments": [moment for moment in reversed(moments) if moment.kind != "planned"],
        "planned": [moment for moment in moments if moment.kind == "planned"],
        "tasks": [
            (task, task.is_late(now))
            for task in situation.tasks.filter(removed_at=None).select_related("owner", "service", "done_by")
        ],
        "units": units_near(situation, now),
        "streets": "faulty" if roads.is_faulty() else "there" if roads.has_streets() else "",
        "speeds": [(label, SPEED_KMH[Means(value)]) for value, label in Unit.Means.choices],
        "statuses": Unit.Status.choices,
        "sketches": situation.sketches.filter(removed_at=None),
        "shapes": Sketch.What.choices,
        "cameras": cameras_near(situation),
        "shares": [(share, share.holds(now)) for share in situation.shares.select_related("made_by")],
        "parts": PARTS,
        "map": map_of(situation, facts, reader),
        "now": now,
        "stamp": stamp(),
        "may_handle": user.holds(Right.HANDLE_SITUATIONS) and situation.merged_into is None,
        "may_supervise": user.holds(Right.SUPERVISE),
        "may_export": user.holds(Right.EXPORT),
        "unseen": {act.step: act.pk for act in unseen_skips().filter(situation=situation)},
    }


@require_GET
@requires(Right.SEE_SITUATIONS)
def page(request: HttpRequest, key: str) -> HttpResponse:
    """Show one situation: the sheet, the time line, what belongs to it, who handles it."""
    shown = _shown(request, key)
    situation: Situation = shown["situation"]
    place = {"place": situation.place_label}
    link = request.session.pop("situation_link", None)
    forms = {
        "describing": DescribingForm(instance=situation, initial=place, auto_id="describe_%s"),
        "task_form": TaskForm(auto_id="task_%s"),
        "sharing": SharingForm(auto_id="share_%s"),
        "kinds": [(name, kind.title.say(language())) for name, kind in current_kinds().items()],
        "link": link if link and link["share"] in {share.pk for share, _ in shown["shares"]} else None,
    }
    return render(request, "situations/page.html", {**shown, **forms})


@require_GET
@requires(Right.SEE_SITUATIONS, answers="data")
def part(request: HttpRequest, key: str) -> HttpResponse:
    """Return what changes by itself of one situation's page, for a page that is open."""
    answer = render(request, "situations/live.html", _shown(request, key))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@requires(Right.HANDLE_SITUATIONS)
def new(request: HttpRequest) -> HttpResponse:
    """Open a situation; from alarms, where the address names some."""
    named = request.POST.getlist("alarm") if request.method == "POST" else request.GET.getlist("alarm")
    alarms = _alarms(request, named)
    form = OpeningForm(request.POST if request.method == "POST" else None, initial={"kind": _likely(alarms)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        opening = Opening(
            kind=said["kind"], title=said["title"], priority=said["priority"], place=place_of(said["place"]),
            began_at=said["since"], alarms=[each.alarm.key for each in alarms], is_exercise=said["is_exercise"],
        )  # fmt: skip
        try:
            situation = open_situation(user_of(request), opening, timezone.now(), language=language())
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        else:
            messages.success(request, gettext("Situation %(key)s is open.") % {"key": situation.key})
            return redirect("situations:page", situation.key)
    return render(
        request, "situations/new.html", {"form": form, "alarms": alarms}, status=400 if form.errors else 200
    )  # fmt: skip


@require_POST
@requires(Right.HANDLE_SITUATIONS)
def start(request: HttpRequest) -> HttpResponse:
    """Open a situation from alarms at once, where their rule says which kind; ask which one where it does not."""
    alarms = _alarms(request, request.POST.getlist("alarm"))
    kind = request.POST.get("kind", "") or _likely(alarms)
    query = "&".join(f"alarm={each.alarm.key}" for each in alarms)
    asking = redirect(f"{reverse('situations:new')}?{query}" if query else reverse("situations:new"))
    if not alarms or not kind:
        return asking
    opening = Opening(kind=kind, alarms=[each.alarm.key for each in alarms])
    try:
        situation = open_situation(user_of(request), opening, timezone.now(), language=language())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return asking
    messages.success(request, gettext("Situation %(key)s is open.") % {"key": situation.key})
    return redirect("situations:page", situation.key)


@require_POST
@requires(Right.HANDLE_SITUATIONS)
def merging(request: HttpRequest) -> HttpResponse:
    """Make the chosen situations one: the first that was opened."""
    chosen = sorted(request.POST.getlist("situation"))[: attaching.MANY_MAX]
    try:
        if not chosen:
            raise ValidationError(gettext("Choose two situations at least."))
        into = attaching.merge(user_of(request), chosen[0], chosen[1:], timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("situations:list")
    way = reverse("situations:undo", args=[into.log.order_by("-pk").values_list("act", flat=True)[0]])
    said = gettext("They are one now: %(key)s.") % {"key": into.key}
    messages.success(request, said, extra_tags=f"undo:{way}")
    return redirect("situations:page", into.key)


def _alarms(request: HttpRequest, keys: list[str]) -> list[Shown]:
    """Return those of some alarms that the reader may see."""
    return list(some_alarms(viewer_of(request), keys[:ALARMS_MAX], timezone.now(), language()).values())


def _likely(alarms: list[Shown]) -> str:
    """Return the kind that the gravest alarm's rule names, "" where none does."""
    known = current_kinds()
    for each in sorted(alarms, key=lambda shown: -shown.alarm.severity):
        named = str(each.alarm.edition.content.get("situation") or "")
        if named in known:
            return named
    return ""
