from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from quietude.sources.api import LINE, ReadSpec, SourceError
from quietude.sources.readers.geographic import read_shapes

COLLECTION = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"id": 7, "nom": "Été"},
            "geometry": {"type": "Point", "coordinates": [5.3, 43.2]},
        },
        {"type": "Feature", "properties": {"id": 8, "nom": None}, "geometry": None},
    ],
}


def spec(form: str) -> ReadSpec:
    return ReadSpec.model_validate({"format": form, "path": "x"})


def test_geojson_gives_properties_and_points(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps(COLLECTION), encoding="utf-8")
    frame = next(read_shapes(path, spec("geojson"))).frame
    assert frame.columns == ["id", "nom", "geometry_lon", "geometry_lat", LINE]
    assert frame.rows() == [("7", "Été", "5.3", "43.2", 1), ("8", None, None, None, 2)]


@pytest.mark.parametrize(
    ("form", "driver", "name"), [("gpkg", "GPKG", "a.gpkg"), ("shapefile", "ESRI Shapefile", "a.shp")]
)
def test_shapes_in_a_projected_system_are_brought_to_degrees(tmp_path: Path, form: str, driver: str, name: str) -> None:
    corner = shapely.Point(892390.22, 6247035.17)  # Lambert-93 of 5.38 E, 43.30 N, by IGN's formulas to the metre
    pyogrio.raw.write(
        tmp_path / name, shapely.to_wkb(np.array([corner.buffer(10)])), [np.array(["x"], dtype=object)], ["nom"],
        geometry_type="Polygon", crs="EPSG:2154", driver=driver,
    )  # fmt: skip
    frame = next(read_shapes(tmp_path / name, spec(form))).frame
    assert frame["nom"].to_list() == ["x"]
    assert float(frame["geometry_lon"][0]) == pytest.approx(5.3690, abs=0.02)
    assert float(frame["geometry_lat"][0]) == pytest.approx(43.2965, abs=0.02)


def test_what_is_no_geographic_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"not a geopackage")
    with pytest.raises(SourceError, match="declare the right `format`"):
        next(read_shapes(path, spec("gpkg")))
