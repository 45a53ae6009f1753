"""What a stated or named zone alone says of a place: a point inside it, its radius, and no finer zone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from quietude.ingest.locate.metric import METRES_PER_DEGREE
from quietude.model.territory import Territory

ZONE_ACCURACY = 0.82  # of the radius of a disc as large as the zone: holds 68 % of it (0.82² = 0.68)
STATED_SCORE = 0.88  # 3,045 of 3,477 accidents of Marseille that state a district lie in it by their own coordinates

_SCHEMA = {
    "level": pl.String,
    "code": pl.String,
    "name": pl.String,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "radius_m": pl.Float64,
}


@dataclass(frozen=True)
class KnownZones:
    """The zones of one town as places."""

    levels: tuple[str, ...]
    zones: pl.DataFrame
    """`level`, `code`, `name`, a point `lon`, `lat` inside, `radius_m`, `in_<level>`: itself and those above."""

    @classmethod
    def of_territory(cls, territory: Territory) -> KnownZones:
        """Return the zones of all levels."""
        above: dict[str, dict[str, str]] = {}
        rows = []
        for level in territory.levels:
            for zone in level.zones:
                inside = {**above.get(zone.parent or "", {}), f"in_{level.name}": zone.code}
                above[zone.code] = inside
                point = zone.geometry.representative_point()
                area_m2 = zone.geometry.area * METRES_PER_DEGREE**2 * math.cos(math.radians(point.y))
                radius_m = ZONE_ACCURACY * math.sqrt(area_m2 / math.pi)
                rows.append((level.name, zone.code, zone.name, point.x, point.y, radius_m, inside))
        base = pl.DataFrame([row[:6] for row in rows], schema=_SCHEMA, orient="row")
        within = {f"in_{name}": [row[6].get(f"in_{name}") for row in rows] for name in territory.level_names}
        return cls(
            territory.level_names, base.with_columns([pl.Series(k, v, dtype=pl.String) for k, v in within.items()])
        )

    def of(self, found: pl.DataFrame) -> pl.DataFrame:
        """Return for each row (columns `hint_<level>`, `named_<level>`) its finest known zone as a place, in order.

        Columns `lon`, `lat`, `radius_m`, `name`, `by` ("zone"), `score` (of the finest level only) and `in_<level>`;
        null where no zone is known.
        """
        level = code = pl.lit(None, dtype=pl.String)
        for name in self.levels:
            said = pl.coalesce(f"hint_{name}", f"named_{name}")
            code = pl.when(said.is_not_null()).then(said).otherwise(code)
            level = pl.when(said.is_not_null()).then(pl.lit(name)).otherwise(level)
        told = found.select(level=level, code=code).join(
            self.zones, on=["level", "code"], how="left", maintain_order="left"
        )
        is_known = pl.col("lon").is_not_null()
        return told.with_columns(
            by=pl.when(is_known).then(pl.lit("zone")),
            score=pl.when(is_known & (pl.col("level") == self.levels[-1])).then(STATED_SCORE),
        )
