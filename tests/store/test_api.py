"""What every engine must answer alike, and what the door promises to writers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.model.strategies import LEVELS, TIMEZONE, fact, table_of
from tests.store.conftest import EVERYONE, opened
from tests.store.naive import as_counts, counts, matching
from tests.store.vector_tile import points

from quietude.model.event import Regime, Sensitivity, event_of, event_schema
from quietude.model.filter.question import Box, Choice, Filter, Near, ZoneChoice
from quietude.model.observation import OBSERVATION_SCHEMA
from quietude.model.viewer import Grant, Viewer
from quietude.store.api import ReadOnlyError, Store, StoreError

Opener = Callable[[Path], Store]

FACTS = table_of([fact(seed) for seed in range(120)])

AGENT = Viewer(
    who="agent",
    grants=(
        Grant(purpose="patrol", rows=Filter(), ceiling=Sensitivity.INTERNAL, masked=frozenset({"text", "title"})),
        Grant(
            purpose="desk",
            rows=Filter(sources=Choice(("desk",))),
            ceiling=Sensitivity.CONFIDENTIAL,
            regimes=frozenset(Regime),
        ),
    ),
)

QUESTIONS = {
    "everything": Filter(),
    "days": Filter(since=date(2019, 6, 1), until=date(2019, 9, 15)),
    "an-instant": Filter(since=datetime(2019, 6, 1, 22, tzinfo=UTC), categories=Choice(("noise",))),
    "zones": Filter(zones=ZoneChoice((("quartier", "13201"), ("arrondissement", "1")))),
    "words-at-night": Filter(words=("tapage",), hours=(0, 22, 23)),
    "near-at-week-ends": Filter(near=Near(43.2965, 5.3698, 800), weekdays=(5, 6)),
    "flags": Filter(flags=Choice(("late",)), severity_from=2, is_located=True),
    "without": Filter(statuses=Choice(none_of=("open",)), without_words=("échec",)),
}


@pytest.mark.parametrize("viewer", [EVERYONE, AGENT, Viewer.nobody()], ids=lambda viewer: viewer.who)
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_answers_are_those_of_the_plain_computation(engine_folder: Path, viewer: Viewer, question: Filter) -> None:
    assert_answers(opened(engine_folder), viewer, question)


@pytest.mark.parametrize("named", ["an-instant", "words-at-night", "near-at-week-ends", "flags"])
def test_each_engine_gives_these_answers(open_store: Opener, engine_folder: Path, named: str) -> None:
    assert_answers(open_store(engine_folder), AGENT, QUESTIONS[named])


def assert_answers(store: Store, viewer: Viewer, question: Filter) -> None:
    """Hold rows, counts, matrix, cells and tiles against the plain computation."""
    expected = matching(viewer, question, FACTS)
    rows = store.query(viewer, question).to_pylist()
    assert {row["uid"] for row in rows} == {row["uid"] for row in expected}
    by = ("family", "month", "zone_quartier", "hour", "weekday", "located")
    assert as_counts(store.count(viewer, question, by)) == counts(expected, by)
    assert int(store.matrix(viewer, question).sum()) == sum(row["hour_of_week"] is not None for row in expected)
    assert sum(store.h3_bins(viewer, question, resolution=7)["count"].to_pylist()) == sum(
        None not in {row["h3"], row["lon_deg"], row["lat_deg"]} for row in expected
    )
    tiled = sum(point["count"] for point in points(store.tile(viewer, question, 0, 0, 0)))
    assert tiled == sum(row["lon_deg"] is not None and row["lat_deg"] is not None for row in expected)


@pytest.fixture(scope="module")
def engine_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the facts, half of them with their cubes."""
    folder = tmp_path_factory.mktemp("facts")
    store = Store.open(folder, levels=LEVELS, timezone=TIMEZONE)
    store.upsert(renamed(FACTS))
    store.maintain()
    return folder


def renamed(table: pa.Table) -> pa.Table:
    """Return facts as a source gives them: unnamed and without version."""
    return table.drop_columns(["id", "version"])


def changed(table: pa.Table, **columns: Any) -> pa.Table:
    """Return facts with one value in all rows of some columns."""
    for name, value in columns.items():
        position = table.schema.get_field_index(name)
        field = table.schema.field(position)
        table = table.set_column(position, field, pa.array([value] * len(table), field.type))
    return table


