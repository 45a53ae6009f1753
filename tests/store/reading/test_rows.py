"""Pages of rows: the same rows in the same order however they are cut, near or deep."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.model.strategies import fact, questions, table_of
from tests.store.conftest import EVERYONE, opened

from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Filter
from quietude.model.viewer import Grant, Viewer
from quietude.store.api import Store
from quietude.store.reading import rows

FACTS = table_of([fact(seed) for seed in range(200)])


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = opened(tmp_path_factory.mktemp("facts"))
    store.upsert(FACTS)
    return store


def in_order(store: Store, question: Filter, order_by: tuple[str, ...]) -> list[str]:
    """Return all ids in an order, by a query without a limit, which takes the plain way."""
    listed: list[str] = store.query(EVERYONE, question, columns=("id",), order_by=order_by)["id"].to_pylist()
    return listed


@given(
    question=questions(),
    limit=st.integers(1, 60),
    offset=st.integers(0, 150),
    order_by=st.sampled_from([("-occurred_from",), ("occurred_from",), ("-occurred_from", "title"), ("-severity",)]),
)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_page_is_a_slice_of_the_whole(
    filed: Store, question: Filter, limit: int, offset: int, order_by: tuple[str, ...]
) -> None:
    page = filed.query(EVERYONE, question, columns=("id",), order_by=order_by, limit=limit, offset=offset)
    assert page["id"].to_pylist() == in_order(filed, question, order_by)[offset : offset + limit]


@pytest.mark.parametrize("order_by", [("-occurred_from",), ("occurred_from",)], ids=["newest", "oldest"])
@pytest.mark.parametrize("offset", [0, 30, 150, 10_000])
def test_a_deep_page_is_the_same_slice(
    filed: Store, order_by: tuple[str, ...], offset: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = in_order(filed, Filter(), order_by)
    monkeypatch.setattr(rows, "NEAR_ROWS", 0)
    page = filed.query(EVERYONE, Filter(), columns=("id",), order_by=order_by, limit=20, offset=offset)
    assert page["id"].to_pylist() == whole[offset : offset + 20]


def test_a_time_that_cannot_be_read_does_not_order_the_page(filed: Store) -> None:
    grant = Grant(
        purpose="p",
        rows=Filter(),
        ceiling=Sensitivity.CONFIDENTIAL,
        regimes=frozenset(Regime),
        masked=frozenset({"occurred_from", "day"}),
    )
    page = filed.query(Viewer(who="w", grants=(grant,)), Filter(), limit=50)
    ids = page["id"].to_pylist()
    assert page["occurred_from"].null_count == 50
    assert ids == sorted(ids)


def test_latest_are_the_newest(filed: Store) -> None:
    newest = sorted(FACTS["occurred_from"].to_pylist(), reverse=True)[:25]
    assert filed.latest(EVERYONE, Filter(), 25)["occurred_from"].to_pylist() == newest


def test_columns_come_in_the_order_asked(filed: Store) -> None:
    assert filed.query(EVERYONE, Filter(), columns=("title", "id"), limit=1).schema.names == ["title", "id"]


def test_an_export_that_meets_an_erasure_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = opened(tmp_path_factory.mktemp("facts"))
    store.upsert(FACTS)
    batches = store.stream(EVERYONE, Filter(), columns=("id",), batch_rows=1)
    first = next(batches)
    oldest = FACTS.sort_by("occurred_from")["uid"][0].as_py()
    store.erase([oldest], reason="asked for", by="dpo")
    with pytest.raises(RuntimeError, match="start the export again"):
        pa.Table.from_batches([first, *batches])


def test_a_page_in_the_order_of_names(filed: Store) -> None:
    names = filed.query(EVERYONE, Filter(), columns=["id"], order_by=("-id",))["id"].to_pylist()
    assert names == sorted(names, reverse=True)
