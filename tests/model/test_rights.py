"""What a reader may not read tells nothing: not by rows, words, order, counts, nor by what is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import ibis
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.model.strategies import TIMEZONE, event_tables, fact, grants, questions, table_of, viewers

from quietude.model.event import Regime, Sensitivity, event_of
from quietude.model.filter.compile import to_ibis
from quietude.model.filter.predicate import mask
from quietude.model.filter.question import ABSENT, Choice, Filter, Near, ZoneChoice
from quietude.model.opened import concerned, opened
from quietude.model.rights import masked_columns, policy, seen, visible, withheld
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
    for _, facts in by_grant:
        rows = rows | facts
    columns = []
    for name in frame.columns:
        readable = pl.Series(none)
        for grant, facts in by_grant:
            readable = readable | (facts & (name not in grant.masked))
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


@given(held=st.lists(grants(), max_size=6).map(tuple), table=event_tables(max_size=12))
def test_grants_in_normal_form_open_what_they_open_one_by_one(held: tuple[Grant, ...], table: pa.Table) -> None:
    frame = pl.DataFrame(table)
    none = pl.Series([False] * frame.height, dtype=pl.Boolean)
    one_by_one, together = none, none
    for grant in held:
        one_by_one = one_by_one | admitted(grant, frame)
    for share in opened(held):
        of_share = frame["sensitivity"].is_in([each.value for each in share.sensitivities])
        of_share = of_share & frame["regime"].is_in([each.value for each in share.regimes])
        for rows in share.filters:
            together = together | (of_share & mask(rows, frame))
    assert together.to_list() == one_by_one.to_list()


def test_grants_along_one_dimension_become_one_choice() -> None:
    zones = tuple(Grant(purpose="p", rows=Filter(zones=ZoneChoice((("quartier", code),)))) for code in ("a", "b", "c"))
    [one] = opened(zones)
    assert [rows.zones.any_of for rows in one.filters] == [(("quartier", "a"), ("quartier", "b"), ("quartier", "c"))]
    wide = Grant(purpose="p", rows=Filter(), ceiling=Sensitivity.RESTRICTED)
    assert [share.filters for share in opened((*zones, wide))] == [(Filter(),)]


def test_each_sensitivity_and_regime_is_in_one_share() -> None:
    zone = Filter(zones=ZoneChoice((("quartier", "a"),)))
    held = (
        Grant(purpose="p", rows=Filter()),
        Grant(purpose="p", rows=zone, ceiling=Sensitivity.RESTRICTED),
    )
    assert [(share.sensitivities, share.filters) for share in opened(held)] == [
        ((Sensitivity.PUBLIC, Sensitivity.INTERNAL), (Filter(),)),
        ((Sensitivity.RESTRICTED,), (zone,)),
    ]


@given(table=event_tables(min_size=1), viewer=viewers(), question=questions())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_grants_that_a_question_sets_aside_change_no_answer(table: pa.Table, viewer: Viewer, question: Filter) -> None:
    frame = pl.DataFrame(table)
    fewer = concerned(viewer, question)

    def answered(who: Viewer) -> list[tuple[Any, ...]]:
        read = as_read(who, frame)
        return read.filter(mask(question, read)).sort("uid").rows() if "uid" in read.columns else []

    assert answered(fewer) == answered(viewer)


@given(table=event_tables(min_size=1), viewer=viewers())
def test_one_fact_is_judged_in_memory_as_in_a_table(table: pa.Table, viewer: Viewer) -> None:
    for position, row in enumerate(table.to_pylist()):
        read = as_read(viewer, pl.DataFrame(table.slice(position, 1)))
        masked = withheld(viewer, event_of(row))
        assert (masked is None) == read.is_empty()
        if masked is not None:
            assert read.rows() == [tuple(None if name in masked else value for name, value in row.items())]


def test_a_grant_of_another_zone_family_or_day_is_set_aside() -> None:
    grant = Grant(
        purpose="p",
        rows=Filter(
            zones=ZoneChoice((("quartier", "a"),)), categories=Choice(("noise.music",)), until=date(2019, 6, 1)
        ),
    )
    viewer = Viewer(who="agent", grants=(grant,))
    apart = (
        Filter(zones=ZoneChoice((("quartier", "b"),))),
        Filter(categories=Choice(("noise.party",))),
        Filter(since=date(2019, 6, 2)),
        Filter(sensitivities=Choice(("restricted",))),
        Filter(regimes=Choice(("TITRE_III",))),
    )
    near = (
        Filter(zones=ZoneChoice((("arrondissement", "b"),))),
        Filter(zones=ZoneChoice((("quartier", ABSENT),))),
        Filter(categories=Choice(("noise",))),
        Filter(categories=Choice(("noise.music.bar",))),
        Filter(since=date(2019, 6, 1)),
    )
    assert [concerned(viewer, question).grants for question in apart] == [()] * len(apart)
    assert [concerned(viewer, question).grants for question in near] == [(grant,)] * len(near)
