"""Where along a named street a fact lies: by house number, kilometre or other street, else where it mostly is."""

from __future__ import annotations

import polars as pl

from quietude.ingest.locate.gazetteer import Gazetteer

METRES_PER_NUMBER = 6.0  # median 4.2 m in Marseille; rounded up, as fronts widen away from the centre
NEAR_NUMBER_M = 40.0  # median error of accidents whose very number was known: 41 m
CROSSING_M = 40.0  # half the width of a large crossing
POSITION_COLUMNS = ("x", "y", "accuracy_m", "share", "gap", "method")


def place_streets(
    asked: pl.DataFrame, gazetteer: Gazetteer, spread_by_kind: dict[str, float], default_spread_m: float
) -> pl.DataFrame:
    """Return `asked` with the columns of `POSITION_COLUMNS`: where each chosen entry's fact most likely lies.

    `asked` has `row`, `entry`, `found_kind`, `number` (house number, or metres of a road), and one `hint_<level>` per
    level, null where nothing is known. `share` is the part of the entry's points that lie in the same finest zone;
    `gap` how many numbers (metres of a road) off the nearest known one is, null without; `method` is "number" or
    "street". Positions are in metres of the town's plane.
    """
    typical = _typical(asked, gazetteer)
    spread = pl.coalesce(
        "spread_m",
        pl.col("found_kind").replace_strict(spread_by_kind, default=default_spread_m, return_dtype=pl.Float64),
    )
    placed = (
        asked.join(typical, on="row", how="left", maintain_order="left")
        .join(gazetteer.extents.select("entry", "spread_m"), on="entry", how="left", maintain_order="left")
        .with_columns(spread=spread)
    )
    return _along(placed, gazetteer)


def _agrees(gazetteer: Gazetteer) -> pl.Expr:
    levels = gazetteer.territory.level_names
    return pl.all_horizontal(
        [
            pl.col(f"hint_{name}").is_null() | pl.col(f"hint_{name}").eq_missing(pl.col(f"zone_{name}"))
            for name in levels
        ]
    )


def _typical(asked: pl.DataFrame, gazetteer: Gazetteer) -> pl.DataFrame:
    """Return for each row the zone where the entry has most of its points, among those the hint allows if any."""
    hints = [f"hint_{name}" for name in gazetteer.territory.level_names]
    spots = asked.select("row", "entry", *hints).join(gazetteer.shares, on="entry")
    spots = spots.with_columns(agrees=_agrees(gazetteer)).with_columns(
        allowed=pl.when(pl.col("agrees")).then(pl.col("share")).sum().over("row")
    )
    best = spots.sort("row", "agrees", "share", "x", descending=[False, True, True, False]).unique(
        "row", keep="first", maintain_order=True
    )
    given = pl.when(pl.col("agrees") & (pl.col("allowed") > 0)).then(pl.col("share") / pl.col("allowed"))
    return best.select("row", "x", "y", "agrees", share=given.otherwise(pl.col("share")))


def _along(placed: pl.DataFrame, gazetteer: Gazetteer) -> pl.DataFrame:
    """Move the rows with a number to where that number lies between the nearest known ones."""
    numbered = placed.filter(pl.col("number").is_not_null()).select("row", "entry", "number").sort("number")
    profile = gazetteer.profile.select("entry", "number", "x", "y").sort("number")
    found = numbered
    for side, strategy in (("low", "backward"), ("high", "forward")):
        known = profile.rename({"x": f"x_{side}", "y": f"y_{side}"}).with_columns(pl.col("number").alias(f"n_{side}"))
        found = found.join_asof(known, on="number", by="entry", strategy=strategy, check_sortedness=False)  # type: ignore[arg-type]  # a literal of two
    low_gap, high_gap = pl.col("number") - pl.col("n_low"), pl.col("n_high") - pl.col("number")
    weight = (
        pl.when(pl.col("n_low").is_null()).then(1.0).when(pl.col("n_high").is_null()).then(0.0)
        .when(low_gap + high_gap == 0).then(0.0).otherwise(low_gap / (low_gap + high_gap))
    )  # fmt: skip
    between = ((pl.col("x_high") - pl.col("x_low")) ** 2 + (pl.col("y_high") - pl.col("y_low")) ** 2).sqrt()
    found = found.with_columns(
        gap=pl.min_horizontal(low_gap, high_gap).cast(pl.Float64),
        x_at=pl.col("x_low").fill_null(0) * (1 - weight) + pl.col("x_high").fill_null(0) * weight,
        y_at=pl.col("y_low").fill_null(0) * (1 - weight) + pl.col("y_high").fill_null(0) * weight,
        between=between.fill_null(0.0),
    ).filter(pl.col("gap").is_not_null())
    joined = placed.join(
        found.select("row", "gap", "x_at", "y_at", "between"), on="row", how="left", maintain_order="left"
    )
    is_along = pl.col("gap").is_not_null()
    per_number = pl.when(pl.col("found_kind") == "ROAD").then(1.0).otherwise(METRES_PER_NUMBER)
    reach = NEAR_NUMBER_M + pl.min_horizontal(pl.col("gap") * per_number + pl.col("between") / 4, pl.col("spread"))
    return joined.with_columns(
        x_street="x",
        y_street="y",
        x=pl.when(is_along).then(pl.col("x_at")).otherwise(pl.col("x")),
        y=pl.when(is_along).then(pl.col("y_at")).otherwise(pl.col("y")),
        accuracy_m=pl.when(is_along).then(reach).otherwise(pl.max_horizontal(pl.col("spread"), NEAR_NUMBER_M)),
        method=pl.when(is_along).then(pl.lit("number")).otherwise(pl.lit("street")),
    ).drop("x_at", "y_at")


def place_crossings(asked: pl.DataFrame, gazetteer: Gazetteer) -> pl.DataFrame:
    """Return for each row (`row`, `entry`, `entry_b`) the `x`, `y` where the streets come nearest, and `accuracy_m`."""
    points = gazetteer.zoned_points.select("entry", "x", "y")
    pairs = asked.select("row", "entry", "entry_b").unique(["entry", "entry_b"]).select("entry", "entry_b")
    nearest = (
        pairs.join(points.rename({"x": "x_a", "y": "y_a"}), on="entry")
        .join(points.rename({"entry": "entry_b", "x": "x_b", "y": "y_b"}), on="entry_b")
        .with_columns(apart=((pl.col("x_a") - pl.col("x_b")) ** 2 + (pl.col("y_a") - pl.col("y_b")) ** 2).sqrt())
        .sort("entry", "entry_b", "apart", "x_a", "y_a")
        .unique(["entry", "entry_b"], keep="first", maintain_order=True)
    )
    return (
        asked.select("row", "entry", "entry_b")
        .join(nearest, on=["entry", "entry_b"], how="left", maintain_order="left")
        .select(
            "row",
            x=(pl.col("x_a") + pl.col("x_b")) / 2,
            y=(pl.col("y_a") + pl.col("y_b")) / 2,
            accuracy_m=CROSSING_M + pl.col("apart") / 2,
        )
    )
