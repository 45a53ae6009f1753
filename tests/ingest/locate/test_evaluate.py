"""Shares, parts and classes of failures count each record once."""

from __future__ import annotations

import polars as pl
import pytest
from tests.ingest.locate.conftest import asked

from quietude.ingest.locate.evaluate import FOLDS, measure, name_matching, part_of
from quietude.ingest.locate.gazetteer import Gazetteer
from quietude.ingest.locate.geocoder import Geocoder

TRUTH = [
    ("Boulevard Baille", 5.325, 43.206, True, True),
    ("Boulevard Baille", 5.315, 43.206, False, True),
    ("Chemin de Morgiou", 5.335, 43.205, False, True),
    ("rue Inconnue du Néant", 5.335, 43.205, False, False),
    ("", 5.335, 43.205, False, False),
    ("A51 sens Aix", 5.335, 43.205, False, False),
]


@pytest.fixture(scope="module")
def records() -> pl.DataFrame:
    places = pl.DataFrame(TRUTH, schema=["address", "lon_deg", "lat_deg", "right", "near"], orient="row")
    return asked(*places["address"]).with_columns(places["lon_deg"], places["lat_deg"])


def test_each_record_is_judged_by_its_true_zone(geocoder: Geocoder, records: pl.DataFrame) -> None:
    found = measure(geocoder, records, with_hints=False)
    assert found.rows["is_right"].to_list() == [row[3] for row in TRUTH]
    assert found.rows["is_near"].to_list() == [row[4] for row in TRUTH]
    assert (found.records, found.located) == (6, 0.5)
    assert [found.right, found.near] == pytest.approx([1 / 3, 1.0])


def test_tables_count_every_record_once(geocoder: Geocoder, records: pl.DataFrame) -> None:
    found = measure(geocoder, records, with_hints=False)
    assert found.by_method["records"].sum() == found.reliability["records"].sum() == 3
    assert dict(found.failures.iter_rows()) == {
        "no name alike": 1,
        "no street in the address": 1,
        "numbered road that no file knows": 1,
    }


def test_without_hints_the_records_own_zone_is_not_read(geocoder: Geocoder, records: pl.DataFrame) -> None:
    stated = records.with_columns(zone_hint=pl.lit("13201"))
    assert measure(geocoder, stated, with_hints=False).rows["hint_arrondissement"].is_null().all()
    assert not measure(geocoder, stated, with_hints=True).rows["hint_arrondissement"].is_null().any()


def test_the_baseline_is_equality_of_normalised_names(gazetteer: Gazetteer) -> None:
    right = asked("BAILLE (BD)", "12, BOULEVARD BAILLE", "rue de la republique")
    wrong = asked("BAILE (BD)", "BAILLE", "", None)
    assert (name_matching(gazetteer, right), name_matching(gazetteer, wrong)) == (1.0, 0.0)


def test_a_records_part_is_its_own_for_ever() -> None:
    keys = pl.Series([f"2019000{n}" for n in range(2000)])
    parts = part_of(keys)
    assert parts.head(5).to_list() == part_of(keys.head(5)).to_list()
    counts = parts.value_counts()
    assert counts.height == FOLDS
    assert all(count > 2000 / FOLDS * 0.8 for count in counts["count"])
    assert part_of(pl.Series(["200600000303"])).to_list() == [0x1E6CDAA1 % FOLDS]  # SHA-256 of the key, first 8 digits
