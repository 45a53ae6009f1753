"""A roster as a page shows it: days of a week or month of the town, who is on call in each, the gaps marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from quietude.portal.accounts.models import User
from quietude.portal.rosters.coverage import Segment, gaps
from quietude.portal.rosters.models import Roster
from quietude.portal.rosters.reading import coverage_of, town_zone

LOOK_AHEAD = timedelta(days=14)
"""How far ahead the list of rosters looks for gaps."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a day in which the same persons are on call."""

    begin: datetime
    end: datetime
    people: tuple[User, ...]

    @property
    def is_gap(self) -> bool:
        """Tell whether nobody is on call."""
        return not self.people

    @property
    def hours(self) -> str:
        """Return from when to when, by the town's clock, such as "20:00–24:00"."""
        begin, end = self.begin.astimezone(town_zone()), self.end.astimezone(town_zone())
        return f"{begin:%H:%M}–{'24:00' if end.time() == time() else f'{end:%H:%M}'}"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the town."""

    day: date
    pieces: tuple[Piece, ...]
    is_inside: bool
    """Whether it is of the month that is shown; weeks are shown whole."""

    @property
    def has_gap(self) -> bool:
        """Tell whether nobody is on call during some of it."""
        return any(piece.is_gap for piece in self.pieces)

    @property
    def people(self) -> tuple[User, ...]:
        """Return who is on call on it, each once, in their order."""
        return tuple(dict.fromkeys(person for piece in self.pieces for person in piece.people))


@dataclass(frozen=True, slots=True)
class Shown:
    """The days of a week or month, and the way to those before and after."""

    view: str
    first: date
    weeks: tuple[tuple[Day, ...], ...]
    before: date
    after: date

    @property
    def days(self) -> tuple[Day, ...]:
        """Return the days, in order."""
        return tuple(day for week in self.weeks for day in week)


def week_of(roster: Roster, day: date) -> Shown:
    """Return the week in which a day lies."""
    first = day - timedelta(days=day.weekday())
    days = _days(roster, first, first + WEEK)
    return Shown("week", first, (days,), first - WEEK, first + WEEK)


def month_of(roster: Roster, day: date) -> Shown:
    """Return the month in which a day lies, in whole weeks."""
    first = day.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    begin = first - timedelta(days=first.weekday())
    end = after + timedelta(days=-after.weekday() % 7)
    days = _days(roster, begin, end, month=first.month)
    weeks = tuple(days[place : place + 7] for place in range(0, len(days), 7))
    return Shown("month", first, weeks, (first - timedelta(days=1)).replace(day=1), after)


def gaps_ahead(roster: Roster, now: datetime) -> list[Segment]:
    """Return when nobody will be on call, within two weeks; none where nobody has to be."""
    if not (roster.must_cover and roster.is_open):
        return []
    return gaps(coverage_of(roster, now, now + LOOK_AHEAD))


def _days(roster: Roster, begin: date, end: date, *, month: int | None = None) -> tuple[Day, ...]:
    found = coverage_of(roster, _midnight(begin), _midnight(end))
    known = User.objects.in_bulk({who for segment in found for who in segment.people})
    made = []
    day = begin
    while day < end:
        made.append(Day(day, _pieces(found, known, day), month is None or day.month == month))
        day += timedelta(days=1)
    return tuple(made)


def _pieces(found: Sequence[Segment], known: Mapping[int, User], day: date) -> tuple[Piece, ...]:
    since, until = _midnight(day), _midnight(day + timedelta(days=1))
    return tuple(
        Piece(max(each.begin, since), min(each.end, until), tuple(known[who] for who in each.people))
        for each in found
        if each.begin < until and since < each.end
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=town_zone()).astimezone(UTC)
