"""A question is answered from the months and the columns it says it touches."""

from __future__ import annotations

from datetime import UTC, date, datetime

import ibis
import polars as pl
import pyarrow as pa
from hypothesis import given, settings
from tests.model.strategies import LEVELS, event_tables, questions

from quietude.model.event import event_schema
from quietude.model.filter.compile import to_ibis
from quietude.model.filter.predicate import mask
from quietude.model.filter.question import Filter
from quietude.model.filter.scope import columns_of, months_of


@given(table=event_tables(), question=questions())
@settings(max_examples=50, deadline=None)
def test_no_other_column_is_read_and_no_other_month_holds_an_answer(table: pa.Table, question: Filter) -> None:
    frame = pl.DataFrame(table).with_columns(month=pl.col("day").dt.strftime("%Y-%m"))
    answers = frame.filter(mask(question, frame))
    narrow = frame.select("source_key", *sorted(columns_of(question) - {"source_key"}))
    assert mask(question, narrow).to_list() == mask(question, frame).to_list()
    columns = ibis.table(ibis.Schema.from_pyarrow(event_schema(LEVELS)), name="facts")
    needed = {name: columns[name] for name in columns_of(question)}
    assert to_ibis(question, needed, timezone="Europe/Paris").type().is_boolean()
    first, last = months_of(question, timezone="Europe/Paris")
    assert all((first or "") <= month <= (last or "9999") for month in answers["month"])


def test_an_instant_belongs_to_the_local_month() -> None:
    new_year = Filter(since=datetime(2018, 12, 31, 23, 0, tzinfo=UTC), until=date(2019, 3, 31))
    assert months_of(new_year, timezone="Europe/Paris") == ("2019-01", "2019-03")
    assert months_of(new_year, timezone="UTC") == ("2018-12", "2019-03")
    assert months_of(Filter(), timezone="UTC") == (None, None)
