"""Lengths of time as ISO 8601 writes them, such as P3Y, P30D or PT15M."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_FORM = re.compile(
    r"P(?=\d|T\d)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time; months are counted on the calendar, the rest exactly."""

    months: int
    exact: timedelta

    def before(self, day: date) -> date:
        """Return the day this long before `day`; 29 to 31 become the last day of a shorter month."""
        return _add_months(day, -self.months) - self.exact

    def after(self, day: date) -> date:
        """Return the day this long after `day`; 29 to 31 become the last day of a shorter month."""
        return _add_months(day, self.months) + self.exact


def parse_duration(text: str) -> Duration:
    """Return the length of time that `text` states.

    Raises:
        ValueError: `text` is not an ISO 8601 duration.
    """
    found = _FORM.fullmatch(text)
    if found is None or text.endswith("T"):
        raise ValueError(f"{text!r} is not a duration; expected ISO 8601, such as P3Y, P6M, P30D or PT15M")
    number = {name: int(value or 0) for name, value in found.groupdict().items()}
    exact = timedelta(
        weeks=number["weeks"],
        days=number["days"],
        hours=number["hours"],
        minutes=number["minutes"],
        seconds=number["seconds"],
    )
    return Duration(months=12 * number["years"] + number["months"], exact=exact)


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
