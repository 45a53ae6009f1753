"""A fact always says the law it lives under and how it came to be known."""

from __future__ import annotations

import pyarrow as pa
import pytest
from tests.model.strategies import fact, table_of
from tests.store.conftest import EVERYONE

from quietude.model.filter.question import Filter
from quietude.store.api import Store

FACTS = table_of([fact(seed) for seed in range(10)])


@pytest.mark.parametrize("column", ["regime", "origin"])
@pytest.mark.parametrize("verb", ["append", "upsert"])
def test_a_fact_that_does_not_say_its_law_or_its_origin_is_refused(store: Store, column: str, verb: str) -> None:
    place = FACTS.schema.get_field_index(column)
    said = [None, *FACTS.column(column).to_pylist()[1:]]
    loose = pa.field(column, pa.string())
    untagged = FACTS.set_column(place, loose, pa.array(said, pa.string()))
    with pytest.raises(ValueError, match=column):
        getattr(store, verb)(untagged)
    assert store.count(EVERYONE, Filter())["count"].to_pylist() in ([], [0])
