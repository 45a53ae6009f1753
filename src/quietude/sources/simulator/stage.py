"""Where the fictional days take place: the town's own streets and places, or its zones alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from quietude.model.fold import fold
from quietude.model.territory import Territory, Zone
from quietude.sources.simulator.draws import Draws, Floats, Ints, Keys, name_keys

METRES_PER_DEGREE_LAT = 111_195.0  # a degree of the meridian on a sphere of 6,371 km
POINTS_PER_ZONE = 12  # stand-ins for streets where a town has no gazetteer: enough for hot spots to have neighbours
STREET, PLACE, ZONE = "street", "place", "zone"

Words = npt.NDArray[np.object_]


@dataclass(frozen=True, eq=False, kw_only=True)
class Stage:
    """The named points of one town, all inside its territory; arrays of one length, in one order."""

    name: Words
    key: Keys
    """Source of chance about each place, from its name and zone."""
    folded: Words
    """Names in lower case without accents."""
    kind: Words
    """`street`, `place` or, where the town has no gazetteer, `zone`."""
    lon_deg: Floats
    lat_deg: Floats
    x_m: Floats
    """Metres east of the middle of the town."""
    y_m: Floats
    """Metres north of the middle of the town."""
    zone: Ints
    """Position in `zones` of the zone of the finest level."""
    zones: tuple[Zone, ...]
    sector: tuple[str, ...]
    """For each of `zones`, the name of its zone at the coarsest level."""
    crossing: Ints
    """Position of the nearest street with another name."""
    landmark: Ints
    """Position of the nearest place."""
    landmark_m: Floats
    """Metres to it; infinite where the town has no places."""
    timezone: str
    country: str

    @property
    def size(self) -> int:
        """Return the number of points."""
        return len(self.name)

    def degrees(self, x_m: Floats, y_m: Floats) -> tuple[Floats, Floats]:
        """Return longitudes and latitudes of points given in metres."""
        lon_0, lat_0, east = _frame(self.lon_deg, self.lat_deg)
        return lon_0 + x_m / east, lat_0 + y_m / METRES_PER_DEGREE_LAT


def build_stage(territory: Territory, gazetteer: pl.DataFrame | None, *, timezone: str, country: str = "FR") -> Stage:
    """Return the stage of a town.

    `gazetteer` has the columns kind, name, lon, lat; rows outside the territory are left out. Where nothing is left,
    points inside the zones stand in, named after their zone.

    Raises:
        ValueError: the territory has no zones.
    """
    finest = territory.levels[-1]
    if not finest.zones:
        raise ValueError(f"the territory has no zones at level {finest.name!r}; a simulated source needs some")
    points = _named_points(territory, gazetteer)
    if points.is_empty():
        points = _stand_ins(finest.zones)
    lon, lat = points["lon"].to_numpy(), points["lat"].to_numpy()
    lon_0, lat_0, east = _frame(lon, lat)
    x_m, y_m = (lon - lon_0) * east, (lat - lat_0) * METRES_PER_DEGREE_LAT
    name = points["name"].to_numpy().astype(object)
    kind = points["kind"].to_numpy().astype(object)
    landmark, landmark_m = _nearest(x_m, y_m, kind == PLACE, name)
    return Stage(
        name=name,
        key=_keys(points, finest.zones),
        folded=np.array([fold(text) for text in name], dtype=object),
        kind=kind,
        lon_deg=lon,
        lat_deg=lat,
        x_m=x_m,
        y_m=y_m,
        zone=points["zone"].to_numpy().astype(np.int64),
        zones=finest.zones,
        sector=_sectors(territory),
        crossing=_nearest(x_m, y_m, kind != PLACE, name)[0],
        landmark=landmark,
        landmark_m=landmark_m,
        timezone=timezone,
        country=country,
    )


def _keys(points: pl.DataFrame, zones: tuple[Zone, ...]) -> Keys:
    """Return a key for each point; points of one name in one zone are told apart by their order."""
    number = points.select(pl.int_range(pl.len()).over("name", "zone").alias("number"))["number"]
    named = zip(points["name"], points["zone"], number, strict=True)
    return name_keys([f"{fold(name)}/{zones[zone].code}/{count}" for name, zone, count in named])


def point_tree(x_m: Floats, y_m: Floats) -> shapely.STRtree:
    """Return the spatial index of points given in metres."""
    return shapely.STRtree(list(np.asarray(shapely.points(x_m, y_m), dtype=object)))


def _frame(lon: Floats, lat: Floats) -> tuple[float, float, float]:
    """Return the middle (degrees) and the metres of a degree of longitude there."""
    lat_0 = float(np.median(lat))
    return float(np.median(lon)), lat_0, METRES_PER_DEGREE_LAT * float(np.cos(np.radians(lat_0)))


def _named_points(territory: Territory, gazetteer: pl.DataFrame | None) -> pl.DataFrame:
    """Return the gazetteer's streets and places, one row a name and zone, with the zone's position."""
    empty = pl.DataFrame(
        schema={"kind": pl.String, "name": pl.String, "lon": pl.Float64, "lat": pl.Float64, "zone": pl.Int64}
    )
    if gazetteer is None or gazetteer.is_empty():
        return empty
    finest = territory.levels[-1]
    rows = gazetteer.filter(pl.col("kind").is_in([STREET, PLACE])).select("kind", "name", "lon", "lat")
    codes = territory.assign(rows["lon"].to_numpy(), rows["lat"].to_numpy())[finest.name]
    order = pl.DataFrame({"code": [zone.code for zone in finest.zones]}).with_row_index("zone")
    return (
        rows.with_columns(code=pl.Series(codes, dtype=pl.String))
        .join(order, on="code", how="inner")
        .group_by("kind", "name", "zone")
        .agg(pl.col("lon").mean(), pl.col("lat").mean())
        .select("kind", "name", "lon", "lat", pl.col("zone").cast(pl.Int64))
        .sort("kind", "name", "zone")
    )


def _stand_ins(zones: tuple[Zone, ...]) -> pl.DataFrame:
    """Return points inside each zone, scattered by its code."""
    tables = []
    for position, zone in enumerate(zones):
        west, south, east, north = zone.geometry.bounds
        keys = name_keys([f"{zone.code}/{number}" for number in range(POINTS_PER_ZONE * 8)])
        draws = Draws(0)
        lon = west + (east - west) * draws.uniform(keys, "lon")
        lat = south + (north - south) * draws.uniform(keys, "lat")
        inside = shapely.contains_xy(zone.geometry, lon, lat)
        lon, lat = lon[inside][:POINTS_PER_ZONE], lat[inside][:POINTS_PER_ZONE]
        if len(lon) == 0:
            point = shapely.point_on_surface(zone.geometry)
            lon, lat = np.array([point.x]), np.array([point.y])
        tables.append(pl.DataFrame({"kind": ZONE, "name": zone.name, "lon": lon, "lat": lat, "zone": position}))
    return pl.concat(tables).with_columns(pl.col("zone").cast(pl.Int64))


def _nearest(x_m: Floats, y_m: Floats, among: npt.NDArray[np.bool_], name: Words) -> tuple[Ints, Floats]:
    """Return for each point the nearest of `among` with another name, and its distance; itself and infinity if none."""
    itself = np.arange(len(x_m), dtype=np.int64)
    candidates = np.flatnonzero(among)
    if len(candidates) == 0:
        return itself, np.full(len(x_m), np.inf)
    tree = point_tree(x_m[candidates], y_m[candidates])
    points = np.asarray(shapely.points(x_m, y_m), dtype=object)
    found, distance = itself.copy(), np.full(len(x_m), np.inf)
    for reach_m in (150.0, 1_000.0):  # most crossings lie within the first; the second is for outskirts
        of, at = tree.query(points, predicate="dwithin", distance=reach_m)
        at = candidates[at]
        other = name[of] != name[at]
        of, at = of[other], at[other]
        metres = np.hypot(x_m[of] - x_m[at], y_m[of] - y_m[at])
        order = np.lexsort((at, metres, of))
        first = order[np.unique(of[order], return_index=True)[1]]
        missing = first[np.isinf(distance[of[first]])]
        found[of[missing]], distance[of[missing]] = at[missing], metres[missing]
        points[np.isfinite(distance)] = None
    return found, distance


def _sectors(territory: Territory) -> tuple[str, ...]:
    """Return for each zone of the finest level the name of the coarsest zone that holds it."""
    names = []
    for zone in territory.levels[-1].zones:
        holder = zone
        for level in reversed(territory.levels[:-1]):
            holder = level.by_code.get(holder.parent or "", holder)
        names.append(holder.name)
    return tuple(names)
