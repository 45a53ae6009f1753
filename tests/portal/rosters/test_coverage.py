"""Who is on call when: no moment is doubled or lost, over changes of the clocks too; gaps are where nobody is."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from quietude.portal.rosters.coverage import Change, Segment, Turn, gaps, on_call, segments

PARIS = ZoneInfo("Europe/Paris")
ALL = frozenset(range(7))
SPRING = date(2026, 3, 29)
"""2:00 becomes 3:00."""
AUTUMN = date(2026, 10, 25)
"""3:00 becomes 2:00."""
HOUR = timedelta(hours=1)
NIGHT = Turn(person=1, days=ALL, begins=time(22), ends=time(6))
DAY = Turn(person=2, days=ALL, begins=time(6), ends=time(22))

turns = st.builds(
    Turn,
    person=st.integers(1, 4),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    begins=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    ends=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    rank=st.integers(1, 3),
)
moments = st.datetimes(datetime(2026, 3, 20), datetime(2026, 11, 5)).map(  # noqa: DTZ001  # given its zone in the same breath
    lambda at: at.replace(tzinfo=UTC)
)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    begin = draw(moments)
    person = draw(st.none() | st.integers(1, 4))
    replaces = draw(st.integers(1, 4)) if person is None else draw(st.none() | st.integers(1, 4))
    return Change(
        begins_at=begin, ends_at=begin + timedelta(hours=draw(st.integers(1, 80))), person=person, replaces=replaces
    )


def local(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=PARIS)


def whole(day: date) -> list[Segment]:
    found = segments([NIGHT, DAY], [], local(day - timedelta(days=1), 12), local(day + timedelta(days=1), 12), PARIS)
    assert gaps(found) == []
    return found


def test_a_night_of_spring_lasts_seven_hours_and_leaves_no_gap() -> None:
    (night,) = [each for each in whole(SPRING) if each.people == (1,) and each.begin < local(SPRING, 3)]
    assert night.end - night.begin == 7 * HOUR
    assert night.end == datetime(2026, 3, 29, 4, tzinfo=UTC)


def test_a_night_of_autumn_lasts_nine() -> None:
    (night,) = [each for each in whole(AUTUMN) if each.people == (1,) and each.begin < local(AUTUMN, 1)]
    assert night.end - night.begin == 9 * HOUR


def test_two_turns_that_meet_in_the_hour_that_spring_skips_leave_no_gap_and_no_doubled_hour() -> None:
    early = Turn(person=1, days=ALL, begins=time(0), ends=time(2, 30))
    late = Turn(person=2, days=ALL, begins=time(2, 30), ends=time(0))
    for day in (SPRING, AUTUMN):
        begin = datetime.combine(day, time(), tzinfo=PARIS)
        found = segments([early, late], [], begin, begin.astimezone(UTC) + 26 * HOUR, PARIS)
        assert gaps(found) == []
        assert all(len(each.people) == 1 for each in found)


@given(st.lists(turns, max_size=5), st.lists(changes(), max_size=3), moments, st.integers(1, 500))
def test_each_moment_lies_in_one_segment_which_says_what_the_moment_says(
    pattern: list[Turn], made: list[Change], begin: datetime, hours: int
) -> None:
    end = begin + hours * HOUR
    found = segments(pattern, made, begin, end, PARIS)
    assert (found[0].begin, found[-1].end) == (begin, end)
    assert all(one.end == other.begin and one.people != other.people for one, other in itertools.pairwise(found))
    for each in found:
        for at in (each.begin, each.begin + (each.end - each.begin) / 2, each.end - timedelta(microseconds=1)):
            assert on_call(pattern, made, at, PARIS) == each.people
    assert [each for each in found if not each.people] == gaps(found)


@given(
    st.lists(st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=6, unique=True),
    moments,
)
def test_turns_that_follow_each_other_round_the_clock_never_leave_a_gap(cuts: list[time], begin: datetime) -> None:
    ordered = sorted(cuts)
    pattern = [
        Turn(person=place, days=ALL, begins=since, ends=ordered[(place + 1) % len(ordered)])
        for place, since in enumerate(ordered)
    ]
    found = segments(pattern, [], begin, begin + timedelta(days=9), PARIS)
    assert gaps(found) == []
    assert all(len(each.people) == 1 for each in found)


def test_a_replacement_stands_at_the_place_of_whom_it_replaces() -> None:
    pattern = [NIGHT, Turn(person=3, days=ALL, begins=time(22), ends=time(6), rank=2)]
    at = local(date(2026, 6, 17), 23)
    change = Change(begins_at=at - HOUR, ends_at=at + HOUR, person=4, replaces=1)
    assert on_call(pattern, [], at, PARIS) == (1, 3)
    assert on_call(pattern, [change], at, PARIS) == (4, 3)
    assert on_call(pattern, [change], at + HOUR, PARIS) == (1, 3)


def test_an_absence_that_nobody_fills_is_a_gap() -> None:
    at = local(date(2026, 6, 18), 3)
    away = Change(begins_at=at, ends_at=at + 3 * HOUR, person=None, replaces=1)
    assert gaps(segments([NIGHT, DAY], [away], at - 12 * HOUR, at + 12 * HOUR, PARIS)) == [
        Segment(at.astimezone(UTC), at.astimezone(UTC) + 3 * HOUR, ())
    ]


def test_a_turn_holds_from_its_first_day_to_its_last() -> None:
    turn = Turn(person=1, days=ALL, begins=time(22), ends=time(6), since=date(2026, 6, 17), until=date(2026, 6, 17))
    said = [
        on_call([turn], [], local(date(2026, 6, day), hour), PARIS)
        for day, hour in ((17, 5), (17, 23), (18, 5), (18, 23))
    ]
    assert said == [(), (1,), (1,), ()]
