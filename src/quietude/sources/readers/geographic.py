"""GeoJSON, GeoPackage and Shapefile: properties as text, and a point of each shape in WGS 84 degrees."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from quietude.sources.batch import SourceError
from quietude.sources.read_spec import ReadSpec
from quietude.sources.readers.naming import column_names
from quietude.sources.readers.piece import Piece, with_lines
from quietude.sources.readers.spreadsheet import blanked

FEATURES = 50_000  # shapes held at once
WGS84 = {"EPSG:4326", "OGC:CRS84", None}


def read_shapes(path: Path, read: ReadSpec) -> Iterator[Piece]:
    """Yield the features of one layer: properties, and `geometry_lon`, `geometry_lat` of a point inside, in degrees.

    Raises:
        SourceError: the file is no geographic file, or has no such layer.
    """
    import pyogrio.raw  # noqa: PLC0415  # brings pandas along: half a second of every command, for few sources
    from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415  # as above

    if path.stat().st_size == 0:
        raise SourceError(f"{path}: the file is empty", code="empty", file=path.name)
    try:
        total = pyogrio.read_info(path, layer=read.layer, force_feature_count=True)["features"]
        for begin in range(0, max(total, 1), FEATURES):
            meta, _, shapes, values = pyogrio.raw.read(
                path,
                layer=read.layer,
                encoding=read.encoding,
                skip_features=begin,
                max_features=FEATURES,
                return_fids=True,
            )
            yield Piece(
                _frame(meta, shapes, values, begin, read),
                (),
                int(path.stat().st_size * min(1, (begin + FEATURES) / max(total, 1))),
            )
    except (DataSourceError, DataLayerError) as error:
        raise SourceError(
            f"{path}: {error}; declare the right `format` or `layer`", code="format", file=path.name
        ) from error


def _frame(meta: dict[str, Any], shapes: Any, values: list[Any], begin: int, read: ReadSpec) -> pl.DataFrame:
    names = column_names([*meta["fields"], "geometry_lon", "geometry_lat"])
    columns = [pl.Series(name, _texts(value), dtype=pl.String) for name, value in zip(names, values, strict=False)]
    height = len(shapes) if shapes is not None else (len(values[0]) if values else 0)
    lon, lat = _points(shapes, meta.get("crs"), height)
    columns += [
        pl.Series(name, number).fill_nan(None).cast(pl.String).alias(name)
        for name, number in zip(names[-2:], (lon, lat), strict=True)
    ]
    frame = with_lines(pl.DataFrame(columns), np.arange(begin + 1, begin + 1 + height))
    return blanked(frame, read, names)


def _texts(values: npt.NDArray[Any]) -> list[str | None]:
    if values.dtype.kind == "M":
        return [None if text == "NaT" else text for text in np.datetime_as_string(values).tolist()]
    if values.dtype.kind == "f":
        return [None if np.isnan(value) else repr(float(value)).removesuffix(".0") for value in values]
    return [None if value is None or value == "" else str(value) for value in values.tolist()]


def _points(shapes: Any, crs: str | None, height: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    if shapes is None:
        return np.full(height, np.nan), np.full(height, np.nan)
    points = shapely.point_on_surface(shapely.from_wkb(shapes))
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    if crs in WGS84:
        return lon, lat
    with duckdb.connect() as connection:
        folder = resources.files("duckdb_extension_spatial") / "extensions" / f"v{duckdb.__version__}"
        with resources.as_file(folder / "spatial.duckdb_extension") as extension:  # a package: no network
            connection.load_extension(str(extension))
        moved = connection.execute(
            "SELECT ST_X(p), ST_Y(p) FROM "
            "(SELECT ST_Transform(ST_Point(x, y), ?, 'OGC:CRS84', always_xy := true) AS p, i "
            "FROM (SELECT unnest(?::DOUBLE[]) AS x, unnest(?::DOUBLE[]) AS y, unnest(range(?)) AS i)) ORDER BY i",
            [crs, lon.tolist(), lat.tolist(), height],
        ).fetchnumpy()
    first, second = moved.values()
    return np.ma.filled(first, np.nan).astype(np.float64), np.ma.filled(second, np.nan).astype(np.float64)
