"""Dates as people write them: `2019`, `2019-05`, `31/05/2019`, `mai-2019`, `30j`, `hier`, `cette-semaine`."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from quietude.model.filter.lexicon import plain

_DAY = timedelta(days=1)
_ALONE = re.compile(r"(19|20)\d\d( \d\d?){0,2}|\d\d?/\d\d?/(19|20)\d\d|[a-z]{3,9} (19|20)\d\d")
_UNITS: Mapping[str, tuple[str, ...]] = {
    "day": ("j", "jour", "jours", "d", "day", "days"),
    "week": ("s", "sem", "semaine", "semaines", "w", "week", "weeks"),
    "month": ("m", "mois", "month", "months"),
    "year": ("a", "an", "ans", "y", "year", "years"),
}
_MONTHS = (
    ("janvier", "january"),
    ("fevrier", "february"),
    ("mars", "march"),
    ("avril", "april"),
    ("mai", "may"),
    ("juin", "june"),
    ("juillet", "july"),
    ("aout", "august"),
    ("septembre", "september"),
    ("octobre", "october"),
    ("novembre", "november"),
    ("decembre", "december"),
)


@dataclass(frozen=True, slots=True)
class Period:
    """Local days from `first` to `last`, both included."""

    first: date
    last: date


def read_period(text: str, today: date) -> Period | None:
    """Return the days that a text names, a day, week, month, year or span `first..last`; None when it names none.

    `30j` (`30d`) is the span from 30 days ago to today, `3mois` from the same day of the month three months ago.
    """
    first, separator, last = text.partition("..")
    if separator:
        start, end = read_period(first, today), read_period(last, today)
        return Period(start.first, end.last) if start is not None and end is not None else None
    for read in (_calendar, _french_day, _named_month, _ago):
        try:
            period = read(text.strip(), today)
        except (ValueError, OverflowError):  # 30 February, month 13, before year 1
            return None
        if period is not None:
            return period
    return _named(text, today)


def read_instant(text: str, timezone: str) -> datetime | None:
    """Return the instant of an ISO date and time; without an offset it is the town's clock. None when it is none."""
    if not re.match(r"\d{4}-\d\d-\d\d[T ]\d\d", text):
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=ZoneInfo(timezone))


def looks_like_period(text: str) -> bool:
    """Tell whether a word that stands alone is meant as dates: a year, a month, a day or a name such as `hier`.

    A number of days (`30j`) needs a key: "5a" is as well the number of a house.
    """
    parts = [plain(part) if "/" not in part else part for part in text.split("..")]
    return len(parts) <= 2 and all(_ALONE.fullmatch(part) or part in _all_names() for part in parts)


def _all_names() -> set[str]:
    return {plain(name) for names, _ in _NAMED for name in names}


def period_names(language: str) -> tuple[str, ...]:
    """Return the names of periods that hang on today, as they are suggested."""
    return tuple(names[0 if language == "fr" else 1] for names, _ in _NAMED)


def _calendar(text: str, _today: date) -> Period | None:
    found = re.fullmatch(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?", text)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None  # noqa: S101 - the pattern's first group is not optional
    if day is not None and month is not None:
        return _one(date(year, month, day))
    return _month(date(year, month, 1)) if month is not None else Period(date(year, 1, 1), date(year, 12, 31))


def _french_day(text: str, _today: date) -> Period | None:
    found = re.fullmatch(r"(\d\d?)/(\d\d?)/(\d{4})", text)
    return _one(date(int(found[3]), int(found[2]), int(found[1]))) if found is not None else None


def _named_month(text: str, _today: date) -> Period | None:
    found = re.fullmatch(r"([a-z]+) (\d{4})", plain(text))
    if found is None:
        return None
    for number, names in enumerate(_MONTHS, start=1):
        if found[1] in names:
            return _month(date(int(found[2]), number, 1))
    return None


def _ago(text: str, today: date) -> Period | None:
    found = re.fullmatch(r"(\d{1,5}) ?([a-z]+)", plain(text))
    if found is None:
        return None
    count = int(found[1])
    unit = next((name for name, words in _UNITS.items() if found[2] in words), None)
    if unit is None:
        return None
    if unit in {"day", "week"}:
        return Period(today - _DAY * count * (7 if unit == "week" else 1), today)
    return Period(_months_before(today, count * (12 if unit == "year" else 1)), today)


def _months_before(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _one(day: date) -> Period:
    return Period(day, day)


def _week(day: date) -> Period:
    monday = day - _DAY * day.weekday()
    return Period(monday, monday + _DAY * 6)


def _month(day: date) -> Period:
    return Period(day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))


def _year(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31))


_NAMED: tuple[tuple[tuple[str, str], Callable[[date], Period]], ...] = (
    (("aujourd'hui", "today"), _one),
    (("hier", "yesterday"), lambda today: _one(today - _DAY)),
    (("avant-hier", "day-before-yesterday"), lambda today: _one(today - _DAY * 2)),
    (("cette-semaine", "this-week"), _week),
    (("semaine-dernière", "last-week"), lambda today: _week(today - _DAY * 7)),
    (("ce-mois", "this-month"), _month),
    (("mois-dernier", "last-month"), lambda today: _month(today.replace(day=1) - _DAY)),
    (("cette-année", "this-year"), lambda today: _year(today.year)),
    (("année-dernière", "last-year"), lambda today: _year(today.year - 1)),
)


def _named(text: str, today: date) -> Period | None:
    wanted = plain(text)
    for names, days in _NAMED:
        if wanted in {plain(name) for name in names}:
            return days(today)
    return None
