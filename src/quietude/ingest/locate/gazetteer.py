"""The town's names of places, compiled for look-up: names, where each lies in each zone, and house numbers along it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from quietude.ingest.locate.borders import Borders
from quietude.ingest.locate.metric import Plane
from quietude.ingest.locate.parse import clean_word, parse_addresses
from quietude.ingest.locate.text import clean, street_keys
from quietude.ingest.locate.words import Words, load_words
from quietude.ingest.locate.zones import assign_zones
from quietude.model.territory import Territory
from quietude.sources.api import GAZETTEER_SCHEMA, GazetteerSpec

POINT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "entry": pl.UInt32,
    "number": pl.Int32,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "is_learned": pl.Boolean,
}
"""Where an entry was seen: `number` is a house number, or metres along a road; null where only the name is known."""

NAME_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "entry": pl.UInt32,
    "label": pl.String,
    "class": pl.String,
    "kind": pl.String,
    "core": pl.String,
    "sorted": pl.String,
    "compact": pl.String,
}
"""One row per way of naming an entry; `class` is "street", "place", "road" or "zone"."""

POSTCODE_DIGITS = 5  # in France and the United States; district numbers have one or two
SMOOTHED_NEIGHBOURS = 3  # a learned point is as noisy as a police report: the median of three drops one false one


@dataclass(frozen=True)
class Gazetteer:
    """Names and places of one town. Every entry has a name and at least one point."""

    words: Words
    territory: Territory
    names: pl.DataFrame
    points: pl.DataFrame
    zone_numbers: Mapping[str, str]
    """Postcode, or number of a district as people say it, to the code of its zone."""
    cities: tuple[str, ...] = ()

    @classmethod
    def empty(cls, territory: Territory, *, country: str = "fr") -> Gazetteer:
        """Return a gazetteer without names: only coordinates and zone codes locate."""
        return cls(
            words=load_words(country),
            territory=territory,
            names=pl.DataFrame(schema=NAME_SCHEMA),
            points=pl.DataFrame(schema=POINT_SCHEMA),
            zone_numbers={},
        )

    @property
    def postcodes(self) -> tuple[str, ...]:
        """Return the postcodes that stand for a zone."""
        return tuple(number for number in self.zone_numbers if len(number) == POSTCODE_DIGITS)

    @cached_property
    def borders(self) -> Mapping[str, Borders]:
        """Return the outlines of each level's zones, in metres."""
        return {name: Borders.of(self.territory, name) for name in self.territory.level_names}

    @cached_property
    def middles(self) -> pl.DataFrame:
        """Return the middle `x`, `y` of each entry's points."""
        return self.zoned_points.group_by("entry").agg(pl.col("x").median(), pl.col("y").median())

    @cached_property
    def plane(self) -> Plane:
        """Return the town's local plane, in metres."""
        return Plane.of(self.territory)

    @cached_property
    def zoned_points(self) -> pl.DataFrame:
        """Return the points with `x`, `y` in metres and one `zone_<level>` column per level."""
        x, y = self.plane.to_metres(self.points["lon"].to_numpy(), self.points["lat"].to_numpy())
        zones = assign_zones(self.points["lon"], self.points["lat"], self.territory)
        return self.points.with_columns(pl.Series("x", x), pl.Series("y", y), *zones.get_columns())

    @cached_property
    def profile(self) -> pl.DataFrame:
        """Return the house numbers: `entry`, `number`, `x`, `y`, `zone_…` aside, sorted; learned ones smoothed."""
        by_number = (
            self.zoned_points.filter(pl.col("number").is_not_null())
            .group_by("entry", "number")
            .agg(
                pl.col("x").median(), pl.col("y").median(),
                seen=pl.len().cast(pl.Int32), is_learned=pl.col("is_learned").all(),
            )
            .sort("entry", "number")
        )  # fmt: skip

        def smooth(axis: str) -> pl.Expr:
            median = pl.col(axis).rolling_median(SMOOTHED_NEIGHBOURS, center=True, min_samples=1).over("entry")
            return pl.when(pl.col("is_learned")).then(median).otherwise(pl.col(axis)).alias(axis)

        return by_number.with_columns(smooth("x"), smooth("y"))

    @cached_property
    def extents(self) -> pl.DataFrame:
        """Return for each entry `seen` (points), `spread_m` (68 % of them lie so near their median; null for one)."""
        centred = self.zoned_points.with_columns(
            r=(
                (pl.col("x") - pl.col("x").median().over("entry")) ** 2
                + (pl.col("y") - pl.col("y").median().over("entry")) ** 2
            ).sqrt()
        )
        return centred.group_by("entry").agg(
            seen=pl.len().cast(pl.Int32),
            spread_m=pl.when(pl.len() > 1).then(pl.col("r").quantile(0.68, interpolation="linear")),
        )

    @cached_property
    def shares(self) -> pl.DataFrame:
        """Return for each entry and finest zone the `share` of its points there and a typical one, `x` and `y`.

        One row with null zones stands for the points outside the town. The typical point is the one nearest to the
        median of those in the zone: it lies on the street.
        """
        levels = [f"zone_{name}" for name in self.territory.level_names]
        near = self.zoned_points.with_columns(
            mx=pl.col("x").median().over("entry", levels[-1]), my=pl.col("y").median().over("entry", levels[-1])
        ).with_columns(off=(pl.col("x") - pl.col("mx")) ** 2 + (pl.col("y") - pl.col("my")) ** 2)
        typical = (
            near.sort("entry", "off")
            .group_by("entry", *levels, maintain_order=True)
            .agg(pl.col("x").first(), pl.col("y").first(), in_zone=pl.len().cast(pl.Int32))
        )
        return typical.with_columns(share=pl.col("in_zone") / pl.col("in_zone").sum().over("entry"))

    def with_points(self, points: pl.DataFrame, names: pl.DataFrame) -> Gazetteer:
        """Return a gazetteer that also holds these points and names (columns as the schemas say)."""
        return replace(
            self,
            names=pl.concat([self.names, names.select(NAME_SCHEMA.keys())]),
            points=pl.concat(
                [self.points, points.select([pl.col(name).cast(dtype) for name, dtype in POINT_SCHEMA.items()])]
            ),
        )


