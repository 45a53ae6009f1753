"""Places along a street follow its numbers, its kilometres, or its usual spot."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from quietude.ingest.locate.gazetteer import POINT_SCHEMA, Gazetteer
from quietude.ingest.locate.position import place_crossings, place_streets


def placed(
    gazetteer: Gazetteer, label: str, number: int | None, *, hint: str | None = None, kind: str = "RUE"
) -> dict[str, Any]:
    entry = gazetteer.names.filter(pl.col("label") == label)["entry"].item(0)
    asked = pl.DataFrame(
        {
            "row": [0], "entry": [entry], "found_kind": [kind], "number": [number],
            "hint_arrondissement": [hint], "hint_quartier": [None],
        },
        schema={
            "row": pl.UInt32, "entry": pl.UInt32, "found_kind": pl.String, "number": pl.Int32,
            "hint_arrondissement": pl.String, "hint_quartier": pl.String,
        },
    )  # fmt: skip
    return place_streets(asked, gazetteer, {"RUE": 200.0}, 400.0).row(0, named=True)


def test_a_number_below_the_first_is_put_at_the_first(gazetteer: Gazetteer) -> None:
    first, below = placed(gazetteer, "Rue de la République", 2), placed(gazetteer, "Rue de la République", 1)
    assert (below["x"], below["y"], below["gap"]) == (first["x"], first["y"], 1.0)


def test_a_number_of_a_street_without_numbers_is_ignored(gazetteer: Gazetteer) -> None:
    found = placed(gazetteer, "Boulevard Baille", 12)
    assert (found["method"], found["gap"], found["accuracy_m"]) == ("street", None, 200.0)


def test_without_a_number_a_street_is_where_most_of_it_is(gazetteer: Gazetteer) -> None:
    found = placed(gazetteer, "Rue de la République", None)
    assert (found["share"], found["method"]) == (pytest.approx(5 / 6), "street")


def test_a_stated_zone_chooses_the_part_of_the_street(gazetteer: Gazetteer) -> None:
    there, everywhere = (
        placed(gazetteer, "Rue de la République", None, hint="13202"),
        placed(gazetteer, "Rue de la République", None),
    )
    assert there["y"] > everywhere["y"]
    assert (there["agrees"], there["share"]) == (True, 1.0)


def test_the_doubt_of_a_kind_is_used_where_only_its_middle_is_known(gazetteer: Gazetteer) -> None:
    assert placed(gazetteer, "Boulevard Baille", None, kind="CHEMIN")["accuracy_m"] == 400.0


def test_streets_cross_where_they_come_nearest(gazetteer: Gazetteer) -> None:
    first = gazetteer.names["entry"].n_unique()
    ways = [(first, 5.30 + 0.001 * n, 43.21) for n in range(20)] + [
        (first + 1, 5.31, 43.20 + 0.001 * n) for n in range(20)
    ]
    points = pl.DataFrame(
        [(entry, None, lon, lat, True) for entry, lon, lat in ways], schema=POINT_SCHEMA, orient="row"
    )
    crossed = gazetteer.with_points(points, gazetteer.names.head(0))
    asked = pl.DataFrame(
        {"row": [7], "entry": [first], "entry_b": [first + 1]},
        schema=dict.fromkeys(("row", "entry", "entry_b"), pl.UInt32),
    )
    found = place_crossings(asked, crossed).row(0, named=True)
    x, y = crossed.plane.to_metres(pl.Series([5.31]).to_numpy(), pl.Series([43.21]).to_numpy())
    assert (found["row"], found["x"], found["y"]) == (7, pytest.approx(x[0], abs=1), pytest.approx(y[0], abs=1))
    assert found["accuracy_m"] == pytest.approx(40.0, abs=1)
