"""The file of a town's streets, as OpenStreetMap exports it: lines in degrees, `highway`, `oneway` and `junction`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from quietude.situations.streets import Segments

NAMES = ("streets.fgb", "streets.gpkg", "streets.geojson")
"""In the town's `territory`; the first that is there counts."""
COLUMNS = ("highway", "oneway", "junction")
DEGREES = ("EPSG:4326", "OGC:CRS84")
SEGMENTS_MOST = 3_000_000
"""Of one town; more are a country's, and would fill the memory."""
UNBUILT = frozenset({"proposed", "construction", "razed", "abandoned"})
ONWARD, BACK = frozenset({"yes", "true", "1"}), frozenset({"-1", "reverse"})


class StreetFileError(ValueError):
    """A file of streets that cannot be used: the message says what is wrong and what to do."""


def street_file(folder: Path) -> Path | None:
    """Return the file of streets of a town's folder, None where it has none."""
    return next((path for name in NAMES if (path := folder / "territory" / name).is_file()), None)


def read_streets(path: Path) -> Segments:
    """Return the straight pieces of all streets of a file.

    Raises:
        StreetFileError: it is no file of lines in degrees, or has too many.
    """
    said, shapes, fields = _read(path)
    if said["crs"] not in DEGREES:
        raise StreetFileError(
            f"{path}: its coordinates are {said['crs'] or 'of no system that it names'}, not degrees; "
            f"write it anew with: ogr2ogr -t_srs EPSG:4326 {path.stem}.new{path.suffix} {path.name}"
        )
    values = dict(zip(said["fields"], fields, strict=True))
    lines = shapely.from_wkb(shapes)
    columns = {name: _texts(values.get(name), len(lines)) for name in COLUMNS}
    parts, of = shapely.get_parts(lines, return_index=True)
    is_line = (shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & ~np.isin(
        columns["highway"][of], list(UNBUILT)
    )
    if not is_line.any():
        raise StreetFileError(f"{path}: it holds no line; export the streets themselves, not points or outlines")
    return _cut(path, parts[is_line], {name: each[of][is_line] for name, each in columns.items()})


def _read(path: Path) -> tuple[dict[str, Any], Any, Any]:
    import pyogrio.raw  # noqa: PLC0415  # brings pandas along: half a second of every command, for few towns

    try:
        known = set(pyogrio.read_info(path)["fields"])
        said, _, shapes, fields = pyogrio.raw.read(path, columns=[name for name in COLUMNS if name in known])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise StreetFileError(f"{path}: this is no file of lines that can be read: {error}") from error
    if shapes is None or len(shapes) == 0:
        raise StreetFileError(f"{path}: it holds no street")
    return said, shapes, fields


def _cut(path: Path, lines: npt.NDArray[np.object_], columns: dict[str, npt.NDArray[np.object_]]) -> Segments:
    points, of = shapely.get_coordinates(lines, return_index=True)
    follows = of[1:] == of[:-1]
    if int(follows.sum()) > SEGMENTS_MOST:
        raise StreetFileError(f"{path}: more than {SEGMENTS_MOST} pieces; cut it to the town and what lies around")
    if not np.isfinite(points).all() or (np.abs(points) > (180.0, 90.0)).any():
        raise StreetFileError(f"{path}: some of its points are no longitude and latitude")
    tail, head, street = points[:-1][follows], points[1:][follows], of[:-1][follows]
    oneway = columns["oneway"]
    is_round = columns["junction"] == "roundabout"  # driven around one way, whether that is said or not
    is_back = np.isin(oneway, list(BACK))
    is_onward = np.isin(oneway, list(ONWARD)) | (is_round & ~is_back)
    return Segments(tail, head, columns["highway"][street], ~is_back[street], ~is_onward[street])


def _texts(values: Any, count: int) -> npt.NDArray[np.object_]:
    """Return a column as text, "" where it says nothing or is not there."""
    if values is None:
        return np.full(count, "", object)
    return np.array(["" if each is None else str(each).strip().lower() for each in values], object)
