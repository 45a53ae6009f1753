"""A made-up town of four quarters, two districts and a few streets, small enough to check by hand."""

from __future__ import annotations

import polars as pl
import pytest
import shapely

from quietude.ingest.locate.gazetteer import Gazetteer, build_gazetteer
from quietude.ingest.locate.geocoder import TEXT_COLUMNS, Geocoder
from quietude.model.territory import Level, Territory, Zone
from quietude.sources.api import GAZETTEER_SCHEMA, GazetteerSpec

WEST, SOUTH, SIDE = 5.30, 43.20, 0.02  # a quarter is 1.6 km wide and 2.2 km high

STREETS = [
    ("Rue de la République", 5.305, 43.205),
    ("Rue du Docteur Jean Fiolle", 5.306, 43.207),
    ("Boulevard Baille", 5.325, 43.205),
    ("Avenue du Prado", 5.318, 43.210),
    ("Rue du Prado", 5.335, 43.235),
    ("Chemin de Morgiou", 5.305, 43.225),
    ("Place du 4 Septembre", 5.308, 43.228),
    ("Rond-Point du Prado", 5.316, 43.212),
    ("Rue Saint-Pierre", 5.327, 43.206),
    ("Autoroute Est", 5.330, 43.230),
    ("Rue Limite", 5.312, 43.219),
]
PLACES = [("Stade Vélodrome", 5.332, 43.232), ("Ecole Lodi", 5.309, 43.209)]


@pytest.fixture(scope="session")
def territory() -> Territory:
    def square(column: int, row: int) -> shapely.Polygon:
        west, south = WEST + SIDE * column, SOUTH + SIDE * row
        return shapely.box(west, south, west + SIDE, south + SIDE)

    names = {(0, 0): "Le Port", (1, 0): "Belle de Mai", (0, 1): "Les Collines", (1, 1): "Saint-Loup"}
    quarters = [
        Zone(code=f"q{column}{row}", name=name, parent=f"1320{row + 1}", geometry=square(column, row))
        for (column, row), name in names.items()
    ]
    districts = [
        Zone(
            code=f"1320{row + 1}",
            name=f"{row + 1}e arrondissement",
            parent=None,
            geometry=shapely.union_all([square(0, row), square(1, row)]),
        )
        for row in (0, 1)
    ]
    return Territory(
        levels=(
            Level(name="arrondissement", labels={"fr": "Arrondissement"}, zones=tuple(districts)),
            Level(name="quartier", labels={"fr": "Quartier"}, zones=tuple(quarters)),
        )
    )


@pytest.fixture(scope="session")
def spec() -> GazetteerSpec:
    return GazetteerSpec(
        country="fr",
        cities=("Marseille",),
        zones=True,
        postcodes={"13001": "13201", "13002": "13202"},
        aliases={"A50": "Autoroute Est", "Nowhere": "Rue Absente"},
    )


@pytest.fixture(scope="session")
def gazetteer(territory: Territory, spec: GazetteerSpec) -> Gazetteer:
    rows = [("street", name, None, None, lon, lat, "test") for name, lon, lat in STREETS]
    rows += [("place", name, None, None, lon, lat, "test") for name, lon, lat in PLACES]
    numbers = [(2, 43.2060), (10, 43.2070), (30, 43.2090), (90, 43.2150), (150, 43.2250)]
    rows += [
        ("number", f"{n} rue de la République, 13001 Marseille", None, None, 5.305, lat, "test") for n, lat in numbers
    ]
    return build_gazetteer(spec, pl.DataFrame(rows, schema=GAZETTEER_SCHEMA, orient="row"), territory)


@pytest.fixture(scope="session")
def geocoder(territory: Territory, gazetteer: Gazetteer) -> Geocoder:
    return Geocoder(territory, gazetteer)


def asked(*addresses: str | None, **columns: str | None) -> pl.DataFrame:
    """Return places as `Geocoder.find` takes them, one per address, other columns the same for all."""
    table = {name: [columns.get(name)] * len(addresses) for name in TEXT_COLUMNS} | {"address": list(addresses)}
    return pl.DataFrame(table, schema=dict.fromkeys(TEXT_COLUMNS, pl.String))
