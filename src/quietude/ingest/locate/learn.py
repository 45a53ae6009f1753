"""What located records teach of the town: where streets run, where numbers lie, and names that no file has."""

from __future__ import annotations

import polars as pl

from quietude.ingest.locate.choose import resolve_hints
from quietude.ingest.locate.gazetteer import NAME_SCHEMA, Gazetteer
from quietude.ingest.locate.match import EXACT, KIND_CONFLICT, NameIndex
from quietude.ingest.locate.parse import parse_addresses
from quietude.ingest.locate.zones import assign_zones
from quietude.model.event import zone_column

LESSON_COLUMNS = ("address", "postcode", "zone_hint", "km", "km_offset", "lon_deg", "lat_deg")
"""What a record must bring to teach: its words, and where it truly is. Texts are Strings, degrees floats."""

REACH_M = 800.0  # four in five records lie within 715 m of the middle that the file gives their street (Marseille)
FAR_POINTS = 12.0  # points of similarity that one more reach of distance costs
MIN_POINTS = 70.0  # of a name to be taken for another spelling of a known one
EXACT_REACH_M = 4_000.0  # 99 % of the records of a street lie within 4.2 km of its middle (Marseille)
NEW_NAME_SEEN = (
    2  # records that agree before a name that no file has is believed; one that lies where it says is enough
)
NEW_NAME_SPREAD_M = 1_500.0  # their spread, roads aside: wider and the words name no one place
SMALL_WORDS = {f" {word} ": f" {word.lower()} " for word in ("De", "La", "Le", "Les", "Du", "Des", "Et", "Aux")}
STRAY_FACTOR = 3.0  # a record further than this many times the usual distance from its street's middle, and ...
STRAY_M = 500.0  # ... this far, is misplaced or misnamed


def learn(base: Gazetteer, lessons: pl.DataFrame) -> Gazetteer:
    """Return `base` with what `lessons` teach (columns of `LESSON_COLUMNS`, one row per located record).

    Each spelling met is given to the known name that is both like it and near its records; a spelling that none
    explains becomes a name of its own when records agree on where it is. Records far from the others of their street
    are left out. The order of the records does not matter.
    """
    seen = _spellings(base, lessons)
    if seen.is_empty():
        return base
    spellings = (
        seen.group_by("kind", "core")
        .agg(
            pl.col("x").median(),
            pl.col("y").median(),
            pl.col("label").sort().first(),
            pl.col("is_borne_out").any(),
            seen=pl.len(),
        )
        .sort("kind", "core", nulls_last=True)
        .with_row_index("query")
    )
    known = _known(base, spellings)
    fresh = _new_names(seen, spellings.join(known, on="query", how="anti"), base)
    given = pl.concat([known.select("query", "entry"), fresh.select("query", "entry")])
    keyed = spellings.drop("label").join(given, on="query", how="inner")
    points = seen.join(keyed.select("kind", "core", "entry"), on=["kind", "core"], nulls_equal=True)
    points = _without_strays(points).with_columns(is_learned=pl.lit(value=True))
    aliases = keyed.join(known.select("query", "label", "class", "is_alias"), on="query").filter("is_alias")
    names = pl.concat(
        [
            _named(fresh.select("entry", "label", "class", "kind", "core")),
            _named(aliases.select("entry", "label", "class", "kind", "core")),
        ]
    )
    return base.with_points(
        points.sort("entry", "number", "lon", "lat", nulls_last=True),
        names.sort("entry", "kind", "core", nulls_last=True),
    )


def _spellings(base: Gazetteer, lessons: pl.DataFrame) -> pl.DataFrame:
    """Return `kind`, `core`, `number`, `lon`, `lat`, `x`, `y`, `label` of the records that name one street, and
    `is_borne_out`: whether the zone that the record states is the one it lies in.
    """
    asked = lessons.select(pl.col(name).cast(pl.String) for name in LESSON_COLUMNS[:5])
    parts = parse_addresses(asked["address"], base.words, postcodes=base.postcodes, cities=base.cities)
    x, y = base.plane.to_metres(lessons["lon_deg"].to_numpy(), lessons["lat_deg"].to_numpy())
    metres = kilometre_metres(asked)
    whole = parts.hstack(resolve_hints(asked, parts, base))
    levels = base.territory.level_names
    named = pl.coalesce([pl.col(f"named_{level}") for level in levels])
    zones = assign_zones(lessons["lon_deg"], lessons["lat_deg"], base.territory)
    bears_out = pl.any_horizontal([pl.col(f"hint_{n}") == zones[zone_column(n)] for n in levels])
    return whole.select(
        kind="kind_a", core="core_a", label=_shown(lessons["address"], parts["name_a"]), form="form",
        number=pl.when(pl.col("form") == "road").then(pl.coalesce("metres", metres)).otherwise("number"),
        lon=lessons["lon_deg"], lat=lessons["lat_deg"], x=pl.Series(x), y=pl.Series(y), is_zone=named.is_not_null(),
        is_borne_out=bears_out.fill_null(value=False),
    ).filter(
        pl.col("core").is_not_null(), pl.col("form") != "crossing", ~pl.col("is_zone"), pl.col("lon").is_finite()
    )  # fmt: skip


