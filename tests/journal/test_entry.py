"""What an entry writes: one form, nothing personal in the leaf, a clock put back in plain sight."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.journal.logs import START, act

from quietude.journal import verify
from quietude.journal.entry import CLOCK_TOLERANCE, Kind, Part, Sealed, commit, ranges_of, seal
from quietude.journal.errors import JournalError

SALT = bytes(16)


def sealed(after: timedelta | None = None) -> Sealed:
    previous = None if after is None else START - after
    return seal(act(), index=7, previous_at=previous, salts=lambda: SALT)


def test_a_leaf_holds_index_kind_time_and_commitments_only() -> None:
    leaf = orjson.loads(sealed().leaf)
    assert set(leaf) == {"actor", "at", "index", "kind", "subject", "v"}
    assert (leaf["at"], leaf["index"], leaf["kind"]) == ("2026-03-01T08:00:00.000000Z", 7, "consult")


def test_a_commitment_is_the_hash_of_salt_and_payload() -> None:
    made = sealed()
    body = made.payload[Part.ACTOR][1]
    assert body == b'{"purpose":"P4","to_whom":"","who":"agent-0"}'
    assert orjson.loads(made.leaf)["actor"] == hashlib.sha256(SALT + body).hexdigest()


def test_what_points_at_persons_in_the_facts_is_apart_from_who_acted() -> None:
    actor, subject = (orjson.loads(sealed().payload[part][1]) for part in Part)
    assert set(actor) == {"who", "purpose", "to_whom"}
    assert set(subject) == {"ids", "filter", "motive", "detail"}


@given(who=st.text(min_size=1), motive=st.text(), zone=st.integers(-12, 12))
def test_the_same_act_has_the_same_bytes(who: str, motive: str, zone: int) -> None:
    moved = START.astimezone(timezone(timedelta(hours=zone)))
    first, second = act(who=who, motive=motive), act(who=who, motive=motive, when=moved)
    made = [seal(entry, index=0, previous_at=None, salts=lambda: SALT).leaf for entry in (first, second)]
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("after", "is_flagged"),
    [
        pytest.param(None, False, id="first"),
        pytest.param(timedelta(hours=5), False, id="later"),
        pytest.param(-CLOCK_TOLERANCE, False, id="on-the-edge"),
        pytest.param(-CLOCK_TOLERANCE - timedelta(microseconds=1), True, id="over-the-edge"),
        pytest.param(-timedelta(hours=1), True, id="clock-back-one-hour"),
    ],
)
def test_a_clock_put_back_is_flagged_in_the_entry(after: timedelta | None, is_flagged: bool) -> None:
    leaf = orjson.loads(sealed(after).leaf)
    assert ("clock_back_us" in leaf) is is_flagged


def test_the_flag_says_by_how_much() -> None:
    assert orjson.loads(sealed(-timedelta(hours=1)).leaf)["clock_back_us"] == 3_600_000_000


def test_the_verifier_has_the_same_tolerance_kinds_and_parts() -> None:
    assert verify.CLOCK_TOLERANCE == CLOCK_TOLERANCE
    assert {kind.value for kind in Kind} == verify.KINDS
    assert tuple(part.value for part in Part) == verify.PARTS


def test_an_entry_without_a_time_zone_or_an_author_is_refused() -> None:
    with pytest.raises(JournalError, match="must say its zone"):
        replace(act(), when=datetime(2026, 3, 1))  # noqa: DTZ001 - the point
    with pytest.raises(JournalError, match="must say who acted"):
        replace(act(), who="")


def test_a_text_without_utf_8_form_is_refused_without_repeating_it() -> None:
    with pytest.raises(JournalError, match="cannot be written as JSON") as refused:
        seal(act(motive="Dupont \ud800"), index=0, previous_at=None, salts=lambda: SALT)
    assert "Dupont" not in str(refused.value)


def test_a_salt_of_another_length_is_refused() -> None:
    with pytest.raises(JournalError, match="16 bytes"):
        commit(b"short", b"payload")


def test_indexes_become_runs() -> None:
    assert ranges_of([9, 3, 1, 2, 3]) == ((1, 3), (9, 9))
    assert ranges_of([]) == ()


def test_times_are_utc() -> None:
    assert act().when.tzinfo is UTC
