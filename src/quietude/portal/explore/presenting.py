"""An answered selection as the page and its scripts want it: words, rows and numbers in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from shapely.geometry import mapping

from quietude.portal.accounts.access import Right, user_of
from quietude.portal.explore.answers import Answer, Reader
from quietude.portal.explore.area import area_of, bounds_of
from quietude.portal.explore.chips import chips
from quietude.portal.explore.counting import counted_beside
from quietude.portal.explore.freshness import name_answer
from quietude.portal.explore.paging import PAGE_ROWS, Order
from quietude.portal.explore.places import ZoneCount, quantile_classes
from quietude.portal.explore.reading import language_of, sees_places, text_of
from quietude.portal.explore.selection import Colour, Selection, filter_query
from quietude.portal.explore.timeline import OTHERS, Grain, Timeline
from quietude.portal.town import current_town, current_vocabulary
from quietude.portal.ui.facts import fact_views


def present(request: HttpRequest, reader: Reader, selection: Selection, answer: Answer) -> dict[str, Any]:
    """Return what web/src/islands/explore/types.ts calls an Answer."""
    language, exact = language_of(), sees_places(reader)
    question, display = selection.question, selection.display
    asked = filter_query(question)
    text = text_of(question)
    return {
        "query": selection.query(reader.territory, exact=exact),
        "filter": asked,
        "text": text,
        "title": title_of(text),
        "total": answer.total,
        "unlocated": answer.unlocated,
        "html": words_of(request, reader, selection, answer),
        "rows": rows_of(answer),
        "timeline": timeline_of(answer, selection, language),
        "map": {
            "mode": display.mode,
            "level": display.level,
            "measure": display.measure,
            "colour": display.colour,
            "at": display.at,
        },
        "zones": zones_of(answer, selection),
        "area": mapping(area) if (area := area_of(question)) is not None else None,
        "bounds": bounds_of(question, reader.territory),
        "severities": severities_of(selection),
        "categories": list(question.categories.any_of),
        "tiles": tiles_address(reader, asked, display.colour),
    }


def without_words(presented: dict[str, Any]) -> dict[str, Any]:
    """Return the answer without the pieces of page: the page that carries it has them already."""
    return {**presented, "html": {"chips": "", "summary": "", "list": ""}}


def title_of(text: str) -> str:
    """Return the title of the browser's window."""
    return " · ".join(part for part in (text, _("Explore"), str(current_town().title.say(language_of()))) if part)


def state_of(reader: Reader) -> str:
    """Return the short name of the facts as they are and as the reader may see them."""
    return name_answer(reader.stamp, reader.rights)[1:13]


def tiles_address(reader: Reader, asked: str, colour: Colour) -> str:
    """Return the template of the selection's tiles; it changes with the facts and the reader's rights."""
    told = "colour=family" if colour is Colour.FAMILY else ""
    parts = (asked, told, f"state={state_of(reader)}")
    return f"{reverse('explore:page')}tiles/{{z}}/{{x}}/{{y}}.mvt?" + "&".join(part for part in parts if part)


def words_of(request: HttpRequest, reader: Reader, selection: Selection, answer: Answer) -> dict[str, str]:
    """Return the pieces of page that the answer replaces."""
    language, exact = language_of(), sees_places(reader)
    page = selection.query(reader.territory, exact=exact)
    context = {
        "answer": answer,
        "counted": counted_beside(reader, selection.question),
        "facts": fact_views(answer.rows, language),
        "chips": chips(selection, reader.territory, exact=exact, language=language),
        "query": page,
        "asked": filter_query(selection.question),
        "order": selection.display.order,
        "orders": [
            (Order.NEWEST, _("Newest first")),
            (Order.OLDEST, _("Oldest first")),
            (Order.SEVERITY, _("Most serious first")),
        ],
        "first": (answer.page - 1) * PAGE_ROWS + 1,
        "last": min(answer.page * PAGE_ROWS, answer.total),
        "steps": steps_of(selection, answer, reader, exact=exact),
        "can_export": user_of(request).holds(Right.EXPORT),
        "exact": exact,
        "has_facts": answer.data is not None,
        "has_zones": bool(selection.question.zones.any_of),
    }
    return {  # without the request: what every page shows around its content is asked of the database
        "chips": render_to_string("explore/chips.html", context),
        "summary": render_to_string("explore/summary.html", context),
        "list": render_to_string("explore/list.html", context),
    }