def _shown(written: pl.Series, name: pl.Series) -> pl.Series:
    """Return a name as people read it: as written but for number and postcode, else unfolded, in title case."""
    table = pl.DataFrame({"written": written.cast(pl.String), "name": name})
    as_written = (
        pl.col("written")
        .str.replace(r"(?i)^[\W\d]*\d+ ?(?:bis|ter|quater|[a-z]\b)?[ ,]+", "")
        .str.replace(r",? *\d{5}.*$", "")
    )
    is_readable = pl.col("written").str.contains(r"[a-z]{3}") & ~pl.col("written").str.contains(r"[(*]")
    return table.select(
        pl.when(is_readable)
        .then(as_written.str.strip_chars())
        .otherwise(pl.col("name").str.to_titlecase().str.replace_many(SMALL_WORDS).str.replace_many(SMALL_WORDS))
    ).to_series()


def kilometre_metres(asked: pl.DataFrame) -> pl.Series:
    """Return `km` and `km_offset` as metres; null where the marker is absent, or zero with no offset."""
    km = pl.col("km").str.extract(r"(\d{1,4})", 1).cast(pl.Int32)
    offset = pl.col("km_offset").str.extract(r"(\d{1,4})", 1).cast(pl.Int32).fill_null(0)
    metres = km * 1000 + offset
    return asked.select(pl.when(metres > 0).then(metres)).to_series()


def _known(base: Gazetteer, spellings: pl.DataFrame) -> pl.DataFrame:
    """Return for each spelling (`query`) the known `entry` like it and near it, with `is_alias` when spelt anew."""
    found = NameIndex(base.names).match(
        spellings.select("query", "kind", "core", is_long=pl.col("core").str.len_chars() > 0)
    )
    middle = base.zoned_points.group_by("entry").agg(pl.col("x").median().alias("mx"), pl.col("y").median().alias("my"))
    near = (
        found.filter(pl.col("class") != "zone")
        .join(middle, on="entry")
        .join(spellings.select("query", "kind", "x", "y"), on="query")
        .with_columns(away=((pl.col("x") - pl.col("mx")) ** 2 + (pl.col("y") - pl.col("my")) ** 2).sqrt())
    )
    is_exact = (pl.col("similarity") >= EXACT) & (pl.col("kind_agrees") == 1)
    reach = pl.when(pl.col("kind") == "ROAD").then(float("inf")).when(is_exact).then(EXACT_REACH_M).otherwise(REACH_M)
    beyond = ((pl.col("away") - reach) / REACH_M).clip(0.0)
    points = (
        pl.col("similarity")
        - pl.when(pl.col("kind_agrees") == -1).then(KIND_CONFLICT).otherwise(0.0)
        - FAR_POINTS * beyond
    )
    best = near.with_columns(points=points).filter(pl.col("points") >= MIN_POINTS)
    best = best.sort("query", "points", "away", "entry", descending=[False, True, False, False])
    return best.unique("query", keep="first", maintain_order=True).select(
        "query", "entry", "label", "class", is_alias=~is_exact
    )


def _new_names(seen: pl.DataFrame, unknown: pl.DataFrame, base: Gazetteer) -> pl.DataFrame:
    """Return (query, entry, label, class, kind, core) of spellings that no known name explains, if coherent."""
    spread = (
        seen.join(unknown.select("query", "kind", "core", mx="x", my="y"), on=["kind", "core"], nulls_equal=True)
        .group_by("query")
        .agg(spread_m=((pl.col("x") - pl.col("mx")) ** 2 + (pl.col("y") - pl.col("my")) ** 2).sqrt().quantile(0.68))
    )
    is_place = (pl.col("spread_m") <= NEW_NAME_SPREAD_M) | (pl.col("kind") == "ROAD").fill_null(value=False)
    first = base.names["entry"].max()
    start = first + 1 if isinstance(first, int) else 0
    is_sure = (pl.col("seen") >= NEW_NAME_SEEN) | (pl.col("is_borne_out") & pl.col("kind").is_not_null())
    believed = unknown.join(spread, on="query").filter(is_sure, is_place).sort("query")
    return believed.with_row_index("at").select(
        "query",
        (pl.col("at") + start).cast(pl.UInt32).alias("entry"),
        pl.when(pl.col("kind") == "ROAD").then("core").otherwise("label").alias("label"),
        pl.when(pl.col("kind") == "ROAD").then(pl.lit("road")).otherwise(pl.lit("street")).alias("class"),
        "kind",
        "core",
    )


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        sorted=pl.col("core").str.split(" ").list.sort().list.join(" "),
        compact=pl.col("core").str.replace_all(" ", "", literal=True),
    ).select([pl.col(name).cast(dtype) for name, dtype in NAME_SCHEMA.items()])


def _without_strays(points: pl.DataFrame) -> pl.DataFrame:
    """Return the points but those far from where the others of their entry are."""
    away = (
        (pl.col("x") - pl.col("x").median().over("entry")) ** 2
        + (pl.col("y") - pl.col("y").median().over("entry")) ** 2
    ).sqrt()
    measured = points.with_columns(away=away)
    limit = pl.max_horizontal(STRAY_FACTOR * pl.col("away").median().over("entry"), pl.lit(STRAY_M))
    return measured.filter(pl.col("away") <= limit)
