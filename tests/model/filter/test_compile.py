"""Every engine selects the same facts for the same question."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import ibis
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from tests.model.strategies import LEVELS, TIMEZONE, event_tables, fact, questions, table_of

from quietude.model.event import event_of, event_schema
from quietude.model.filter.compile import UnknownLevelError, to_ibis
from quietude.model.filter.predicate import mask, matches
from quietude.model.filter.question import ABSENT, Box, Choice, Filter, Near, ZoneChoice

ALL_KINDS = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def duckdb() -> Any:
    return ibis.duckdb.connect()


def filed(connection: Any, table: pa.Table) -> Any:
    """Return the facts as a table of DuckDB's."""
    connection.con.register("arrow_facts", table)
    connection.con.execute("CREATE OR REPLACE TABLE facts AS FROM arrow_facts")
    return connection.table("facts")


def selected(connection: Any, table: pa.Table, question: Filter) -> set[str]:
    facts = filed(connection, table)
    found = facts.filter(to_ibis(question, facts, timezone=TIMEZONE)).select("uid").to_pyarrow()
    return set(found["uid"].to_pylist())


@given(table=event_tables(min_size=1), asked=st.lists(questions(), min_size=1, max_size=8))
@ALL_KINDS
def test_duckdb_the_predicate_and_the_mask_select_the_same_facts(
    duckdb: Any, table: pa.Table, asked: list[Filter]
) -> None:
    facts = filed(duckdb, table)
    frame = pl.DataFrame(table)
    events = [event_of(row) for row in table.to_pylist()]
    conditions = {f"c{n}": to_ibis(question, facts, timezone=TIMEZONE) for n, question in enumerate(asked)}
    answers = facts.order_by("uid").select("uid", **conditions).to_pyarrow()
    for n, question in enumerate(asked):
        by_duckdb = dict(zip(answers["uid"].to_pylist(), answers[f"c{n}"].to_pylist(), strict=True))
        assert {event.uid: matches(question, event) for event in events} == by_duckdb
        assert dict(zip(frame["uid"], mask(question, frame), strict=True)) == by_duckdb


@given(table=event_tables(min_size=1), question=questions())
@ALL_KINDS
def test_a_column_of_months_changes_no_answer(duckdb: Any, table: pa.Table, question: Filter) -> None:
    months = [f"{day:%Y-%m}" for day in table["day"].to_pylist()]
    assert selected(duckdb, table.append_column("month", pa.array(months)), question) == selected(
        duckdb, table, question
    )


@pytest.mark.parametrize(
    ("question", "found"),
    [
        pytest.param(Filter(categories=Choice(("noise",))), {"a", "b"}, id="a-family-holds-its-natures"),
        pytest.param(Filter(categories=Choice(("noise.music",))), {"b"}, id="a-nature"),
        pytest.param(Filter(categories=Choice(none_of=("noise",))), {"c", "d"}, id="no-category-is-not-excluded"),
        pytest.param(Filter(categories=Choice((ABSENT,))), {"d"}, id="no-category"),
        pytest.param(Filter(categories=Choice((ABSENT, "noise_x"))), {"c", "d"}, id="no-category-or-one"),
        pytest.param(Filter(categories=Choice(none_of=(ABSENT,))), {"a", "b", "c"}, id="any-category"),
        pytest.param(Filter(zones=ZoneChoice(none_of=(("quartier", "1"),))), {"b", "c", "d"}, id="outside-a-zone"),
        pytest.param(Filter(zones=ZoneChoice((("quartier", ABSENT),))), {"d"}, id="outside-every-zone"),
        pytest.param(
            Filter(zones=ZoneChoice((("quartier", "1"), ("arrondissement", "2")))), {"a", "c"}, id="zones-of-two-levels"
        ),
        pytest.param(Filter(flags=Choice(none_of=("late",))), {"b", "c", "d"}, id="no-flags-is-not-flagged"),
        pytest.param(Filter(without_words=("tapage",)), {"b", "c", "d"}, id="no-text-has-no-word"),
        pytest.param(Filter(words=("%",)), {"b"}, id="a-percent-sign-is-a-percent-sign"),
        pytest.param(Filter(words=("_",)), {"b"}, id="an-underscore-is-an-underscore"),
        pytest.param(Filter(words=("'; DROP TABLE facts; --",)), {"c"}, id="a-quote-is-a-quote"),
        pytest.param(Filter(words=("ECOLE",)), {"c"}, id="accents-and-case-aside"),
        pytest.param(Filter(hours=(0,)), {"b"}, id="an-unknown-hour-is-no-hour"),
        pytest.param(Filter(weekdays=(6,)), {"a", "b"}, id="a-month-has-no-weekday"),
        pytest.param(Filter(since=date(2019, 3, 31), until=date(2019, 3, 31)), {"a", "b"}, id="one-local-day"),
        pytest.param(
            Filter(since=datetime(2019, 3, 30, 23, tzinfo=UTC), until=datetime(2019, 3, 30, 23, 0, 0, 1, tzinfo=UTC)),
            {"b"},
            id="an-instant-in-the-night-of-a-month",
        ),
        pytest.param(Filter(is_located=False), {"c", "d"}, id="half-a-position-is-none"),
        pytest.param(Filter(near=Near(43.2965, 5.3698, 0)), {"a"}, id="at-a-point"),
        pytest.param(Filter(near=Near(43.2965, 5.3698, 111_195)), {"a"}, id="a-degree-short-of"),
        pytest.param(Filter(near=Near(43.2965, 5.3698, 111_196)), {"a", "b"}, id="a-degree-away"),
        pytest.param(Filter(near=Near(89.9, -170, 6_000_000)), {"a", "b"}, id="a-circle-over-the-pole"),
        pytest.param(Filter(near=Near(43.3, 179.9, 20_100_000)), {"a", "b"}, id="the-whole-sphere"),
        pytest.param(Filter(box=Box(5.3698, 43.2965, 5.3698, 43.2965)), {"a"}, id="the-edge-of-a-box-is-inside"),
        pytest.param(Filter(polygon=((5, 43), (6, 43), (6, 44), (5, 44))), {"a"}, id="in-an-outline"),
        pytest.param(Filter(polygon=((5, 43), (6, 43), (7, 43))), set(), id="a-flat-outline-holds-nothing"),
        pytest.param(Filter(ids=("0" * 31 + "a", "0" * 32)), set(), id="names-of-no-fact"),
        pytest.param(Filter(severity_from=3, severity_to=2), set(), id="nothing-between-three-and-two"),
    ],
)
def test_edges_are_answered_alike(duckdb: Any, question: Filter, found: set[str]) -> None:
    table = table_of(
        [
            edge("a", day=date(2019, 3, 31), lon_deg=5.3698, lat_deg=43.2965, zone_quartier="1", flags=["late"])
            | {"title": "Tapage", "category": "noise"},
            edge("b", occurred_from=datetime(2019, 3, 30, 23, tzinfo=UTC), hour_of_week=144, day=date(2019, 3, 31))
            | {"category": "noise.music.bar", "title": "100 % A_B", "lon_deg": 5.3698, "lat_deg": 44.2965},
            edge("c", category="noise_x", text="école'; DROP TABLE facts; --", lon_deg=5.0, zone_arrondissement="2"),
            edge("d", zone_quartier=None, time_precision="month", day=date(2019, 9, 1)),
        ]
    )
    frame = pl.DataFrame(table)
    assert selected(duckdb, table, question) == found
    assert set(frame.filter(mask(question, frame))["uid"]) == found
    assert {event.uid for event in map(event_of, table.to_pylist()) if matches(question, event)} == found