def build_gazetteer(spec: GazetteerSpec, rows: pl.DataFrame, territory: Territory) -> Gazetteer:
    """Return the gazetteer of what the files say (`rows`, columns as `GAZETTEER_SCHEMA`), without anything learned."""
    words = load_words(spec.country)
    empty = Gazetteer.empty(territory, country=spec.country)
    base = replace(
        empty,
        words=words,
        zone_numbers=_zone_numbers(spec, territory),
        cities=tuple(clean_word(c) for c in spec.cities),
    )
    rows = rows.select(GAZETTEER_SCHEMA.keys())
    named = rows.filter(pl.col("kind") != "number").with_columns(
        label=pl.col("name").str.strip_chars(), text=clean(pl.col("name"))
    )
    keys = named.select("text", "area", "kind").unique(maintain_order=True).with_row_index("entry")
    named = named.join(keys, on=["text", "area", "kind"], nulls_equal=True, maintain_order="left")
    labels = named.group_by("entry", maintain_order=True).agg(
        pl.col("label").first(), pl.col("text").first(), pl.col("kind").first()
    )
    names = _names(labels.rename({"kind": "class"}), words)
    points = named.select("entry", "number", "lon", "lat", is_learned=pl.lit(value=False))
    built = base.with_points(points, names)
    if spec.zones:
        built = built.with_points(*_zone_entries(territory, words, first=built.names["entry"].n_unique()))
    built = built.with_points(pl.DataFrame(schema=POINT_SCHEMA), _alias_names(spec.aliases, built))
    return built.with_points(*_numbers(rows.filter(pl.col("kind") == "number"), built))


def _names(labels: pl.DataFrame, words: Words) -> pl.DataFrame:
    keys = street_keys(labels["text"], words)
    return (
        labels.select("entry", "label", "class")
        .hstack(keys)
        .select([pl.col(name).cast(dtype) for name, dtype in NAME_SCHEMA.items()])
    )


def _zone_entries(territory: Territory, words: Words, *, first: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return points and names of the zones themselves; a zone's point is one inside it."""
    zones = [zone for level in territory.levels for zone in level.zones]
    inside = [zone.geometry.representative_point() for zone in zones]
    entries = pl.Series("entry", np.arange(first, first + len(zones)), dtype=pl.UInt32)
    labels = pl.DataFrame({"entry": entries, "label": [zone.name for zone in zones]}).with_columns(
        text=clean(pl.col("label")), **{"class": pl.lit("zone")}
    )
    points = pl.DataFrame({"entry": entries, "lon": [p.x for p in inside], "lat": [p.y for p in inside]}).select(
        "entry", pl.lit(None, dtype=pl.Int32).alias("number"), "lon", "lat", is_learned=pl.lit(value=False)
    )
    return points, _names(labels, words)


def _zone_numbers(spec: GazetteerSpec, territory: Territory) -> dict[str, str]:
    """Return the postcodes and, of zones named "8e arrondissement", their numbers."""
    numbers = dict(spec.postcodes)
    for level in territory.levels:
        for zone in level.zones:
            digits = zone.name.split("e", 1)[0].strip() if zone.name[:1].isdigit() else ""
            if digits.isdigit():
                numbers.setdefault(digits, zone.code)
    return numbers


def _alias_names(aliases: Mapping[str, str], built: Gazetteer) -> pl.DataFrame:
    """Return further names of entries that exist; an alias of a name that no file has is left out."""
    if not aliases:
        return pl.DataFrame(schema=NAME_SCHEMA)
    pairs = pl.DataFrame({"label": list(aliases), "of": list(aliases.values())}).with_columns(
        text=clean(pl.col("label")), of=clean(pl.col("of"))
    )
    labels = built.names.with_columns(of=clean(pl.col("label"))).unique("of", keep="first", maintain_order=True)
    found = pairs.join(labels.select("of", "entry", "class", shown="label"), on="of", maintain_order="left")
    roads = parse_addresses(found["text"], built.words)["road"]
    named = _names(found.select("entry", "text", "class", label="shown"), built.words)
    is_road = roads.is_not_null()
    return named.with_columns(
        kind=pl.when(is_road).then(pl.lit("ROAD")).otherwise(pl.col("kind")),
        core=pl.when(is_road).then(roads).otherwise(pl.col("core")),
        sorted=pl.when(is_road).then(roads).otherwise(pl.col("sorted")),
        compact=pl.when(is_road).then(roads).otherwise(pl.col("compact")),
    )


def _numbers(rows: pl.DataFrame, built: Gazetteer) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return points of house numbers whose street is found by its exact name; the others teach nothing."""
    parts = parse_addresses(rows["name"], built.words, postcodes=built.postcodes, cities=built.cities)
    numbered = rows.select("lon", "lat").hstack(parts.select("number", "form", kind="kind_a", core="core_a"))
    streets = built.names.filter(pl.col("class") == "street").unique(
        ["kind", "core"], keep="first", maintain_order=True
    )
    found = numbered.filter(pl.col("form") == "street", pl.col("number").is_not_null()).join(
        streets.select("kind", "core", "entry"), on=["kind", "core"], maintain_order="left"
    )
    points = found.select("entry", "number", "lon", "lat", is_learned=pl.lit(value=False))
    return points, pl.DataFrame(schema=NAME_SCHEMA)
