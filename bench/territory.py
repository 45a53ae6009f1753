"""Points put in their quartier per second: the town's territory against plain shapely and against DuckDB spatial."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from bench.figure import Figure
from quietude.model.territory import Level, Territory
from quietude.sources.api import load_town

ROOT = Path(__file__).resolve().parent.parent
POINTS = 800_000  # as many as the largest source has
ROUNDS = 3
MARSEILLE = (5.22, 43.16, 5.54, 43.40)  # degrees; four points in ten lie in the town, others at sea or beyond
LEAST_TIMES_SHAPELY = 10  # below that the grid would not be worth its lines
LEAST_TIMES_DUCKDB = 10

Degrees = npt.NDArray[np.float64]


def best_seconds(run: Callable[[], int], expected: int) -> float:
    """Return the quickest of some runs, in seconds; each must put as many points in a zone."""
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        placed = run()
        taken.append(time.perf_counter() - began)
        assert placed == expected, (placed, expected)
    return min(taken)


def fresh(level: Level) -> Territory:
    """Return a territory that has nothing prepared yet: the first batch pays for its grid."""
    return Territory(levels=(Level(name=level.name, labels=level.labels, zones=level.zones),))


def by_territory(level: Level, lon_deg: Degrees, lat_deg: Degrees) -> int:
    """Count the points in a zone, from a cold start."""
    codes = fresh(level).assign(lon_deg, lat_deg)[level.name]
    return int(np.count_nonzero(codes != None))  # noqa: E711 - an array is compared element by element


def by_shapely(level: Level, lon_deg: Degrees, lat_deg: Degrees) -> int:
    """Count the points in a zone with the usual recipe: an STRtree and its predicate."""
    tree = shapely.STRtree([shapely.from_wkb(shapely.to_wkb(zone.geometry)) for zone in level.zones])
    point_at, _ = tree.query(shapely.points(lon_deg, lat_deg), predicate="intersects")
    return len(np.unique(point_at))


def by_duckdb(level: Level, lon_deg: Degrees, lat_deg: Degrees) -> int:
    """Count the points in a zone with a spatial join."""
    zones = pa.table(
        {
            "code": [zone.code for zone in level.zones],
            "outline": [shapely.to_wkb(zone.geometry) for zone in level.zones],
        }
    )
    points = pa.table({"n": np.arange(len(lon_deg)), "lon": lon_deg, "lat": lat_deg})
    folder = resources.files("duckdb_extension_spatial") / "extensions" / f"v{duckdb.__version__}"
    with duckdb.connect() as connection, resources.as_file(folder / "spatial.duckdb_extension") as extension:
        connection.load_extension(str(extension))
        connection.register("zones", zones)
        connection.register("points", points)
        answer = connection.execute(
            """
            CREATE TEMP TABLE outlines AS SELECT code, ST_GeomFromWKB(outline) AS shape FROM zones;
            SELECT count(DISTINCT n) FROM points JOIN outlines ON ST_Intersects(shape, ST_Point(lon, lat));
            """
        ).fetchone()
    return int(answer[0]) if answer is not None else 0


def main() -> int:
    """Measure and print; return 1 where the data are not on this machine."""
    data_dir = Path(os.environ.get("QUIETUDE_DATA_DIR", ROOT.parent / "shared" / "data"))
    if not data_dir.is_dir():
        print(f"{data_dir} is missing; set QUIETUDE_DATA_DIR")
        return 1
    level = load_town(ROOT / "towns" / "marseille", data_dir).territory.levels[-1]
    dice = np.random.default_rng(1)
    west, south, east, north = MARSEILLE
    lon_deg, lat_deg = dice.uniform(west, east, POINTS), dice.uniform(south, north, POINTS)
    expected = by_shapely(level, lon_deg, lat_deg)
    seconds = {
        run.__name__: best_seconds(lambda run=run: run(level, lon_deg, lat_deg), expected)  # type: ignore[misc]
        for run in (by_territory, by_shapely, by_duckdb)
    }
    ours = seconds["by_territory"]
    print(f"{len(level.zones)} zones, {POINTS:,} points: {POINTS / ours:,.0f} points per second, the grid included")
    note = f"{POINTS / ours / 1e6:.2f} M points/s, cold"
    for name, peer, limit in (
        ("by_shapely", "shapely STRtree.query(intersects)", LEAST_TIMES_SHAPELY),
        ("by_duckdb", "DuckDB spatial join", LEAST_TIMES_DUCKDB),
    ):
        Figure(
            name=f"points put in one of {len(level.zones)} quartiers",
            value=seconds[name] / ours,
            unit="×",
            limit=limit,
            at_most=False,
            peer=peer,
            note=note,
        ).show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