def edge(uid: str, **columns: Any) -> dict[str, Any]:
    """Return a plain fact of a spring Saturday, but for these columns."""
    empty = dict.fromkeys(event_schema(LEVELS).names)
    plain = {
        "uid": uid,
        "id": uid,
        "source": "police",
        "source_key": uid,
        "occurred_from": datetime(2019, 6, 1, 12, tzinfo=UTC),
        "time_precision": "day",
        "received_at": datetime(2021, 1, 1, tzinfo=UTC),
        "severity": 2,
        "status": "open",
        "origin": "reported",
        "regime": "RGPD",
        "sensitivity": "public",
        "reality": "real",
        "day": date(2019, 6, 1),
        "zone_quartier": "other",
        "version": 1,
    }
    return empty | plain | columns


def test_a_level_that_the_facts_do_not_have_is_refused_by_name(duckdb: Any) -> None:
    elsewhere = Filter(zones=ZoneChoice((("bezirk", "1"),)))
    facts = filed(duckdb, table_of([]))
    with pytest.raises(UnknownLevelError, match="bezirk"):
        to_ibis(elsewhere, facts, timezone=TIMEZONE)
    with pytest.raises(UnknownLevelError, match="bezirk"):
        mask(elsewhere, pl.DataFrame(table_of([])))


def test_a_period_is_stated_on_months_so_that_engines_can_skip_them(duckdb: Any) -> None:
    facts = filed(duckdb, table_of([]).append_column("month", pa.array([], pa.string())))
    question = Filter(since=date(2019, 2, 3), until=datetime(2019, 5, 31, 22, 30, tzinfo=UTC))
    sql = ibis.to_sql(facts.filter(to_ibis(question, facts, timezone="Europe/Paris")))
    assert "\"month\" >= '2019-02'" in sql
    assert "\"month\" <= '2019-06'" in sql


@pytest.fixture(scope="module")
def spark() -> Any:
    """Return a small local Spark; it is left running, for another test may hold the same session."""
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed: pip install quietude[spark]")
    builder = sql.SparkSession.builder.master("local[1]").appName("quietude-tests")
    plain = {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.codegen.wholeStage": "false",  # compiling takes longer than these small answers
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    for name, value in plain.items():
        builder = builder.config(name, value)
    return ibis.pyspark.connect(builder.getOrCreate())


@pytest.mark.spark
def test_spark_selects_the_same_facts(spark: Any, tmp_path: Path) -> None:
    table = table_of([fact(number) for number in range(200)])
    pq.write_table(table, tmp_path / "facts.parquet")
    facts = spark.read_parquet(tmp_path / "facts.parquet", table_name="facts")
    frame = pl.DataFrame(table)
    asked = some_questions(60)
    assert 10 < sum(mask(question, frame).any() for question in asked) < len(asked)
    conditions = {f"c{n}": to_ibis(question, facts, timezone=TIMEZONE) for n, question in enumerate(asked)}
    answers = facts.select("uid", **conditions).to_pyarrow().sort_by("uid")
    in_memory = frame.select("uid", **{f"c{n}": mask(question, frame) for n, question in enumerate(asked)})
    assert pl.DataFrame(answers).to_dict(as_series=False) == in_memory.sort("uid").to_dict(as_series=False)


def some_questions(count: int) -> list[Filter]:
    """Return the same random questions each time (an engine that starts slowly is asked them all at once)."""
    found: list[Filter] = []

    @seed(1)
    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate])
    @given(questions())
    def collect(question: Filter) -> None:
        found.append(question)

    collect()
    return found
