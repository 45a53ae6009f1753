"""Hints are understood in any of the ways sources state a zone, and the likeliest name is chosen."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.ingest.locate.conftest import asked

from quietude.ingest.locate.choose import choose, resolve_hints
from quietude.ingest.locate.gazetteer import Gazetteer
from quietude.ingest.locate.geocoder import Geocoder


def hints(geocoder: Geocoder, address: str | None, **columns: str) -> dict[str, Any]:
    question = asked(address, **columns)
    return resolve_hints(question, geocoder.understand(question), geocoder.gazetteer).row(0, named=True)


@pytest.mark.parametrize(
    ("columns", "district"),
    [
        ({"zone_hint": "13201"}, "13201"),
        ({"zone_hint": "13201.0"}, "13201"),
        ({"zone_hint": " 1 "}, "13201"),
        ({"zone_hint": "1e arrondissement"}, "13201"),
        ({"postcode": "13002"}, "13202"),
        ({"zone_hint": "55"}, None),
        ({"zone_hint": ""}, None),
        ({"postcode": "75001"}, None),
    ],
)
def test_stated_zones_are_understood(geocoder: Geocoder, columns: dict[str, str], district: str | None) -> None:
    assert hints(geocoder, "Rue du Prado", **columns)["hint_arrondissement"] == district


def test_the_column_is_believed_before_the_address(geocoder: Geocoder) -> None:
    assert hints(geocoder, "Rue du Prado, 13001 Marseille", zone_hint="13202")["hint_arrondissement"] == "13202"


def test_an_address_that_is_a_zones_name_names_it(geocoder: Geocoder) -> None:
    assert [hints(geocoder, name)["named_quartier"] for name in ("saint loup", "SAINT-LOUP")] == ["q11", "q11"]
    assert hints(geocoder, "12 Saint-Loup")["named_quartier"] is None


def test_rivals_elsewhere_narrow_the_margin(geocoder: Geocoder, gazetteer: Gazetteer) -> None:
    chosen = choose(geocoder.understand(asked("prado", "boulevard baille")), geocoder.index, gazetteer)
    margins = dict(chosen.select("shown", "margin").iter_rows())
    assert margins.pop("Boulevard Baille") is None
    assert [margin for margin in margins.values() if margin < 5]


def test_a_crossing_names_both_streets_and_takes_the_worse_spelling(geocoder: Geocoder, gazetteer: Gazetteer) -> None:
    chosen = choose(geocoder.understand(asked("bd baille / rue st pierr")), geocoder.index, gazetteer).row(
        0, named=True
    )
    assert chosen["shown"] == "Boulevard Baille / Rue Saint-Pierre"
    assert chosen["similarity"] < 100


def test_a_street_does_not_cross_itself(geocoder: Geocoder, gazetteer: Gazetteer) -> None:
    chosen = choose(geocoder.understand(asked("bd baille / boulevard baille")), geocoder.index, gazetteer).row(
        0, named=True
    )
    assert (chosen["entry_b"], chosen["shown"]) == (None, "Boulevard Baille")


def test_nothing_alike_is_left_out(geocoder: Geocoder, gazetteer: Gazetteer) -> None:
    chosen = choose(geocoder.understand(asked("xyzzy", "boulevard baille", None)), geocoder.index, gazetteer)
    assert chosen["row"].to_list() == [1]
    assert isinstance(chosen, pl.DataFrame)
