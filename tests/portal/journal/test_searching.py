"""Lines found by person, fact, purpose and kind; what stands out among them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from quietude.journal.api import Kind
from quietude.portal.journal.recording import Act, note
from quietude.portal.journal.searching import Line, Wanted, recent, remarks, search


@pytest.fixture
def _three(db: None) -> None:
    note(
        Act(kind=Kind.CONSULT, who="user:1", purpose="operations", ids=["202601-aa"], motive="report"),
        Act(
            kind=Kind.COMMUNICATE,
            who="user:11",
            purpose="operations",
            ids=["202601-ab", "202601-aa"],
            to_whom="user:11",
        ),
        Act(kind=Kind.MODIFY, who="command", detail={"act": "given"}),
    )


@pytest.mark.usefixtures("_three")
@pytest.mark.parametrize(
    ("wanted", "whos"),
    [
        (Wanted(), ["command", "user:11", "user:1"]),
        (Wanted(who="user:1"), ["user:1"]),
        (Wanted(about="202601-aa"), ["user:11", "user:1"]),
        (Wanted(purpose="operations", kind="consult"), ["user:1"]),
        (Wanted(purpose="operation"), []),
        (Wanted(about="202601-a_"), []),
    ],
)
def test_lines_are_found_by_what_they_say(wanted: Wanted, whos: list[str]) -> None:
    assert [line.who for line in search(wanted, limit=len(whos) or 5)] == whos


@pytest.mark.usefixtures("_three")
def test_older_lines_follow() -> None:
    newest = search(Wanted(), limit=1)
    following = search(Wanted(), before=newest[0].index, limit=2)
    assert [line.index for line in following] == [newest[0].index - 1, newest[0].index - 2]


@pytest.mark.parametrize("text", ["' OR 1=1", 'x"}', "a b", "%"])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        Wanted(who=text)


@pytest.mark.usefixtures("_three")
def test_the_last_days_end_where_they_end() -> None:
    now = timezone.now()
    assert len(list(recent(now, timedelta(days=1)))) >= 3
    assert list(recent(now + timedelta(days=3), timedelta(days=1))) == []


def read(who: str, at: datetime, *ids: str) -> Line:
    return Line(
        index=0, at=at, kind=Kind.CONSULT, is_clock_back=False, who=who, purpose="", to_whom="", motive="",
        ids=ids, filter_text="", detail={},
    )  # fmt: skip


NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)


def test_nights_volumes_and_curiosity_stand_out_and_the_usual_does_not() -> None:
    usual = [
        read(f"user:{n}", NOON + timedelta(days=day, minutes=k)) for n in range(5) for day in range(8) for k in range(9)
    ]
    night = [read("user:20", NOON + timedelta(hours=13, days=day, minutes=k)) for day in range(8) for k in range(5)]
    much = [read("user:21", NOON + timedelta(minutes=k)) for k in range(300)]
    curious = [read("user:22", NOON + timedelta(days=day), "202605-x") for day in range(5)]
    assert remarks(usual, timezone="Europe/Paris") == []
    found = remarks([*usual, *night, *much, *curious], timezone="Europe/Paris")
    assert {(remark.what, remark.who) for remark in found} == {
        ("night", "user:20"), ("volume", "user:21"), ("curiosity", "user:22"),
    }  # fmt: skip
