"""What is remembered of places is what would be found anew."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietude.ingest.locate import met as module
from quietude.ingest.locate.met import PlacesMet

coordinates = st.tuples(st.integers(0, 20).map(float), st.integers(0, 20).map(float))
batches = st.lists(
    st.tuples(st.lists(coordinates, unique=True, max_size=12), st.sampled_from([20.0, 100.0])), max_size=8
)


def frame(places: list[tuple[float, float]]) -> pl.DataFrame:
    schema = {"lon_deg": pl.Float64, "lat_deg": pl.Float64}
    return pl.DataFrame({"lon_deg": [lon for lon, _ in places], "lat_deg": [lat for _, lat in places]}, schema=schema)


@settings(max_examples=60)
@given(batches, st.sampled_from([3, 1_000]))
def test_every_batch_gets_what_finding_anew_gives(
    asked: list[tuple[list[tuple[float, float]], float]], most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST", most)
        memory = PlacesMet()
        for places, accuracy in asked:

            def find(strange: pl.DataFrame, accuracy: float = accuracy) -> pl.DataFrame:
                return strange.with_columns(said=pl.format("{} {} {}", "lon_deg", "lat_deg", pl.lit(accuracy)))

            here = frame(places)
            assert memory.of(here, accuracy, find).equals(find(here))


def test_a_place_met_before_is_not_found_again() -> None:
    memory = PlacesMet()
    found: list[int] = []

    def find(strange: pl.DataFrame) -> pl.DataFrame:
        found.append(strange.height)
        return strange.with_columns(said=pl.lit("here"))

    memory.of(frame([(1.0, 2.0), (3.0, 4.0)]), 20.0, find)
    memory.of(frame([(3.0, 4.0), (5.0, 6.0)]), 20.0, find)
    memory.of(frame([(1.0, 2.0)]), 20.0, find)
    assert found == [2, 1]
