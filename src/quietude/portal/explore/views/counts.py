"""The counts of a selection, as a page of tables and as data: small counts of what may not be listed are not told."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from quietude.model.filter.errors import FilterError
from quietude.portal.accounts.access import Right, requires
from quietude.portal.explore.answers import Reader
from quietude.portal.explore.changes import ChangeError
from quietude.portal.explore.counting import Counted, count, cross, dimensions, lines, names
from quietude.portal.explore.freshness import answer_if_new, name_answer
from quietude.portal.explore.reading import language_of, reader_of, selection_of, text_of
from quietude.portal.explore.selection import filter_query
from quietude.portal.explore.views.page import said_of

OWN = frozenset({"by", "across"})
"""What the address says beside the selection."""


def wished(request: HttpRequest, reader: Reader) -> tuple[str, ...]:
    """Return the dimensions that the address asks for: one, or two that differ.

    Raises:
        Http404: there is no such dimension.
    """
    there = dimensions(reader, language_of())
    by = request.GET.get("by") or next(iter(there))
    across = request.GET.get("across") or ""
    if by not in there or (across and across not in there):
        raise Http404
    return (by, across) if across and across != by else (by,)


@require_GET
@requires(Right.EXPLORE)
def page(request: HttpRequest) -> HttpResponseBase:
    """Show the counts of a selection by one dimension, or by two of them."""
    reader, language = reader_of(request), language_of()
    by = wished(request, reader)
    there = dimensions(reader, language)
    try:
        question = selection_of(request, reader).question
    except (FilterError, ChangeError) as error:
        return render(request, "explore/counts.html", {"problem": said_of(error)}, status=400)
    counted = count(reader, question, by)
    context: dict[str, Any] = {
        "text": text_of(question),
        "asked": filter_query(question),
        "by": by[0],
        "across": by[1] if len(by) > 1 else "",
        "dimensions": there,
        "parameters": [(name, value) for name, values in request.GET.lists() if name not in OWN for value in values],
        "titles": [there[name] for name in by],
        "tally": counted.tally,
        "refusal": counted.refusal,
        "has_counted": bool(reader.viewer.counted),
        "least": reader.viewer.least,
    }
    if len(by) > 1:
        context["cross"] = cross(counted.tally, *(names(name, reader, language) for name in by))
    else:
        context["lines"] = lines(counted.tally, names(by[0], reader, language))
    return render(request, "explore/counts.html", context)


@require_GET
@requires(Right.EXPLORE, answers="data")
def data(request: HttpRequest) -> HttpResponseBase:
    """Return the counts of a selection by one dimension, or by two of them."""
    reader = reader_of(request)
    by = wished(request, reader)
    try:
        question = selection_of(request, reader).question
    except (FilterError, ChangeError) as error:
        return JsonResponse({"error": said_of(error)["message"]}, status=400)

    def make() -> HttpResponse:
        return JsonResponse(as_data(count(reader, question, by), reader.viewer.least))

    return answer_if_new(request, name_answer("counts", reader.stamp, reader.rights, question, by), make)


def as_data(counted: Counted, least: int) -> dict[str, Any]:
    """Return counts as data: of what may be listed exactly, of what may only be counted as it is told."""
    tally = counted.tally
    return {
        "by": list(tally.by),
        "least": least,
        "listed": tally.listed,
        "counted": _cell(tally.counted),
        "told": tally.is_told and counted.refusal is None,
        "refusal": counted.refusal,
        "rows": [
            {"key": [str(part) if part is not None else None for part in row.key], "listed": row.listed}
            | {"counted": _cell(row.counted)}
            for row in tally.rows
        ],
    }


def _cell(cell: Any) -> dict[str, Any] | None:
    return None if cell is None else {"told": cell.told.value, "count": cell.count}