def test_rows_come_back_as_they_went_in(open_store: Opener, tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.upsert(renamed(FACTS))
    back = store.query(EVERYONE, Filter(), order_by=("uid",))
    assert back.schema.names == event_schema(LEVELS).names
    expected = changed(FACTS, version=1).sort_by("uid")
    assert back.to_pylist() == expected.to_pylist()


def test_pages_follow_one_another_without_gap_or_overlap(open_store: Opener, engine_folder: Path) -> None:
    store = open_store(engine_folder)
    pages = [
        store.query(EVERYONE, Filter(), columns=("id", "occurred_from"), limit=17, offset=at) for at in (0, 17, 34)
    ]
    whole = store.query(EVERYONE, Filter(), columns=("id", "occurred_from"), limit=51)
    assert pa.concat_tables(pages).to_pylist() == whole.to_pylist()
    moments = whole["occurred_from"].to_pylist()
    assert moments == sorted(moments, reverse=True)


def test_a_fact_is_found_by_its_name_with_its_versions(open_store: Opener, tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.upsert(renamed(FACTS))
    name = FACTS["id"][0].as_py()
    moved = changed(FACTS.slice(0, 1), day=date(2020, 3, 3), occurred_from=datetime(2020, 3, 3, 9, tzinfo=UTC))
    store.upsert(renamed(moved))
    versions = store.event(EVERYONE, name)
    assert [(event.version, event.day) for event in versions] == [
        (2, date(2020, 3, 3)),
        (1, FACTS["day"][0].as_py()),
    ]
    assert {event.id for event in versions} == {name}
    assert store.event(EVERYONE, FACTS["uid"][0].as_py()) == versions
    assert store.event(Viewer.nobody(), name) == ()
    assert store.event(EVERYONE, "201901-" + "0" * 32) == ()
    assert store.event(EVERYONE, "no name") == ()


def test_one_fact_reads_as_in_the_list(store: Store) -> None:
    store.upsert(renamed(FACTS))
    row = store.query(AGENT, Filter(), limit=1).to_pylist()[0]
    assert store.event(AGENT, row["id"]) == (event_of(row),)


def test_exports_stream_the_same_rows_as_the_list(open_store: Opener, engine_folder: Path) -> None:
    store = open_store(engine_folder)
    batches = list(store.stream(AGENT, Filter(severity_from=2), columns=("id", "text"), batch_rows=10))
    listed = store.query(AGENT, Filter(severity_from=2), columns=("id", "text"))
    assert pa.Table.from_batches(batches).to_pylist() == listed.to_pylist()


def observed(values: list[tuple[str, int, float | None]], **columns: Any) -> pa.Table:
    """Return numbers of some series at some minutes of one day."""
    start = datetime(2022, 3, 1, tzinfo=UTC)
    plain = {"source": "leuven", "unit": "dB", "quality": "good", "sensitivity": "public", "reality": "real"}
    rows = [
        {"series": series, "at": start + timedelta(minutes=minute), "value": value, **plain, **columns}
        for series, minute, value in values
    ]
    return pa.Table.from_pylist(rows, schema=OBSERVATION_SCHEMA)


def test_numbers_are_read_as_measured_and_by_steps(open_store: Opener, tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.append_observations(observed([("a", 0, 1.0), ("a", 30, 3.0), ("a", 60, None), ("b", 0, 7.0)]))
    read = store.observations(EVERYONE, series=["a"])
    assert read["value"].to_pylist() == [1.0, 3.0, None]
    hourly = store.observations(EVERYONE, every=timedelta(hours=1))
    assert hourly.select(["series", "value", "low", "high", "count"]).to_pylist() == [
        {"series": "a", "value": 2.0, "low": 1.0, "high": 3.0, "count": 2},
        {"series": "a", "value": None, "low": None, "high": None, "count": 0},
        {"series": "b", "value": 7.0, "low": 7.0, "high": 7.0, "count": 1},
    ]
    assert hourly["at"].to_pylist()[1] == datetime(2022, 3, 1, 1, tzinfo=UTC)
    assert store.series(EVERYONE)["count"].to_pylist() == [3, 1]
    assert store.observations(Viewer.nobody()).num_rows == 0


def test_an_empty_store_answers(open_store: Opener, tmp_path: Path) -> None:
    store = open_store(tmp_path)
    assert store.query(EVERYONE, Filter()).num_rows == 0
    assert store.count(EVERYONE, Filter())["count"].to_pylist() == [0]
    assert store.count(EVERYONE, Filter(), ("family",)).num_rows == 0
    assert store.matrix(EVERYONE, Filter()).shape == (7, 24)
    assert store.latest(EVERYONE, Filter(), 10).num_rows == 0
    assert store.tile(EVERYONE, Filter(), 3, 1, 2) == b""
    assert list(store.stream(EVERYONE, Filter())) == []
    assert store.observations(EVERYONE).num_rows == 0


def test_the_past_is_read_as_it_was(open_store: Opener, tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.upsert(renamed(FACTS.slice(0, 50)))
    then = store.version
    store.upsert(renamed(FACTS.slice(50)))
    store.upsert(renamed(changed(FACTS.slice(0, 10), severity=5, title="corrected")))
    past = store.at(version=then)
    assert past.count(EVERYONE, Filter())["count"].to_pylist() == [50]
    assert past.count(EVERYONE, Filter(words=("corrected",)))["count"].to_pylist() == [0]
    assert store.count(EVERYONE, Filter())["count"].to_pylist() == [len(FACTS)]
    with pytest.raises(ReadOnlyError, match="view of the past"):
        past.upsert(renamed(FACTS))


def test_the_matrix_has_a_fact_on_its_weekday_and_hour(store: Store) -> None:
    monday_eight = changed(FACTS.slice(0, 1), hour_of_week=8)
    store.upsert(renamed(monday_eight))
    expected = np.zeros((7, 24), dtype=np.int64)
    expected[0, 8] = 1
    assert (store.matrix(EVERYONE, Filter()) == expected).all()


def test_counts_hidden_by_rights_are_told_coarsely_or_not_at_all(store: Store) -> None:
    store.upsert(renamed(FACTS))
    everything = store.count(EVERYONE, Filter())["count"][0].as_py()
    theirs = store.count(AGENT, Filter())["count"][0].as_py()
    assert store.hidden(AGENT, Filter()) == (everything - theirs) // 10 * 10
    assert store.hidden(EVERYONE, Filter()) == 0
    assert store.hidden(AGENT, Filter(words=("tapage",))) is None
    assert store.hidden(AGENT, Filter(box=Box(5.3, 43.2, 5.4, 43.3))) is None
    assert store.hidden(Viewer.nobody(), Filter()) is None


def test_words_of_a_masked_column_find_nothing(store: Store) -> None:
    secret = changed(FACTS.slice(0, 30), text="zanzibar", sensitivity="public", regime="RGPD", source="police")
    store.upsert(renamed(secret))
    masked = Viewer(who="m", grants=(Grant(purpose="p", rows=Filter(), masked=frozenset({"text"})),))
    assert store.query(masked, Filter())["text"].null_count == store.query(masked, Filter()).num_rows > 0
    assert store.count(masked, Filter(words=("zanzibar",)))["count"].to_pylist() == [0]
    assert store.count(EVERYONE, Filter(words=("zanzibar",)))["count"].to_pylist() == [30]


def test_the_stamp_changes_with_the_data_and_only_then(store: Store) -> None:
    first = store.stamp()
    store.upsert(renamed(FACTS))
    second = store.stamp()
    store.upsert(renamed(FACTS))
    assert first != second == store.stamp()
    store.append_observations(observed([("a", 0, 1.0)]))
    assert store.stamp() != second


@pytest.mark.parametrize(
    ("levels", "timezone", "word"),
    [(("district",), TIMEZONE, "levels"), (LEVELS, "Europe/Brussels", "timezone")],
    ids=["other-levels", "another-time-zone"],
)
def test_a_folder_laid_for_another_town_is_refused(
    store: Store, tmp_path: Path, levels: tuple[str, ...], timezone: str, word: str
) -> None:
    assert store.version == 0
    with pytest.raises(StoreError, match=f"was laid for {word}"):
        Store.open(tmp_path / "facts", levels=levels, timezone=timezone)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        pytest.param(lambda s: s.count(EVERYONE, Filter(), ("flavour",)), "cannot count by 'flavour'", id="dimension"),
        pytest.param(lambda s: s.query(EVERYONE, Filter(), columns=("digest",)), "no column", id="inner-column"),
        pytest.param(lambda s: s.query(EVERYONE, Filter(), order_by=("-nothing",)), "no column", id="order"),
        pytest.param(lambda s: s.query(EVERYONE, Filter(), limit=-1), "must not be negative", id="limit"),
        pytest.param(lambda s: s.h3_bins(EVERYONE, Filter(), resolution=11), "is not in 0..10", id="resolution"),
        pytest.param(lambda s: s.tile(EVERYONE, Filter(), 2, 4, 0), "no tile 2/4/0", id="tile"),
        pytest.param(lambda s: s.upsert(FACTS.drop_columns(["severity"])), "without column", id="missing-column"),
        pytest.param(lambda s: s.upsert(changed(FACTS, source=None)), "'source' has no value", id="no-value"),
        pytest.param(lambda s: s.upsert(changed(FACTS, uid="zz" * 16)), "not 32 hexadecimal digits", id="uid"),
        pytest.param(lambda s: s.at(), "exactly one", id="at-nothing"),
    ],
)
def test_a_wrong_question_is_named(store: Store, ask: Callable[[Store], Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ask(store)