def steps_of(selection: Selection, answer: Answer, reader: Reader, *, exact: bool) -> dict[str, str | None]:
    """Return the queries of the pages one can go to; None where there is none."""

    def page(number: int) -> str | None:
        if not 1 <= number <= answer.pages or number == answer.page:
            return None
        return Selection(selection.question, replace(selection.display, page=number)).query(
            reader.territory, exact=exact
        )

    return {
        "first": page(1),
        "before": page(answer.page - 1),
        "after": page(answer.page + 1),
        "last": page(answer.pages),
    }


def rows_of(answer: Answer) -> list[dict[str, Any]]:
    """Return where and when the rows of the list are, for the map and the time line."""
    shown = answer.rows.select(["id", "day", "lon_deg", "lat_deg", "severity"]).to_pylist()
    return [
        {
            "id": row["id"],
            "day": row["day"].isoformat(),
            "lon": row["lon_deg"],
            "lat": row["lat_deg"],
            "severity": row["severity"],
        }
        for row in shown
    ]


def question_period(selection: Selection, answer: Answer) -> tuple[str, str] | None:
    """Return the days of the period, or None when there is none."""
    question = selection.question
    if question.since is None and question.until is None:
        return None
    domain = answer.data or answer.timeline.domain
    since = question.since or domain.first
    until = question.until or domain.last
    return since.isoformat()[:10], until.isoformat()[:10]


def timeline_of(answer: Answer, selection: Selection, language: str) -> dict[str, Any]:
    """Return the bars with their names."""
    timeline = answer.timeline
    vocabulary = current_vocabulary()

    def named(code: str) -> tuple[str, int | None]:
        if code == OTHERS:
            return _("Others"), None
        return vocabulary.label(code, language), vocabulary.family(code).colour

    return {
        "grain": timeline.grain,
        "starts": [start.isoformat() for start in timeline.starts],
        "ends": [end_of(start, timeline.grain).isoformat() for start in timeline.starts],
        "labels": bar_labels(timeline),
        "around": timeline.around,
        "selected": timeline.selected,
        "families": [
            {"code": code, "label": named(code)[0], "colour": named(code)[1], "counts": counts}
            for code, counts in timeline.families.items()
        ],
        "period": question_period(selection, answer),
        "asked": [
            bound.isoformat()[:10] if bound is not None else None
            for bound in (selection.question.since, selection.question.until)
        ],
        "data": (answer.data.first.isoformat(), answer.data.last.isoformat()) if answer.data is not None else None,
    }


def end_of(start: date, grain: Grain) -> date:
    """Return the last day of the bar that begins on a day."""
    if grain is Grain.DAY:
        return start
    if grain is Grain.WEEK:
        return start + timedelta(days=6)
    if grain is Grain.MONTH:
        following = date(start.year + start.month // 12, start.month % 12 + 1, 1)
        return following - timedelta(days=1)
    return date(start.year, 12, 31)


def bar_labels(timeline: Timeline) -> list[str]:
    """Return the name of each bar, as the axis, the table and the pointer say it."""
    forms = {Grain.DAY: "j N Y", Grain.WEEK: "j N Y", Grain.MONTH: "N Y", Grain.YEAR: "Y"}
    return [date_format(start, forms[timeline.grain]) for start in timeline.starts]


def zones_of(answer: Answer, selection: Selection) -> dict[str, Any] | None:
    """Return the counts by zone and the classes of their colours; None when the map does not show zones."""
    if not answer.zones:
        return None
    level = selection.display.level
    return {
        "level": level,
        "rows": [zone_row(row) for row in answer.zones],
        "outside": answer.outside,
        "breaks": {
            "count": quantile_classes([row.count for row in answer.zones], are_counts=True),
            "rate": quantile_classes([row.per_1000 or 0.0 for row in answer.zones]),
        },
        "chosen": [code for name, code in selection.question.zones.any_of if name == level],
    }


def zone_row(row: ZoneCount) -> Mapping[str, Any]:
    """Return one zone for the map."""
    rate = round(row.per_1000, 2) if row.per_1000 is not None else None
    return {"code": row.code, "name": row.name, "count": row.count, "rate": rate}


def severities_of(selection: Selection) -> tuple[int, int] | None:
    """Return the severities asked for, or None for all."""
    low, high = selection.question.severity_from, selection.question.severity_to
    return None if low is None and high is None else (low or 1, high or 5)
