"""The pages of series: which a source has, and what one of them says."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from quietude.portal.accounts.access import Right, requires
from quietude.portal.measures.reading import PERIODS, heard, played_and_real, series_of
from quietude.portal.rights.standing import viewer_of
from quietude.portal.town import current_store, current_town
from quietude.sources.api import Manifest


def _manifest(name: str) -> Manifest:
    manifest = current_town().sources.get(name)
    if manifest is None or manifest.kind != "observations":
        raise Http404
    return manifest


@require_GET
@requires(Right.SEE_SOURCES)
def several(request: HttpRequest, name: str) -> HttpResponse:
    """List the series of a source, with the freshest value of each."""
    manifest = _manifest(name)
    shown = {"name": name, "manifest": manifest, "title": manifest.title.say(get_language() or "fr")}
    there = played_and_real(viewer_of(request), manifest)
    played = [row for row in there if row["mark"]]
    return render(
        request, "measures/several.html", shown | {"rows": [row for row in there if not row["mark"]], "played": played}
    )


@require_GET
@requires(Right.SEE_SOURCES)
def one(request: HttpRequest, name: str, sensor: str, quantity: str) -> HttpResponse:
    """Show what a series says over a period: curve, table, quality, freshness."""
    manifest, viewer = _manifest(name), viewer_of(request)
    mark = request.GET.get("exercise", "")
    there = series_of(viewer, manifest, mark=mark)
    row = next((each for each in there if (each["sensor"], each["quantity"]) == (sensor, quantity)), None)
    if row is None:
        raise Http404
    period = request.GET.get("period", "day")
    length = PERIODS[period if period in PERIODS else "day"][1]
    until = _until(request.GET.get("until", ""), row["last"])
    shown = {
        "name": name,
        "manifest": manifest,
        "title": manifest.title.say(get_language() or "fr"),
        "row": row,
        "kept": urlencode({"exercise": mark}) if mark else "",
        "period": period if period in PERIODS else "day",
        "periods": [(key, label) for key, (label, _length) in PERIODS.items()],
        "heard": heard(viewer, row["series"], until - length, until),
        "since": until - length,
        "until": until,
        "earlier": until - length,
        "later": min(until + length, row["last"] + MOMENT) if until <= row["last"] else None,
        "now": timezone.now(),
        "values_gone": current_store().values_gone(name),
    }
    return render(request, "measures/one.html", shown)


MOMENT = timedelta(microseconds=1)


def _until(said: str, last: datetime) -> datetime:
    """Return the end of the period that is asked for: that of the newest value where none is, or none that can be."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return last + MOMENT
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(current_town().timezone))
