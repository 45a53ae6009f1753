"""When a rule rings by the town's clock: days and hours as spans of time, right over both changes of the clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from quietude.alarms.rule import DAYS, Calendar
from quietude.alarms.spans import Spans
from quietude.alarms.window import micros_at, moment_at

LONGEST_DAYS = 1  # a span that begins on one day ends on the next at the latest


def open_hours(calendar: Calendar, timezone: str, since: int, until: int) -> Spans:
    """Return the spans of a calendar that touch [since, until), in microseconds."""
    zone = ZoneInfo(timezone)
    first, hours = calendar.from_to
    day = moment_at(since).astimezone(zone).date() - timedelta(days=LONGEST_DAYS)
    last = moment_at(until).astimezone(zone).date()
    pairs = []
    while day <= last:
        if DAYS[day.weekday()] in calendar.days:
            pairs.append((_at(day, first, zone), _end(day, first + hours, zone)))
        day += timedelta(days=1)
    return Spans.pairs(pairs)


def _end(day: date, hour: int, zone: ZoneInfo) -> int:
    return _at(day + timedelta(days=hour // 24), hour % 24, zone)


def _at(day: date, hour: int, zone: ZoneInfo) -> int:
    return micros_at(datetime.combine(day, time(hour), tzinfo=zone))
