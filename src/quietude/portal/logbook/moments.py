"""Times as people write them at night: "14h05", "il y a 10 min", "hier 23h", or nothing for now."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

NOW_WORDS = {"", "now", "maintenant", "à l'instant", "a l'instant", "just now"}
DAYS_BACK = {"hier": 1, "yesterday": 1, "avant-hier": 2, "aujourd'hui": 0, "today": 0}
_CLOCK = r"(?P<hour>[01]?\d|2[0-4])\s*(?:h|:|\.)\s*(?P<minute>[0-5]\d)?(?::(?P<second>[0-5]\d))?"
_ONLY_CLOCK = re.compile(rf"(?:à\s*)?{_CLOCK}")
_AGO_FR = re.compile(
    r"(?:il y a|y a|ya)\s+(?P<count>\d{1,3}|une?|un quart d'heure|une demi[- ]heure)\s*(?P<unit>min\w*|mn|h\w*|j\w*)?"
)
_AGO_EN = re.compile(r"(?P<count>\d{1,3}|an?)\s*(?P<unit>min\w*|h\w*|d\w*)\s+ago")
_SHORT_AGO = re.compile(r"-\s*(?P<count>\d{1,3})\s*(?P<unit>min|mn|m|h)?")
_DATED = re.compile(
    rf"(?P<day>\d{{1,2}})[/.](?P<month>\d{{1,2}})(?:[/.](?P<year>\d{{4}}|\d{{2}}))?(?:\s*(?:à\s*)?{_CLOCK})?"
)
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:[t ](?P<hour>\d{2}):(?P<minute>\d{2}))?")
_NAMED = re.compile(rf"(?P<name>avant-hier|hier|aujourd'hui|yesterday|today)(?:\s*(?:à|at)?\s*{_CLOCK})?")
_FOUR = re.compile(r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)")
SPANS = {"quart": timedelta(minutes=15), "demi": timedelta(minutes=30)}


class MomentError(ValueError):
    """A time cannot be understood."""


def moment_of(text: str, *, now: datetime, timezone: str) -> datetime:
    """Return the moment that a text means, in UTC.

    A time of day without a date is the last such moment that is not more than ten minutes ahead: at 00:10, "23h50"
    was yesterday. An hour that summer time left out is read one hour later; one that comes twice is the first.

    Args:
        text: what was typed; nothing means now.
        now: the present, aware.
        timezone: the town's (IANA name).

    Raises:
        MomentError: the text is no time.
    """
    said = " ".join(text.strip().lower().replace("’", "'").split())
    if said in NOW_WORDS:
        return now.astimezone(UTC)
    local = now.astimezone(ZoneInfo(timezone))
    for form, read in _FORMS:
        found = form.fullmatch(said)
        if found is not None:
            try:
                return read(found.groupdict(), local).astimezone(UTC)
            except (ValueError, OverflowError) as error:
                raise MomentError(text) from error
    raise MomentError(text)


def _at(local: datetime, *, year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    days, hour = divmod(hour, 24)  # "24h00" is midnight at the end of the day
    wall = datetime(year, month, day, hour, minute, tzinfo=local.tzinfo) + timedelta(days=days)
    return wall.astimezone(UTC).astimezone(local.tzinfo)  # through UTC: an hour left out becomes the next one


def _clock(parts: dict[str, str | None], local: datetime) -> datetime:
    found = _at(
        local, year=local.year, month=local.month, day=local.day, hour=_int(parts, "hour"), minute=_int(parts, "minute")
    )
    if found > local + timedelta(minutes=10):
        before = local - timedelta(days=1)
        return _at(
            local,
            year=before.year,
            month=before.month,
            day=before.day,
            hour=_int(parts, "hour"),
            minute=_int(parts, "minute"),
        )
    return found


def _ago(parts: dict[str, str | None], local: datetime) -> datetime:
    count = parts.get("count") or ""
    for word, span in SPANS.items():
        if word in count:
            return local - span
    number = int(count) if count.isdecimal() else 1
    unit = (parts.get("unit") or "min")[0]
    span = {"m": timedelta(minutes=number), "h": timedelta(hours=number)}.get(unit, timedelta(days=number))
    return (local.astimezone(UTC) - span).astimezone(local.tzinfo)


def _dated(parts: dict[str, str | None], local: datetime) -> datetime:
    year = _int(parts, "year") or local.year
    year += 2000 if year < 100 else 0
    return _at(
        local,
        year=year,
        month=_int(parts, "month"),
        day=_int(parts, "day"),
        hour=_int(parts, "hour"),
        minute=_int(parts, "minute"),
    )


def _named(parts: dict[str, str | None], local: datetime) -> datetime:
    day = local - timedelta(days=DAYS_BACK[parts["name"] or ""])
    return _at(
        local, year=day.year, month=day.month, day=day.day, hour=_int(parts, "hour"), minute=_int(parts, "minute")
    )


def _int(parts: dict[str, str | None], name: str) -> int:
    return int(parts.get(name) or 0)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[dict[str, str | None], datetime], datetime]], ...] = (
    (_ISO, _dated),
    (_DATED, _dated),
    (_NAMED, _named),
    (_AGO_FR, _ago),
    (_AGO_EN, _ago),
    (_SHORT_AGO, _ago),
    (_ONLY_CLOCK, _clock),
    (_FOUR, _clock),
)
