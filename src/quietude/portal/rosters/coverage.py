"""Who is on call when: weekly turns and exceptions become spans of real time; where nobody is, there is a gap.

Turns are hours of the town's wall clock. Where the clocks change, 22:00 to 6:00 lasts seven hours in spring and nine in
autumn; the end of one turn and the beginning of the next at the same wall time are the same moment, so that a change of
the clocks makes neither a gap nor a doubled hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

LONGEST_TURN = timedelta(hours=24)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One person's hours on some days of each week; an end at or before the beginning is on the next day."""

    person: int
    days: frozenset[int]
    """Weekdays on which it begins, Monday is 0."""
    begins: time
    ends: time
    rank: int = 1
    """1 is called first, 2 where the first is not to be woken, and so on."""
    since: date = date.min
    until: date | None = None
    """Last day on which it begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An exception: somebody stands in for another, is there besides, or is away and nobody stands in."""

    begins_at: datetime
    ends_at: datetime
    person: int | None
    """Who is there instead; None where nobody is."""
    replaces: int | None = None
    """Whose turns it is about; None: the person is there besides."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A span of time in which the same persons are on call, in the order in which they are told; none is a gap."""

    begin: datetime
    end: datetime
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    begin: datetime
    end: datetime
    rank: int
    person: int


def segments(
    turns: Iterable[Turn], changes: Sequence[Change], begin: datetime, end: datetime, zone: ZoneInfo
) -> list[Segment]:
    """Return who is on call from one moment (aware) to another, whole: each moment lies in exactly one segment."""
    begin, end = begin.astimezone(UTC), end.astimezone(UTC)
    if end <= begin:
        return []
    spans = [span for turn in turns for span in _spans(turn, begin, end, zone)]
    cuts = {begin, end}
    for span in spans:
        cuts |= {span.begin, span.end}
    for change in changes:
        cuts |= {change.begins_at.astimezone(UTC), change.ends_at.astimezone(UTC)}
    inside = sorted(cut for cut in cuts if begin <= cut <= end)
    found: list[Segment] = []
    for since, until in pairwise(inside):
        people = _people(spans, changes, since)
        if found and found[-1].people == people:
            found[-1] = Segment(found[-1].begin, until, people)
        else:
            found.append(Segment(since, until, people))
    return found


def on_call(turns: Iterable[Turn], changes: Sequence[Change], at: datetime, zone: ZoneInfo) -> tuple[int, ...]:
    """Return who is on call at a moment (aware), in the order in which they are told."""
    moment = at.astimezone(UTC)
    return _people([span for turn in turns for span in _spans(turn, moment, moment, zone)], changes, moment)


def gaps(found: Iterable[Segment]) -> list[Segment]:
    """Return the segments in which nobody is on call."""
    return [each for each in found if not each.people]


def _spans(turn: Turn, begin: datetime, end: datetime, zone: ZoneInfo) -> Iterable[_Span]:
    day = max(begin.astimezone(zone).date() - LONGEST_TURN, turn.since)
    last = min(end.astimezone(zone).date(), turn.until or date.max)
    while day <= last:
        if day.weekday() in turn.days:
            ends_on = day if turn.ends > turn.begins else day + ONE_DAY
            since, until = _moment(day, turn.begins, zone), _moment(ends_on, turn.ends, zone)
            if since < until:
                yield _Span(since, until, turn.rank, turn.person)
        day += ONE_DAY


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the moment of a wall time; one that a day lacks in spring is an hour later, the first of two in autumn."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _people(spans: Iterable[_Span], changes: Sequence[Change], at: datetime) -> tuple[int, ...]:
    held = [(span.rank, span.person) for span in spans if span.begin <= at < span.end]
    for change in changes:
        if not change.begins_at <= at < change.ends_at:
            continue
        if change.replaces is None:
            held += [(1, change.person)] if change.person is not None else []
        else:
            kept = [(rank, change.person if who == change.replaces else who) for rank, who in held]
            held = [(rank, who) for rank, who in kept if who is not None]
    return tuple(dict.fromkeys(person for _, person in sorted(held)))
