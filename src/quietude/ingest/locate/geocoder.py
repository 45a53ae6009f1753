"""From what a source says of a place to where it is: coordinates if they can be read, else words; and the doubt."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from quietude.ingest.locate.borders import Borders
from quietude.ingest.locate.calibration import Calibration, load_calibration
from quietude.ingest.locate.choose import REACH_M, choose, resolve_hints
from quietude.ingest.locate.gazetteer import Gazetteer
from quietude.ingest.locate.known_zones import KnownZones
from quietude.ingest.locate.learn import kilometre_metres
from quietude.ingest.locate.match import NameIndex
from quietude.ingest.locate.met import PLACE, PlacesMet
from quietude.ingest.locate.parse import parse_addresses
from quietude.ingest.locate.position import place_crossings, place_streets
from quietude.ingest.locate.zones import assign_zones, cells_of, h3_cells, zones_of
from quietude.model.coordinates import plausible_boxes, repair_coordinates
from quietude.model.event import zone_column
from quietude.model.territory import Territory

SOURCE_ACCURACY_M = 20.0  # of coordinates whose source says nothing of it: a hand-held receiver's
RADIAL_68 = 1.51  # 68 % of a round normal law lie within 1.51 standard deviations
MIN_SCORE = (
    0.15  # below, a place is right less than once in seven times: worse than saying "somewhere in this district"
)

UNKNOWN_SHARE = 0.5  # of a street in the zone it was moved to: nothing is known, so the score is left to the rest

TEXT_COLUMNS = ("address", "postcode", "zone_hint", "km", "km_offset")
LOCATED_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "lon_deg": pl.Float64,
    "lat_deg": pl.Float64,
    "accuracy_m": pl.Float32,
    "place_label": pl.String,
    "located_by": pl.String,
    "located_score": pl.Float32,
    "place_flags": pl.List(pl.String),
}
"""`accuracy_m` holds the true place with a chance of about 68 %; `located_score` is the chance that the finest zone is
right; `located_by` reads "source[:repair]", "address:number|street|crossing|block|road|place", "zone" or null."""


@dataclass(frozen=True)
class Geocoder:
    """Locates records of one town. Holds no state but what it was given, compiled, and met."""

    territory: Territory
    gazetteer: Gazetteer
    calibration: Calibration = field(default_factory=load_calibration)
    min_score: float = MIN_SCORE
    met: PlacesMet = field(default_factory=PlacesMet, repr=False, compare=False)

    @cached_property
    def index(self) -> NameIndex:
        """Return the names, ready to be compared."""
        return NameIndex(self.gazetteer.names)

    @cached_property
    def borders(self) -> Borders:
        """Return the outlines of the finest zones."""
        return self.gazetteer.borders[self.territory.level_names[-1]]

    @cached_property
    def known_zones(self) -> KnownZones:
        """Return what a zone alone says of a place."""
        return KnownZones.of_territory(self.territory)

    def locate(
        self, places: pl.DataFrame, *, scale: float | None = None, source_accuracy_m: float = SOURCE_ACCURACY_M
    ) -> pl.DataFrame:
        """Return where each record is, same order: columns of `LOCATED_SCHEMA`, `zone_<level>` per level, and `h3`.

        `places` has any of the String columns `address`, `postcode`, `zone_hint`, `km`, `km_offset`, `lon_raw`,
        `lat_raw`. `scale` is the source's factor of integer coordinates. A place known by its zone only gets a point
        inside it, and neither finer zones nor a hexagon.
        """
        texts = places.select([_column(places, name) for name in TEXT_COLUMNS])
        written = places.select(_column(places, "lon_raw"), _column(places, "lat_raw"))
        repaired = repair_coordinates(
            written["lon_raw"], written["lat_raw"], plausible_boxes(self.territory), scale=scale
        )
        by_source = self._from_source(repaired, texts, source_accuracy_m)
        is_missing = by_source["lon_deg"].is_null()
        if not is_missing.any() or self._knows_nothing(texts):
            return by_source
        asked = texts.filter(is_missing)
        unique = asked.unique(maintain_order=True)
        answers = unique.hstack(self.geocode(unique))
        by_text = asked.join(answers, on=list(TEXT_COLUMNS), how="left", nulls_equal=True, maintain_order="left").drop(
            TEXT_COLUMNS
        )
        rows = pl.concat([by_source.with_row_index("row").filter(~is_missing), by_text.with_columns(
            by_source.with_row_index("row").filter(is_missing)["row"],
            place_flags=by_source.filter(is_missing)["place_flags"],
        ).select("row", *by_source.columns)])  # fmt: skip
        return rows.sort("row").drop("row")

    @property
    def columns(self) -> list[str]:
        """Return the columns that `locate` returns, in order."""
        return [*LOCATED_SCHEMA, *[zone_column(level) for level in self.territory.level_names], "h3"]

    def _knows_nothing(self, texts: pl.DataFrame) -> bool:
        """Tell whether no words could be understood: no names, and no zone stated."""
        stated = texts["zone_hint"].is_not_null().any() or texts["postcode"].is_not_null().any()
        return self.gazetteer.names.is_empty() and not self.gazetteer.zone_numbers and not stated

    def _from_source(self, repaired: pl.DataFrame, texts: pl.DataFrame, accuracy_m: float) -> pl.DataFrame:
        """Return the located columns of records whose coordinates could be read; the others are null but for flags."""
        is_read = pl.col("lon_deg").is_not_null()
        by = (
            pl.when(pl.col("repair").is_null())
            .then(pl.lit("source"))
            .otherwise(pl.format("source:{}", pl.col("repair")))
        )
        flag = (
            pl.when(pl.col("refusal").is_in(["not_a_number", "out_of_town"]))
            .then(pl.concat_list(pl.format("coordinates:{}", pl.col("refusal"))))
            .otherwise(pl.lit([], dtype=pl.List(pl.String)))
        )
        located = repaired.select(
            "lon_deg", "lat_deg",
            accuracy_m=pl.when(is_read).then(pl.lit(accuracy_m, dtype=pl.Float32)),
            place_label=pl.when(is_read).then(texts["address"]),
            located_by=pl.when(is_read).then(by),
            located_score=pl.lit(None, dtype=pl.Float32),
            place_flags=flag,
        )  # fmt: skip
        return located.drop("located_score").hstack(self._placed_by_source(located, accuracy_m)).select(self.columns)

    def _placed_by_source(self, located: pl.DataFrame, accuracy_m: float) -> pl.DataFrame:
        """Return zones, hexagon and score (chance that the finest zone is right), computed once per distinct place."""
        places = located.select(PLACE)
        unique = places.filter(pl.col("lon_deg").is_not_null()).unique(maintain_order=True)

        def find(strange: pl.DataFrame) -> pl.DataFrame:
            lon, lat = strange["lon_deg"], strange["lat_deg"]
            zones = zones_of(lon, lat, self.territory)
            x, y = self.borders.plane.to_metres(lon.to_numpy(), lat.to_numpy())
            away = self.borders.distances(x, y, zones.to_series(-1)) * RADIAL_68 / max(accuracy_m, 1.0)
            score = pl.Series("located_score", normal_cdf(away), dtype=pl.Float32)
            return strange.hstack([*zones, cells_of(lon, lat), score])

        known = self.met.of(unique, accuracy_m, find)
        return places.join(known, on=PLACE, how="left", maintain_order="left").drop(PLACE)

    def geocode(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Return the located columns for distinct texts (columns of `TEXT_COLUMNS`), in order."""
        found = self.find(asked)
        levels = self.territory.level_names
        is_zone_name = (
            pl.coalesce([f"named_{level}" for level in levels]).is_not_null() & pl.col("found_kind").is_not_null()
        )
        is_found = (pl.col("score") >= self.min_score) & ~is_zone_name
        lon, lat = self.borders.plane.to_degrees(found["x"].to_numpy(), found["y"].to_numpy())
        found = found.with_columns(
            pl.Series("lon", lon), pl.Series("lat", lat), is_found=is_found.fill_null(value=False)
        )
        by_zone = self.known_zones.of(found)
        cells = h3_cells(found["lon"], found["lat"])
        return found.with_columns(h3=cells).select(
            lon_deg=pl.when("is_found").then("lon").otherwise(by_zone["lon"]),
            lat_deg=pl.when("is_found").then("lat").otherwise(by_zone["lat"]),
            accuracy_m=pl.when("is_found").then("accuracy_m").otherwise(by_zone["radius_m"]).cast(pl.Float32),
            place_label=pl.when("is_found").then("shown").otherwise(by_zone["name"]),
            located_by=pl.when("is_found").then("by").otherwise(by_zone["by"]),
            located_score=pl.when("is_found").then("score").otherwise(by_zone["score"]).cast(pl.Float32),
            place_flags=pl.lit([], dtype=pl.List(pl.String)),
            **{
                zone_column(level): pl.when("is_found").then(f"at_{level}").otherwise(by_zone[f"in_{level}"])
                for level in levels
            },
            h3=pl.when("is_found").then("h3"),
        )

    def find(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Return for each distinct text the best street or place and all that its score is made of.

        Columns: `x`, `y` in metres, `accuracy_m`, `score`, `by`, `shown`, `at_<level>`, `hint_<level>`, and those of
        `calibration.features`; null where no name is alike. Zones by name are left to the caller.
        """
        queries = self.understand(asked)
        placed = self.place(choose(queries, self.index, self.gazetteer))
        known = [name for name in placed.columns if name != "row" and name not in queries.columns]
        return queries.join(placed.select("row", *known), on="row", how="left", maintain_order="left")

    def understand(self, asked: pl.DataFrame) -> pl.DataFrame:
        """Return the parts of each text, what zone it states, and its `row`; `number` holds metres for a road."""
        parts = parse_addresses(
            asked["address"], self.gazetteer.words, postcodes=self.gazetteer.postcodes, cities=self.gazetteer.cities
        )
        km = kilometre_metres(asked)
        number = pl.when(pl.col("form") == "road").then(pl.coalesce("metres", pl.lit(km))).otherwise(pl.col("number"))
        return parts.hstack(resolve_hints(asked, parts, self.gazetteer)).with_columns(
            number=number, row=pl.int_range(pl.len(), dtype=pl.UInt32)
        )

    def place(self, chosen: pl.DataFrame) -> pl.DataFrame:
        """Return the chosen entries (see `choose`) with where each lies along its street, zones, doubt and score."""
        spreads = dict(self.calibration.spread_by_kind)
        placed = place_streets(chosen, self.gazetteer, spreads, self.calibration.default_spread_m)
        return self._scored(self._within_hint(self._with_crossings(placed)))

    def _with_crossings(self, placed: pl.DataFrame) -> pl.DataFrame:
        both = placed.filter(pl.col("entry_b").is_not_null())
        if both.is_empty():
            return placed
        crossed = place_crossings(both, self.gazetteer).rename({"x": "x_c", "y": "y_c", "accuracy_m": "accuracy_c"})
        joined = placed.join(crossed, on="row", how="left", maintain_order="left")
        better = pl.col("accuracy_c").is_not_null() & (pl.col("accuracy_c") <= pl.col("accuracy_m")).fill_null(
            value=True
        )
        return joined.with_columns(
            x=pl.when(better).then("x_c").otherwise("x"),
            y=pl.when(better).then("y_c").otherwise("y"),
            accuracy_m=pl.when(better).then("accuracy_c").otherwise("accuracy_m"),
            method=pl.when(better).then(pl.lit("crossing")).otherwise("method"),
        ).drop("x_c", "y_c", "accuracy_c")

    def _at(self, placed: pl.DataFrame) -> pl.DataFrame:
        """Return `placed` with the zones of its positions as `at_<level>`, in place of any it has."""
        lon, lat = self.borders.plane.to_degrees(placed["x"].to_numpy(), placed["y"].to_numpy())
        zones = assign_zones(pl.Series(lon), pl.Series(lat), self.territory)
        return placed.with_columns(
            *[zones[zone_column(level)].alias(f"at_{level}") for level in self.territory.level_names]
        )

    def _within_hint(self, placed: pl.DataFrame) -> pl.DataFrame:
        """Bring places out of the zone that is stated into it: the street's part there, else its nearest edge."""
        levels = self.territory.level_names
        has_hint = pl.any_horizontal([pl.col(f"hint_{n}").is_not_null() for n in levels])
        strays = pl.any_horizontal(
            [pl.col(f"hint_{n}").is_not_null() & pl.col(f"hint_{n}").ne_missing(pl.col(f"at_{n}")) for n in levels]
        )
        back = strays & pl.col("agrees") & (pl.col("method") != "street")
        moved = self._at(placed).with_columns(
            x=pl.when(back).then("x_street").otherwise("x"),
            y=pl.when(back).then("y_street").otherwise("y"),
            accuracy_m=pl.when(back).then(pl.max_horizontal("accuracy_m", "spread")).otherwise("accuracy_m"),
            method=pl.when(back).then(pl.lit("street")).otherwise("method"),
            gap=pl.when(~back).then("gap"),
        )
        moved = self._at(self._pulled(self._at(moved).with_columns(strays=strays)))
        return moved.with_columns(hint=pl.when(~has_hint).then(0).when(strays).then(-1).otherwise(1).cast(pl.Int8))

    def _pulled(self, placed: pl.DataFrame) -> pl.DataFrame:
        """Move the rows of `strays` that are near the finest zone they state to its nearest edge."""
        for level in reversed(self.territory.level_names):
            x, y = placed["x"].to_numpy(), placed["y"].to_numpy()
            borders, stated = self.gazetteer.borders[level], placed[f"hint_{level}"]
            away = pl.Series("away", borders.away(x, y, stated))
            near_x, near_y = borders.nearest_inside(x, y, stated)
            pulled = pl.col("strays") & (away <= REACH_M) & (away > 0)
            placed = placed.with_columns(
                x=pl.when(pulled).then(pl.Series(near_x)).otherwise("x"),
                y=pl.when(pulled).then(pl.Series(near_y)).otherwise("y"),
                accuracy_m=pl.when(pulled).then(pl.max_horizontal("accuracy_m", away)).otherwise("accuracy_m"),
                share=pl.when(pulled).then(UNKNOWN_SHARE).otherwise("share"),
                method=pl.when(pulled).then(pl.lit("street")).otherwise("method"),
                gap=pl.when(~pulled).then("gap"),
            )
        return placed

    def _scored(self, placed: pl.DataFrame) -> pl.DataFrame:
        finest = placed[f"at_{self.territory.level_names[-1]}"]
        border = self.borders.distances(placed["x"].to_numpy(), placed["y"].to_numpy(), finest)
        factor = pl.col("method").replace_strict(
            dict(self.calibration.accuracy_factor), default=1.0, return_dtype=pl.Float64
        )
        placed = placed.with_columns(pl.Series("border_m", border), accuracy_m=pl.col("accuracy_m") * factor)
        named = (
            pl.when(pl.col("method") == "crossing").then(pl.lit("address:crossing"))
            .when(pl.col("found_kind") == "ROAD").then(pl.lit("address:road"))
            .when(pl.col("class") == "place").then(pl.lit("address:place"))
            .when((pl.col("method") == "number") & (pl.col("form") == "block")).then(pl.lit("address:block"))
            .when(pl.col("method") == "number").then(pl.lit("address:number"))
            .otherwise(pl.lit("address:street"))
        )  # fmt: skip
        is_out = pl.col(f"at_{self.territory.level_names[-1]}").is_null()
        score = pl.Series("score", self.calibration.score(placed))
        return placed.with_columns(by=named, score=pl.when(~is_out).then(score))


def _column(frame: pl.DataFrame, name: str) -> pl.Expr:
    is_given = name in frame.columns
    return pl.col(name).cast(pl.String) if is_given else pl.repeat(None, pl.len(), dtype=pl.String).alias(name)


def normal_cdf(z: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the standard normal distribution function, shape of `z`, to 1e-7.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.17.
    """
    t = 1.0 / (1.0 + 0.2316419 * np.abs(z))
    tail = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
    upper = np.exp(-np.minimum(z * z, 1400.0) / 2) / math.sqrt(2 * math.pi) * tail
    return np.where(z >= 0, 1.0 - upper, upper)
