"""What a reader may not read tells nothing: not by rows, words, order, counts, nor by what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import ibis
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.model.strategies import TIMEZONE, event_tables, fact, grants, questions, table_of, viewers

from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.compile import to_ibis
from quietude.model.filter.predicate import mask
from quietude.model.filter.question import ABSENT, Choice, Filter, Near, ZoneChoice
from quietude.model.rights import joined, masked_columns, policy, seen, visible
from quietude.model.viewer import Grant, Viewer


@pytest.fixture(scope="module")
def duckdb() -> Any:
    return ibis.duckdb.connect()


def filed(connection: Any, table: pa.Table) -> Any:
    months = pa.array([f"{day:%Y-%m}" for day in table["day"].to_pylist()], pa.string())
    connection.con.register("arrow_facts", table.append_column("month", months))
    connection.con.execute("CREATE OR REPLACE TABLE facts AS FROM arrow_facts")
    return connection.table("facts")


def admitted(grant: Grant, frame: pl.DataFrame) -> pl.Series:
    """Return which facts one grant opens, by the engine in memory."""
    open_enough = frame["sensitivity"].is_in([sensitivity.value for sensitivity in grant.sensitivities])
    return mask(grant.rows, frame) & open_enough & frame["regime"].is_in([regime.value for regime in grant.regimes])


def as_read(viewer: Viewer, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the viewer's facts with masked values removed, worked out grant by grant."""
    none = pl.Series([False] * frame.height, dtype=pl.Boolean)
    by_grant = [(grant, admitted(grant, frame)) for grant in viewer.grants]
    rows = pl.Series(none)
    for _, opened in by_grant:
        rows = rows | opened
    columns = []
    for name in frame.columns:
        readable = pl.Series(none)
        for grant, opened in by_grant:
            readable = readable | (opened & (name not in grant.masked))
        columns.append(frame.select(pl.when(readable).then(pl.col(name)).alias(name))[name])
    return pl.DataFrame(columns).filter(rows)


@given(table=event_tables(min_size=1), viewer=viewers(), question=questions())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_reader_is_answered_from_what_they_can_read(
    duckdb: Any, table: pa.Table, viewer: Viewer, question: Filter
) -> None:
    facts = filed(duckdb, table)
    expected = as_read(viewer, pl.DataFrame(table))
    theirs = seen(viewer, facts, timezone=TIMEZONE)
    assert pl.DataFrame(theirs.drop("month").order_by("uid").to_pyarrow()).rows() == expected.sort("uid").rows()
    answered = {row["uid"] for row in expected.filter(mask(question, expected)).to_dicts()}
    by_table = theirs.filter(to_ibis(question, theirs, timezone=TIMEZONE)).to_pyarrow()
    by_condition = facts.filter(visible(viewer, question, facts, timezone=TIMEZONE)).to_pyarrow()
    assert set(by_table["uid"].to_pylist()) == answered
    assert set(by_condition["uid"].to_pylist()) == answered


@given(table=event_tables(min_size=1), viewer=viewers())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_a_reader_sees_and_what_is_hidden_make_up_all_facts(duckdb: Any, table: pa.Table, viewer: Viewer) -> None:
    facts = filed(duckdb, table)
    condition = policy(viewer, facts, timezone=TIMEZONE)
    shown, hidden = (
        facts.filter(condition).count().to_pyarrow().as_py(),
        facts.filter(~condition).count().to_pyarrow().as_py(),
    )
    assert shown + hidden == table.num_rows


def test_without_a_grant_nothing_is_seen_and_the_system_sees_all(duckdb: Any) -> None:
    facts = filed(duckdb, table_of([fact(seed) for seed in range(20)]))
    assert seen(Viewer.nobody(), facts, timezone=TIMEZONE).count().to_pyarrow().as_py() == 0
    assert (
        seen(Viewer.system("test"), facts, timezone=TIMEZONE).count().to_pyarrow().as_py()
        == facts.count().to_pyarrow().as_py()
    )


