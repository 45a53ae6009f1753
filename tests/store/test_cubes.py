"""The cells of cubes: the same however they are counted, and from a finer kind as from the facts."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal
from tests.model.strategies import LEVELS
from tests.store.batches import batch

from quietude.store.cubes import CUBES, CubeSpec, as_filed, cells, cubes_layout, summed

LAYOUT = cubes_layout(LEVELS)
FACTS = pl.DataFrame(pa.concat_tables([batch(number) for number in range(3)])).filter(pl.col("day").dt.month() == 3)
MONTHLY = [spec for spec in CUBES if spec.grain != "year"]
BY_NAME = {spec.name: spec for spec in CUBES}


def same(one: pl.DataFrame, other: pl.DataFrame) -> None:
    assert_frame_equal(one, other, check_row_order=False, check_column_order=False)


@pytest.mark.parametrize("spec", MONTHLY, ids=lambda spec: spec.name)
def test_many_facts_are_counted_as_few_are(spec: CubeSpec) -> None:
    few, many = (cells(spec, LAYOUT, LEVELS, FACTS.lazy(), rows=rows) for rows in (1, 10**9))
    same(few, many)
    assert few["count"].sum() == FACTS.height


@pytest.mark.parametrize("spec", [spec for spec in MONTHLY if spec.summed_from], ids=lambda spec: spec.name)
def test_sums_of_a_finer_kind_are_the_counts_of_the_facts(spec: CubeSpec) -> None:
    finer = cells(BY_NAME[spec.summed_from], LAYOUT, LEVELS, FACTS.lazy(), rows=1)
    same(summed(spec, LAYOUT, LEVELS, finer.lazy()), cells(spec, LAYOUT, LEVELS, FACTS.lazy(), rows=1))


@pytest.mark.parametrize("spec", MONTHLY, ids=lambda spec: spec.name)
def test_a_kind_is_filed_with_every_column_in_order(spec: CubeSpec) -> None:
    made = cells(spec, LAYOUT, LEVELS, FACTS.lazy(), rows=1)
    filed = as_filed(made, LAYOUT)
    assert filed.schema == LAYOUT.file_schema
    order = [name for name in LAYOUT.sort_by if name in made.columns]
    assert pl.DataFrame(filed).select(order).equals(pl.DataFrame(filed).sort(order, nulls_last=True).select(order))
