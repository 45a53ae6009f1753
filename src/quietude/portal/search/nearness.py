"""Where nearness is measured from: a place that the address says, or the one that the search is about."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from quietude.portal.search.answering import Answer, Papers, Way

KEY = "from"
_PLACE = re.compile(r"\s*([+-]?\d{1,2}(?:\.\d{1,15})?)\s*,\s*([+-]?\d{1,3}(?:\.\d{1,15})?)\s*")
LAT_MAX, LON_MAX = 90.0, 180.0


class PlaceError(ValueError):
    """The address says no place: the message says what it should say."""


def place_of(text: str) -> tuple[float, float] | None:
    """Return (lon_deg, lat_deg) for "latitude,longitude", None for nothing.

    Raises:
        PlaceError: it is something else.
    """
    if not text.strip():
        return None
    found = _PLACE.fullmatch(text)
    lat, lon = (float(found[1]), float(found[2])) if found is not None else (math.inf, math.inf)
    if abs(lat) > LAT_MAX or abs(lon) > LON_MAX:
        raise PlaceError(_("“from” is no place. Write latitude,longitude in degrees, such as 43.2965,5.3698."))
    return lon, lat


def carried(answer: Answer, place: tuple[float, float] | None) -> Answer:
    """Return an answer whose links keep the place."""
    if place is None:
        return answer
    return replace(
        answer,
        facets=tuple((title, _kept(ways, place)) for title, ways in answer.facets),
        chips=_kept(answer.chips, place),
        ways=_kept(answer.ways, place),
        meant=next(iter(_kept([answer.meant], place)), None) if answer.meant is not None else None,
        steps={name: _with(address, place) for name, address in answer.steps.items()},
        tabs=tuple((next(iter(_kept([way], place))), is_shown) for way, is_shown in answer.tabs),
        papers=_papers(answer.papers, place) if answer.papers is not None else None,
    )


def _papers(papers: Papers, place: tuple[float, float]) -> Papers:
    facets = tuple((title, _kept(ways, place)) for title, ways in papers.facets)
    return replace(papers, facets=facets, everything=_with(papers.everything, place))


def _kept(ways: Sequence[Way], place: tuple[float, float]) -> tuple[Way, ...]:
    return tuple(replace(way, address=_with(way.address, place)) for way in ways)


def _with(address: str, place: tuple[float, float]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{KEY}={place[1]:.5f},{place[0]:.5f}"  # five digits are a metre
