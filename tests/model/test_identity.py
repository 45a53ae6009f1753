"""The same record is always the same fact, whenever, in whatever order and however corrected it comes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.strategies import fact

from quietude.model.event import event_of
from quietude.model.identity import UID_HEX_DIGITS, event_id, event_uid, split_event_id

UID_IN_SQL = f"left(sha256(source || chr(31) || source_key), {UID_HEX_DIGITS})"

keys = st.text(st.characters(codec="utf-8"), max_size=20)
names = st.text("abcdefghijklmnopqrstuvwxyz0123456789_:", min_size=1, max_size=20)
records = st.lists(st.tuples(names, keys), min_size=1, max_size=30)


def in_columns(rows: list[tuple[str, str]]) -> list[str]:
    records = pa.table({"source": [source for source, _ in rows], "source_key": [key for _, key in rows]})
    with duckdb.connect() as connection:
        connection.register("records", records)
        return [uid for (uid,) in connection.execute(f"SELECT {UID_IN_SQL} FROM records").fetchall()]


def test_the_identity_is_the_one_that_any_tool_computes() -> None:
    digest = hashlib.sha256(b"accidents\x1f201900000001").hexdigest()
    assert event_uid("accidents", "201900000001") == digest[:32]


@settings(deadline=None, max_examples=50)
@given(rows=records)
def test_columns_and_single_records_give_the_same_identity(rows: list[tuple[str, str]]) -> None:
    storable = [(source, key.replace("\x00", "")) for source, key in rows]
    assert in_columns(storable) == [event_uid(source, key) for source, key in storable]


@settings(deadline=None, max_examples=50)
@given(rows=records, data=st.data())
def test_order_and_repetition_change_no_identity(rows: list[tuple[str, str]], data: st.DataObject) -> None:
    again = data.draw(st.permutations(rows + rows))
    assert {row: event_uid(*row) for row in rows} == {row: event_uid(*row) for row in again}


@settings(deadline=None, max_examples=50)
@given(one=st.tuples(names, keys), other=st.tuples(names, keys))
def test_different_records_are_different_facts(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (event_uid(*one) == event_uid(*other)) == (one == other)


@settings(deadline=None, max_examples=50)
@given(seed=st.integers(0, 2**32 - 1), days=st.integers(-400, 400))
def test_an_old_name_leads_to_a_fact_whose_date_was_corrected(seed: int, days: int) -> None:
    first = event_of(fact(seed))
    moved = timedelta(days=days)
    corrected = replace(first, occurred_from=first.occurred_from + moved, day=first.day + moved, version=2)
    assert event_uid(corrected.source, corrected.source_key) == first.uid
    month, uid = split_event_id(first.id)
    assert (month, uid) == (f"{first.day:%Y-%m}", corrected.uid)


@settings(deadline=None, max_examples=50)
@given(day=st.dates(date(1900, 1, 1)), source=names, key=keys)
def test_a_name_is_read_as_it_was_given(day: date, source: str, key: str) -> None:
    uid = event_uid(source, key)
    assert split_event_id(event_id(day, uid)) == (day.isoformat()[:7], uid)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param("201905", id="no-identity"),
        pytest.param("201913-" + "0" * 32, id="month-13"),
        pytest.param("201900-" + "0" * 32, id="month-0"),
        pytest.param("201905-" + "0" * 31, id="too-short"),
        pytest.param("201905-" + "0" * 33, id="too-long"),
        pytest.param("201905-" + "G" * 32, id="not-hexadecimal"),
        pytest.param("201905-" + "A" * 32, id="capitals"),
        pytest.param("٢٠١٩٠٥-" + "0" * 32, id="foreign-digits"),
        pytest.param("201905-" + "0" * 32 + "\n", id="line-break"),
    ],
)
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a fact"):
        split_event_id(name)


@pytest.mark.slow
def test_ten_million_records_have_ten_million_identities() -> None:
    records_of_ten_sources = """
        SELECT 'source_' || (n % 10) AS source, (n // 10)::TEXT AS source_key FROM range(10_000_000) AS numbers(n)
    """
    with duckdb.connect() as connection:
        answer = connection.execute(f"SELECT count(DISTINCT {UID_IN_SQL}) FROM ({records_of_ten_sources})").fetchone()
    assert answer == (10_000_000,)
