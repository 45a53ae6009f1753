"""Which of the names alike is meant: by spelling, kind of street, the zone stated elsewhere, how often it is met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl

from quietude.ingest.locate.gazetteer import Gazetteer
from quietude.ingest.locate.match import KIND_CONFLICT, KIND_MISSING, NameIndex
from quietude.ingest.locate.text import clean
from quietude.model.territory import Zone

HINT_BONUS = 6.0  # points: a stated zone outweighs a difference of spelling, not a different name
HINT_MALUS = 8.0
FAME_POINTS = 1.5  # per tenfold number of points seen: "PARADIS" is the long street, not the dead end
SAME_NAME = 98.0  # below, it is another spelling: believed only where the zone that is stated agrees
REACH_M = 500.0  # streets whose middle is within 100, 250, 500 m of a zone enter it in 72, 38, 15 % (Marseille)
REACHING = 0.05  # share of such a street that is taken to lie in the zone
ROAD = "ROAD"  # the kind that the parser gives numbered roads, whatever their name in the files
OTHER_PLACE_M = 500.0  # candidates nearer than this are no rivals: either leads to the same corner


def resolve_hints(asked: pl.DataFrame, parts: pl.DataFrame, gazetteer: Gazetteer) -> pl.DataFrame:
    """Return `hint_<level>`, the zone that the record states elsewhere (zone, postcode, end of the address), and
    `named_<level>`, the zone whose name is the whole address.
    """
    levels = gazetteer.territory.levels
    stated = asked.select(
        [
            pl.col("zone_hint").str.strip_chars().str.replace(r"\.0$", ""),
            pl.col("postcode").str.strip_chars().str.replace(r"\.0$", ""),
        ]
    )
    numbers = dict(gazetteer.zone_numbers)
    columns: dict[str, pl.Series] = {}
    names = parts.select(name=pl.when(pl.col("number").is_null()).then(_plain(pl.col("text"))))["name"]
    for level in levels:
        codes = {zone.code: zone.code for zone in level.zones}
        known = {key: code for key, code in numbers.items() if code in codes} | codes
        by_name = {zone_name: zone.code for zone, zone_name in zip(level.zones, _cleaned(level.zones), strict=True)}
        said = [
            stated["zone_hint"].replace_strict(known, default=None, return_dtype=pl.String),
            plain_series(stated["zone_hint"]).replace_strict(by_name, default=None, return_dtype=pl.String),
            stated["postcode"].replace_strict(known, default=None, return_dtype=pl.String),
            parts["zone_text"].replace_strict(known, default=None, return_dtype=pl.String),
        ]
        columns[f"hint_{level.name}"] = (
            pl.select(pl.coalesce(*[pl.lit(s) for s in said])).to_series()
            if len(asked)
            else pl.Series([], dtype=pl.String)
        )
        columns[f"named_{level.name}"] = names.replace_strict(by_name, default=None, return_dtype=pl.String)
    return pl.DataFrame(columns)


def _plain(text: pl.Expr) -> pl.Expr:
    """Return cleaned words without punctuation: "Saint-Loup" and "SAINT LOUP" are one name."""
    return clean(text).str.replace_all(r"[^A-Z0-9]+", " ").str.strip_chars()


def plain_series(series: pl.Series) -> pl.Series:
    """Return the texts as plain words."""
    return pl.DataFrame({"text": series.cast(pl.String)}).select(_plain(pl.col("text"))).to_series()


def _cleaned(zones: Sequence[Zone]) -> list[str]:
    return plain_series(pl.Series([zone.name for zone in zones], dtype=pl.String)).to_list()


def choose(queries: pl.DataFrame, index: NameIndex, gazetteer: Gazetteer) -> pl.DataFrame:
    """Return for each query that is like some name the best entry, with what its score needs.

    `queries` has `row`, `form`, `number`, `kind_a`, `core_a`, `kind_b`, `core_b`, `is_long` and `hint_<level>`; the
    answer adds `entry`, `entry_b`, `shown`, `class`, `found_kind`, `similarity`, `kind_agrees`, `margin` and `seen`.
    """
    likely = ranked(queries, index, gazetteer)
    best = likely.unique("row", keep="first", maintain_order=True)
    crossed = queries.filter(pl.col("form") == "crossing")
    other = ranked(crossed, index, gazetteer, side="b").unique("row", keep="first", maintain_order=True)
    crossing = other.select("row", entry_b="entry", shown_b="label", similarity_b="similarity")
    chosen = best.join(_margins(likely, gazetteer), on="row", how="left").join(crossing, on="row", how="left")
    is_other = pl.col("entry_b").is_not_null() & (pl.col("entry_b") != pl.col("entry"))
    return chosen.with_columns(
        entry_b=pl.when(is_other).then("entry_b"),
        similarity=pl.when(is_other).then(pl.min_horizontal("similarity", "similarity_b")).otherwise("similarity"),
        shown=pl.when(is_other).then(pl.format("{} / {}", "label", "shown_b")).otherwise("label"),
        number=pl.when(pl.col("class") != "place").then("number"),
    ).drop("shown_b", "similarity_b", "label", "rank")


def ranked(
    asked: pl.DataFrame, index: NameIndex, gazetteer: Gazetteer, *, side: Literal["a", "b"] = "a"
) -> pl.DataFrame:
    """Return all candidates of each row, the likeliest first, with their `rank` in points; `side` of a crossing."""
    hints = [f"hint_{name}" for name in gazetteer.territory.level_names]
    queries = asked.select("row", "number", "form", *hints, "is_long", kind=f"kind_{side}", core=f"core_{side}")
    distinct = queries.select("kind", "core", "is_long").unique(maintain_order=True).with_row_index("query")
    found = index.match(distinct)
    found_kinds = gazetteer.names.select("entry", "label", "class", found_kind="kind").unique(
        ["entry", "label", "class"], keep="first"
    )
    pairs = (
        queries.join(distinct, on=["kind", "core", "is_long"], nulls_equal=True)
        .join(found, on="query")
        .join(found_kinds, on=["entry", "label", "class"], how="left")
        .filter(pl.col("class") != "zone")
        .with_columns(found_kind=pl.when(pl.col("kind") == ROAD).then(pl.lit(ROAD)).otherwise("found_kind"))
    )
    seen = gazetteer.extents.select("entry", "seen")
    pairs = pairs.join(seen, on="entry", how="left").filter(pl.col("seen").is_not_null())
    pairs = pairs.join(_hinted_share(pairs, gazetteer, hints), on=["row", "entry"], how="left")
    has_hint = pl.any_horizontal([pl.col(name).is_not_null() for name in hints])
    points = (
        pl.col("similarity")
        + pl.col("kind_agrees").replace_strict({-1: -KIND_CONFLICT, 0: -KIND_MISSING, 1: 0.0}, return_dtype=pl.Float64)
        + pl.when(~has_hint).then(0.0).when(pl.col("hinted") > 0).then(HINT_BONUS).otherwise(-HINT_MALUS)
        + FAME_POINTS * pl.col("seen").cast(pl.Float64).log10()
    )  # fmt: skip
    is_believed = ~has_hint | (pl.col("hinted") > 0).fill_null(value=False) | (pl.col("similarity") >= SAME_NAME)
    ordered = (
        pairs.filter(is_believed)
        .with_columns(rank=points)
        .sort("row", "rank", "entry", descending=[False, True, False])
    )
    return ordered.drop("query", "kind", "core", "is_long", "hinted")


def _hinted_share(pairs: pl.DataFrame, gazetteer: Gazetteer, hints: list[str]) -> pl.DataFrame:
    """Return how much of each candidate lies in the zone that its row states; `REACHING` of one that is near it."""
    stated = pl.any_horizontal([pl.col(name).is_not_null() for name in hints])
    hinted = pairs.filter(stated).select("row", "entry", *hints)
    levels = gazetteer.territory.level_names
    agrees = pl.all_horizontal(
        [pl.col(f"hint_{n}").is_null() | pl.col(f"hint_{n}").eq_missing(pl.col(f"zone_{n}")) for n in levels]
    )
    inside = (
        hinted.join(gazetteer.shares, on="entry")
        .filter(agrees)
        .group_by("row", "entry")
        .agg(hinted=pl.col("share").sum())
    )
    others = hinted.join(inside, on=["row", "entry"], how="anti").join(gazetteer.middles, on="entry")
    x, y = others["x"].to_numpy(), others["y"].to_numpy()
    away = [gazetteer.borders[n].away(x, y, others[f"hint_{n}"]) for n in levels]
    near = others.with_columns(pl.Series("away", np.minimum.reduce(away))).filter(pl.col("away") <= REACH_M)
    return pl.concat([inside, near.select("row", "entry", hinted=pl.lit(REACHING))])


def _margins(likely: pl.DataFrame, gazetteer: Gazetteer) -> pl.DataFrame:
    """Return for each row `margin`, the points by which the best candidate leads the next one that lies elsewhere."""
    placed = (
        likely.select("row", "entry", "rank")
        .join(gazetteer.middles, on="entry")
        .sort("row", "rank", "entry", descending=[False, True, False])
    )
    first = placed.unique("row", keep="first", maintain_order=True).rename(
        {"rank": "rank_1", "x": "x_1", "y": "y_1", "entry": "entry_1"}
    )
    rivals = placed.join(first, on="row").filter(
        pl.col("entry") != pl.col("entry_1"),
        ((pl.col("x") - pl.col("x_1")) ** 2 + (pl.col("y") - pl.col("y_1")) ** 2).sqrt() > OTHER_PLACE_M,
    )
    return rivals.group_by("row").agg(margin=(pl.col("rank_1") - pl.col("rank")).min())
