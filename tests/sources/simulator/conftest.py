"""A small town by the sea for the simulator to play in."""

from __future__ import annotations

import polars as pl
import pytest
import shapely

from quietude.model.territory import Level, Territory, Zone
from quietude.sources.simulator.stage import Stage, build_stage
from quietude.sources.simulator.world import FictionalTown

WEST, SOUTH, STEP = 5.30, 43.20, 0.04
KINDS = ("Rue", "Avenue", "Boulevard", "Place", "Chemin", "Impasse", "Traverse", "Square")


def square(column: int, row: int) -> shapely.Polygon:
    west, south = WEST + column * STEP, SOUTH + row * STEP
    return shapely.box(west, south, west + STEP, south + STEP)


@pytest.fixture(scope="session")
def territory() -> Territory:
    """Two districts of two quarters each."""
    quarters = tuple(
        Zone(
            code=f"q{column}{row}",
            name=f"Quartier {column}{row}",
            parent=f"d{row}",
            geometry=square(column, row),
            population=10_000,
        )
        for row in (0, 1)
        for column in (0, 1)
    )
    districts = tuple(
        Zone(
            code=f"d{row}", name=f"{row + 1}e arrondissement", parent=None,
            geometry=shapely.union_all([zone.geometry for zone in quarters if zone.parent == f"d{row}"]),
        )
        for row in (0, 1)
    )  # fmt: skip
    labels = {"fr": "Zone", "en": "Zone"}
    return Territory(
        levels=(
            Level(name="district", labels=labels, zones=districts),
            Level(name="quarter", labels=labels, zones=quarters),
        )
    )


@pytest.fixture(scope="session")
def gazetteer() -> pl.DataFrame:
    """A hundred and sixty streets on a grid, and a few places, one of them outside the town."""
    names, lon, lat = [], [], []
    for number in range(160):
        names.append(f"{KINDS[number % len(KINDS)]} de l'Essai {number}")
        lon.append(WEST + 0.002 + (number % 16) * 0.0048)
        lat.append(SOUTH + 0.004 + (number // 16) * 0.0075)
    places = {"Stade Municipal": (5.335, 43.241), "Plage du Prado": (5.303, 43.205), "Gare Centrale": (5.345, 43.245)}
    far = {"Rue d'Ailleurs": (6.5, 44.5)}
    return pl.DataFrame(
        {
            "kind": ["street"] * 160 + ["place"] * 3 + ["street"],
            "name": [*names, *places, *far],
            "lon": [*lon, *(x for x, _ in (places | far).values())],
            "lat": [*lat, *(y for _, y in (places | far).values())],
        },
        schema_overrides={"lon": pl.Float64, "lat": pl.Float64},
    ).slice(0, 163 + 1)


@pytest.fixture(scope="session")
def stage(territory: Territory, gazetteer: pl.DataFrame) -> Stage:
    return build_stage(territory, gazetteer, timezone="Europe/Paris")


@pytest.fixture(scope="session")
def town(stage: Stage) -> FictionalTown:
    return FictionalTown(stage, 7, 110.0)
