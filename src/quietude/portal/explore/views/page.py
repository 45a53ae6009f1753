"""The page of Explore, with its first answer inside, and the answers to what is asked after it."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from quietude.model.filter.errors import FilterError
from quietude.model.filter.question import Filter
from quietude.model.filter.url import PARAMETERS
from quietude.portal.accounts.access import Right, requires, user_of
from quietude.portal.explore.ahead import read_ahead
from quietude.portal.explore.answers import Reader, Wish, ask
from quietude.portal.explore.changes import ChangeError
from quietude.portal.explore.freshness import answer_if_new, name_answer
from quietude.portal.explore.places import bounds
from quietude.portal.explore.presenting import present, without_words
from quietude.portal.explore.reading import language_of, reader_of, sees_places, selection_of, today
from quietude.portal.explore.saving import views_of
from quietude.portal.explore.selection import DISPLAY_KEYS, Colour, Mode, Selection, default_display
from quietude.portal.town import current_town, current_vocabulary, installation
from quietude.portal.ui.words import SEVERITIES
from quietude.store.api import StoreError

CHANGES = frozenset({"change", "add"})
"""Parameters that ask for a change of the selection: the page answers with the changed selection's address."""


def answered(request: HttpRequest, reader: Reader, selection: Selection) -> dict[str, Any]:
    """Return the presented answer to one selection."""
    display = selection.display
    wish = Wish(
        order=display.order,
        page=display.page,
        level=display.level if display.mode is Mode.ZONES else None,
        has_families=display.is_stacked or display.colour is Colour.FAMILY,
    )
    answer = ask(reader, selection.question, wish, today=today())
    return present(request, reader, selection, answer)


@require_GET
@requires(Right.EXPLORE)
def page(request: HttpRequest) -> HttpResponseBase:
    """Show a selection: the first list, bars and counter are in the page itself."""
    reader = reader_of(request)
    exact = sees_places(reader)
    problem = None
    try:
        selection = selection_of(request, reader)
    except (FilterError, ChangeError) as error:
        problem = said_of(error)
        selection = Selection(Filter(), default_display(reader.territory, exact=exact))
    if problem is None and CHANGES & request.GET.keys():
        return redirect(f"{reverse('explore:page')}?{selection.query(reader.territory, exact=exact)}")
    context: dict[str, Any] = {
        "problem": problem,
        "config": config_of(reader),
        "views": views_of(user_of(request)),
        "ignored": sorted(request.GET.keys() - PARAMETERS - CHANGES - set(DISPLAY_KEYS)),
    }
    status = 200 if problem is None else 400
    try:
        context["first"] = answered(request, reader, selection)
        context["data"] = without_words(context["first"])
    except StoreError as error:
        context["failure"] = str(error)
        status = 503
    return render(request, "explore/page.html", context | controls(request, reader, selection), status=status)


@require_GET
@requires(Right.EXPLORE, answers="data")
def answer(request: HttpRequest) -> HttpResponseBase:
    """Answer one selection, with changes made to it; what cannot be read comes back as `problem`."""
    reader = reader_of(request)
    try:
        selection = selection_of(request, reader)
    except (FilterError, ChangeError) as error:
        return JsonResponse({"problem": said_of(error)})

    def make() -> HttpResponse:
        started = time.perf_counter()
        read_ahead(reader, selection, request.headers.get("X-Map-Around", ""))
        try:
            response = JsonResponse(answered(request, reader, selection))
        except StoreError as error:
            return JsonResponse({"error": failure_of(error)}, status=503)
        response.headers["Server-Timing"] = f"answer;dur={(time.perf_counter() - started) * 1000:.1f}"
        return response

    name = name_answer("answer", reader.stamp, reader.rights, selection, language_of(), today())
    return answer_if_new(request, name, make)


def said_of(error: FilterError | ChangeError) -> dict[str, Any]:
    """Return what is wrong with a question, where and what to do, in the screen's language."""
    if isinstance(error, FilterError):
        language = language_of()
        return {"message": error.message(language), "position": error.position, "remedy": error.remedy(language)}
    return {"message": _("This part of the address cannot be read."), "remedy": str(error)}


def failure_of(error: StoreError) -> str:
    """Return what a failing store means for the reader."""
    return _("The facts cannot be read at the moment (%(reason)s). Nothing is lost; try again in a minute.") % {
        "reason": error
    }


def controls(request: HttpRequest, reader: Reader, selection: Selection) -> dict[str, Any]:
    """Return what the page's own controls show."""
    language = language_of()
    return {
        "display": selection.display,
        "modes": [
            (Mode.POINTS, _("Points"), "map-pin"),
            (Mode.HEAT, _("Heat"), "flame"),
            (Mode.HEXES, _("Hexagons"), "hexagon"),
            (Mode.ZONES, _("Zones"), "layers"),
        ],
        "levels": [(level.name, level.labels.get(language, level.name)) for level in reader.territory.levels],
        "exact": sees_places(reader),
        "can_export": user_of(request).holds(Right.EXPORT),
        "approximate": reader.territory.approximate,
    }


def config_of(reader: Reader) -> dict[str, Any]:
    """Return what web/src/islands/explore/types.ts calls a Config."""
    language = language_of()
    settings = installation()
    base = {"url": settings.tiles_url, "attribution": settings.tiles_attribution} if settings.tiles_url else None
    return {
        "urls": {
            "page": reverse("explore:page"),
            "answer": reverse("explore:answer"),
            "suggest": reverse("explore:suggest"),
            "hexes": reverse("explore:hexes"),
            "labels": reverse("explore:labels"),
            "card": reverse("explore:card", args=["ID"]),
            "here": reverse("explore:here"),
            "zoneTable": reverse("explore:zone_table"),
            "views": reverse("explore:views"),
        },
        "levels": [
            {
                "name": level.name,
                "label": level.labels.get(language, level.name),
                "zones": reverse("explore:zones", args=[level.name]),
                "population": any(zone.population for zone in level.zones),
            }
            for level in reader.territory.levels
        ],
        "bounds": bounds(reader.territory),
        "context": None,
        "baseMap": base,
        "approximate": current_town().territory.approximate,
        "families": [
            {"code": family.code, "label": family.label(language), "colour": family.colour}
            for family in current_vocabulary().families
        ],
        "severities": [str(SEVERITIES[level]) for level in range(1, 6)],
        "exact": sees_places(reader),
    }
