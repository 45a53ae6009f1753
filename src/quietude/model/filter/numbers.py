"""Hours, weekdays, severities, circles and outlines as they are written, in the text form and the URL form alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from quietude.model.event import SEVERITIES
from quietude.model.filter.lexicon import WEEKDAYS, WEEKEND, value_of
from quietude.model.filter.question import POLYGON_CORNERS, Box, Near, Polygon

HOURS_A_DAY = 24
DAYS_A_WEEK = 7
_KILOMETRE_M = 1000.0


def read_hours(text: str) -> tuple[int, ...] | None:
    """Return the hours of `14` (from 14:00 to 15:00) or `22-6` (from 22:00 to 6:00); None when it is neither."""
    found = re.fullmatch(r"(\d\d?)\s*h?(?:\s*-\s*(\d\d?)\s*h?)?", text.strip().lower())
    if found is None:
        return None
    first = int(found[1])
    if found[2] is None:
        return (first,) if first < HOURS_A_DAY else None
    end = int(found[2])
    if first >= HOURS_A_DAY or end > HOURS_A_DAY or first == end:
        return None
    return tuple(hour % HOURS_A_DAY for hour in range(first, end if end > first else end + HOURS_A_DAY))


def hours_text(hours: Iterable[int]) -> list[str]:
    """Return the spans that `read_hours` reads as these hours, over midnight where they go on."""
    return [f"{first}-{last + 1}" if first != last else str(first) for first, last in _runs(hours, HOURS_A_DAY)]


def _runs(values: Iterable[int], cycle: int) -> list[tuple[int, int]]:
    """Return the (first, last) of each run of values that follow each other, round the cycle but for a whole one."""
    runs: list[tuple[int, int]] = []
    for value in sorted(set(values)):
        if runs and runs[-1][1] == value - 1:
            runs[-1] = (runs[-1][0], value)
        else:
            runs.append((value, value))
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][1] == cycle - 1:
        first, last = runs.pop(), runs.pop(0)
        runs.append((first[0], last[1]))
    return runs


def read_weekdays(text: str) -> tuple[int, ...] | None:
    """Return the days (0 is Monday) of `samedi`, `lundi-vendredi`, `week-end`; None when it is none."""
    if value_of(WEEKEND, text) is not None:
        return (5, 6)
    days = [value_of(WEEKDAYS, part) for part in re.split(r"\s*-\s*", text)]
    if None in days or len(days) > 2:
        return None
    first, last = int(days[0] or 0), int(days[-1] or 0)
    return tuple(day % DAYS_A_WEEK for day in range(first, last + 1 + (DAYS_A_WEEK if last < first else 0)))


def read_severities(text: str, compare: str | None) -> tuple[int | None, int | None] | None:
    """Return (lowest, highest) of `3`, `2-4`, or a number after `>=`, `>`, `<=`, `<`; None when it is no severity."""
    found = re.fullmatch(r"(\d)(?:\s*-\s*(\d))?", text.strip())
    if found is None or (compare not in {None, "="} and found[2] is not None):
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    bounds: tuple[int | None, int | None]
    match compare:
        case ">=" | "≥":
            bounds = (first, None)
        case ">":
            bounds = (first + 1, None)
        case "<=" | "≤":
            bounds = (None, first)
        case "<":
            bounds = (None, first - 1)
        case _:
            bounds = (first, last)
    return bounds if all(bound is None or bound in SEVERITIES for bound in bounds) else None


def read_near(text: str) -> Near | None:
    """Return the circle of `latitude,longitude,300m` (or `1.5km`, or metres without a unit); None when it is none."""
    parts = [part.strip() for part in text.split(",")]
    found = re.fullmatch(r"(.+?)\s*(km|m)?", parts[-1].lower())
    if len(parts) != 3 or found is None:
        return None
    try:
        radius_m = float(found[1]) * (_KILOMETRE_M if found[2] == "km" else 1)
        return Near(float(parts[0]), float(parts[1]), radius_m)
    except ValueError:
        return None


def near_text(near: Near, unit: str = "m") -> str:
    """Return the text that `read_near` reads as this circle."""
    return f"{number_text(near.lat_deg)},{number_text(near.lon_deg)},{number_text(near.radius_m)}{unit}"


def read_outline(text: str) -> Box | Polygon | None:
    """Return the box between two opposite corners, or the outline of 3 to 64, written `lat,lon;lat,lon`; else None."""
    corners = []
    for written in text.split(";"):
        parts = written.split(",")
        if len(parts) != 2:
            return None
        try:
            lat_deg, lon_deg = float(parts[0]), float(parts[1])
        except ValueError:
            return None
        if not (-90 <= lat_deg <= 90 and -180 <= lon_deg <= 180):
            return None
        corners.append((lon_deg, lat_deg))
    if len(corners) == 2:
        (lon1, lat1), (lon2, lat2) = corners
        return Box(min(lon1, lon2), min(lat1, lat2), max(lon1, lon2), max(lat1, lat2))
    return tuple(corners) if len(corners) in POLYGON_CORNERS else None


def box_text(box: Box) -> str:
    """Return the text that `read_outline` reads as this box: its south-west and north-east corners."""
    return outline_text([(box.west_deg, box.south_deg), (box.east_deg, box.north_deg)])


def outline_text(corners: Sequence[tuple[float, float]]) -> str:
    """Return the text that `read_outline` reads as these (longitude, latitude) corners."""
    return ";".join(f"{number_text(lat_deg)},{number_text(lon_deg)}" for lon_deg, lat_deg in corners)


def number_text(value: float) -> str:
    """Return the shortest text that is read back as the same number."""
    return repr(float(value)).removesuffix(".0")