TWO_POSTS = Viewer(
    who="analyst",
    grants=(
        Grant(
            purpose="statistics",
            rows=Filter(),
            ceiling=Sensitivity.CONFIDENTIAL,
            regimes=frozenset(Regime),
            masked=frozenset({"text", "title", "source_category", "place_label", "lon_deg", "category", "day"}),
        ),
        Grant(
            purpose="follow-up",
            rows=Filter(sources=Choice(("desk",))),
            ceiling=Sensitivity.CONFIDENTIAL,
            regimes=frozenset(Regime),
        ),
    ),
)
"""Reads everything of the desk's facts, and of the others neither words nor place, category or day."""


def of(source: str, **columns: Any) -> dict[str, Any]:
    plain = {"lon_deg": 5.3698, "lat_deg": 43.2965, "text": "secret", "category": "noise.music", "title": None}
    return (
        fact(1)
        | {"uid": source, "source": source, "day": date(2019, 6, 1), "occurred_from": datetime(2019, 6, 1, tzinfo=UTC)}
        | plain
        | columns
    )


@pytest.mark.parametrize(
    ("question", "found"),
    [
        pytest.param(Filter(words=("secret",)), {"desk"}, id="a-word-in-a-masked-text"),
        pytest.param(Filter(without_words=("secret",)), {"police"}, id="not-a-word-in-a-masked-text"),
        pytest.param(Filter(near=Near(43.2965, 5.3698, 100)), {"desk"}, id="near-a-masked-place"),
        pytest.param(Filter(is_located=False), {"police"}, id="a-masked-place-is-none"),
        pytest.param(Filter(categories=Choice(("noise",))), {"desk"}, id="a-masked-category"),
        pytest.param(Filter(categories=Choice((ABSENT,))), {"police"}, id="a-masked-category-is-none"),
        pytest.param(Filter(since=date(2019, 1, 1)), {"desk"}, id="a-masked-day"),
        pytest.param(Filter(since=datetime(2019, 1, 1, tzinfo=UTC)), {"desk", "police"}, id="an-instant"),
        pytest.param(Filter(sources=Choice(("police",))), {"police"}, id="a-column-that-is-not-masked"),
    ],
)
def test_masked_values_never_match(duckdb: Any, question: Filter, found: set[str]) -> None:
    facts = filed(duckdb, table_of([of("desk"), of("police")]))
    theirs = seen(TWO_POSTS, facts, timezone=TIMEZONE)
    answer = theirs.filter(to_ibis(question, theirs, timezone=TIMEZONE)).select("uid").to_pyarrow()
    assert set(answer["uid"].to_pylist()) == found


def test_order_and_groups_tell_nothing_of_masked_values(duckdb: Any) -> None:
    facts = filed(duckdb, table_of([of("police", category="b"), of("milwaukee", category="a"), of("desk")]))
    theirs = seen(TWO_POSTS, facts, timezone=TIMEZONE)
    counts = theirs.group_by("category", "month").agg(count=theirs.count()).to_pyarrow().to_pylist()
    assert {(row["category"], row["month"]): row["count"] for row in counts} == {
        (None, None): 2,
        ("noise.music", "2019-06"): 1,
    }


def test_the_month_is_masked_with_the_day() -> None:
    assert masked_columns(TWO_POSTS) >= {"day", "month", "text"}
    assert masked_columns(Viewer.system("test")) == set()


@given(held=st.lists(grants(), max_size=6), table=event_tables(max_size=12))
def test_grants_joined_open_what_they_open_one_by_one(held: list[Grant], table: pa.Table) -> None:
    frame = pl.DataFrame(table)

    def opened(some: Iterable[Grant]) -> list[bool]:
        found = pl.Series([False] * frame.height, dtype=pl.Boolean)
        for grant in some:
            found = found | admitted(grant, frame)
        return found.to_list()

    assert opened(joined(held)) == opened(held)


def test_grants_along_one_dimension_become_one_choice() -> None:
    zones = [Grant(purpose="p", rows=Filter(zones=ZoneChoice((("quartier", code),)))) for code in ("a", "b", "c")]
    [one] = joined(zones)
    assert one.rows.zones.any_of == (("quartier", "a"), ("quartier", "b"), ("quartier", "c"))
    wide = Grant(purpose="p", rows=Filter(), ceiling=Sensitivity.RESTRICTED)
    assert [grant.rows for grant in joined([*zones, wide])] == [Filter()]
