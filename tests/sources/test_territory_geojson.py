"""A territory survives being written as GeoJSON."""

from __future__ import annotations

import json

import pytest
import shapely

from quietude.model.territory import Level, Territory, Zone
from quietude.sources.territory_geojson import territory_from_geojson, territory_to_geojson


def test_what_is_written_is_read_back() -> None:
    zone = Zone(
        code="a",
        name="À",
        parent=None,
        geometry=shapely.box(0, 0, 1, 1),
        population=7,
        attributes={"x": 1.5, "y": None},
    )
    child = Zone(code="b", name="B", parent="a", geometry=shapely.box(0, 0, 0.5, 1))
    territory = Territory(
        levels=(
            Level(name="city", labels={"fr": "Ville"}, zones=(zone,)),
            Level(name="part", labels={}, zones=(child,)),
        ),
        approximate="drawn by hand",
    )
    again = territory_from_geojson(json.loads(json.dumps(territory_to_geojson(territory))))
    assert again == territory


def test_a_document_without_levels_is_refused() -> None:
    with pytest.raises(KeyError):
        territory_from_geojson({"type": "FeatureCollection", "features": []})
