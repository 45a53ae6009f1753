"""How good the geocoder is, measured on records that have both coordinates and words and that taught it nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from quietude.ingest.hashing import fingerprints
from quietude.ingest.locate.borders import Borders
from quietude.ingest.locate.calibration import FEATURES, Calibration, brier, features, fit_logistic, reliability
from quietude.ingest.locate.gazetteer import Gazetteer
from quietude.ingest.locate.geocoder import TEXT_COLUMNS, Geocoder
from quietude.ingest.locate.learn import learn
from quietude.ingest.locate.text import clean, words_of
from quietude.ingest.locate.zones import assign_zones
from quietude.model.event import zone_column

FOLDS = 5  # a record's part is the first eight hexadecimal digits of its key's fingerprint, modulo this
TEST_FOLD = 0  # never taught nor fitted on


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What was found for records whose true place is known."""

    rows: pl.DataFrame
    """One row per record: `is_located`, `is_right` (finest zone), `is_near` (that or one that touches it), `error_m`,
    `score`, `by`, and what was found."""

    @property
    def _found(self) -> pl.DataFrame:
        return self.rows.filter("is_located")

    @property
    def records(self) -> int:
        """Return how many records were asked."""
        return self.rows.height

    @property
    def located(self) -> float:
        """Return the share of records that got a place (a zone alone does not count)."""
        return _mean(self.rows["is_located"])

    @property
    def right(self) -> float:
        """Return the share of the located ones in their true zone."""
        return _mean(self._found["is_right"])

    @property
    def near(self) -> float:
        """Return the share of the located ones in their true zone or one that touches it."""
        return _mean(self._found["is_near"])

    @property
    def median_error_m(self) -> float:
        """Return the median distance of the located ones from the truth."""
        median = self._found["error_m"].median()
        return float(median) if isinstance(median, int | float) else float("nan")

    @property
    def within_accuracy(self) -> float:
        """Return the share of the located ones whose truth lies within `accuracy_m`: 0.68 where it is honest."""
        return _mean(self._found["error_m"] <= self._found["accuracy_m"])

    @property
    def brier(self) -> float:
        """Return the mean squared distance of the scores from the outcomes."""
        return brier(self._found["score"].to_numpy(), self._found["is_right"].cast(pl.Float64).to_numpy())

    @property
    def reliability(self) -> pl.DataFrame:
        """Return promised and kept shares by tenth of the score."""
        return reliability(self._found["score"].to_numpy(), self._found["is_right"].cast(pl.Float64).to_numpy())

    @property
    def by_method(self) -> pl.DataFrame:
        """Return the same shares by the way of locating."""
        return (
            self._found.group_by("by")
            .agg(
                records=pl.len(), right=pl.col("is_right").mean(), near=pl.col("is_near").mean(),
                score=pl.col("score").mean(), median_error_m=pl.col("error_m").median(),
            )
            .sort("records", descending=True)
        )  # fmt: skip

    @property
    def failures(self) -> pl.DataFrame:
        """Return how many records of each class were not brought to the true or a touching zone."""
        is_road = (pl.col("form") == "road").fill_null(value=False)
        kind = (
            pl.when(~pl.col("is_located") & pl.col("core_a").is_null()).then(pl.lit("no street in the address"))
            .when(~pl.col("is_located") & is_road).then(pl.lit("numbered road that no file knows"))
            .when(~pl.col("is_located") & pl.col("similarity").is_null()).then(pl.lit("no name alike"))
            .when(~pl.col("is_located")).then(pl.lit("score too low"))
            .when(is_road | (pl.col("found_kind") == "TUNNEL")).then(pl.lit("motorway or tunnel"))
            .when(pl.col("hint") == -1).then(pl.lit("name and stated zone disagree"))
            .when(pl.col("error_m") > FAR_M).then(pl.lit("another place of that name, or false coordinates"))
            .when(pl.col("similarity") < 95).then(pl.lit("another name taken"))
            .when(pl.col("number").is_null()).then(pl.lit("long street without a number"))
            .otherwise(pl.lit("wrong part of a long street"))
        )  # fmt: skip
        return (
            self.rows.filter(~pl.col("is_near"))
            .group_by(kind.alias("class"))
            .agg(records=pl.len())
            .sort("records", "class", descending=[True, False])
        )


FAR_M = 4_000.0  # 99 % of the records of a street lie nearer to its middle: the name was found elsewhere


def part_of(keys: pl.Series) -> pl.Series:
    """Return for each record key its part, 0 to `FOLDS` - 1, the same for ever."""
    return fingerprints(keys.cast(pl.String)).str.slice(0, 8).str.to_integer(base=16) % FOLDS


def measure(geocoder: Geocoder, records: pl.DataFrame, *, with_hints: bool) -> Measure:
    """Return what `geocoder` finds for `records` (its text columns, and the true `lon_deg`, `lat_deg`).

    Without hints the record's own zone and postcode columns are not read (the address may still end in one).
    """
    texts = records.select(pl.col(name).cast(pl.String) for name in TEXT_COLUMNS)
    if not with_hints:
        texts = texts.with_columns(postcode=pl.lit(None, dtype=pl.String), zone_hint=pl.lit(None, dtype=pl.String))
    unique = texts.unique(maintain_order=True)
    found = geocoder.find(unique)
    answers = unique.hstack(found.select([name for name in found.columns if name not in unique.columns]))
    rows = texts.join(answers, on=list(TEXT_COLUMNS), how="left", nulls_equal=True, maintain_order="left")
    finest = geocoder.territory.level_names[-1]
    truth = assign_zones(records["lon_deg"], records["lat_deg"], geocoder.territory)[zone_column(finest)]
    borders = Borders.of(geocoder.territory)
    x, y = borders.plane.to_metres(records["lon_deg"].to_numpy(), records["lat_deg"].to_numpy())
    rows = rows.with_columns(truth=truth, true_x=pl.Series(x), true_y=pl.Series(y), at=pl.col(f"at_{finest}"))
    touching = borders.neighbours.with_columns(touches=pl.lit(value=True))
    rows = rows.join(touching, left_on=["truth", "at"], right_on=["zone", "other"], how="left", maintain_order="left")
    is_located = (pl.col("score") >= geocoder.min_score).fill_null(value=False)
    return Measure(
        rows=rows.with_columns(
            is_located=is_located,
            is_right=is_located & (pl.col("truth") == pl.col("at")).fill_null(value=False),
            is_near=is_located & pl.col("touches").fill_null(value=False),
            error_m=((pl.col("x") - pl.col("true_x")) ** 2 + (pl.col("y") - pl.col("true_y")) ** 2).sqrt(),
        )
    )


def name_matching(gazetteer: Gazetteer, records: pl.DataFrame) -> float:
    """Return the share of `records` whose address is a street's name, but for accents, brackets, numbers and kinds.

    The baseline: what one gets by equality alone, without tolerance of any kind.
    """
    spelt = gazetteer.words.types

    def normal(text: pl.Expr) -> pl.Expr:
        words = words_of(text, gazetteer.words).list.eval(pl.element().replace(spelt))
        return words.list.join(" ")

    asked = records.select(
        text=clean(pl.col("address")).str.replace(r"^\d* ?,? ?", "").str.replace(r"^(.*?) ?\((.*)\)$", "${2} ${1}")
    )
    streets = gazetteer.names.filter(pl.col("class") == "street").select(text=normal(clean(pl.col("label")))).unique()
    return _mean(
        asked.select(found=normal(pl.col("text")).is_in(streets["text"].to_list()))["found"].fill_null(value=False)
    )


def cross_measure(
    base: Gazetteer, records: pl.DataFrame, calibration: Calibration, *, with_hints: bool, parts: Sequence[int]
) -> pl.DataFrame:
    """Return the rows of `measure` for each of `parts`, each found by a gazetteer that learned from the other parts."""
    pool = records.filter(pl.col("part").is_in(list(parts)))
    rows = []
    for part in parts:
        taught = learn(base, pool.filter(pl.col("part") != part))
        geocoder = Geocoder(base.territory, taught, calibration, min_score=0.0)
        rows.append(measure(geocoder, pool.filter(pl.col("part") == part), with_hints=with_hints).rows)
    return pl.concat(rows)


def calibrate(base: Gazetteer, records: pl.DataFrame, start: Calibration, *, source: str) -> Calibration:
    """Return numbers fitted on the parts of `records` other than `TEST_FOLD`, each found without having been learned.

    Half of the rows come from the files alone and half from files and lessons, with hints and without, so that the
    law holds for towns and streets of either sort.
    """
    parts = [part for part in range(FOLDS) if part != TEST_FOLD]
    plain = Geocoder(base.territory, base, start, min_score=0.0)
    taught_on = records.filter(pl.col("part") != TEST_FOLD)
    from_files = [measure(plain, taught_on, with_hints=hints).rows for hints in (False, True)]
    spreads = _spreads(from_files[0])
    step = replace(start, spread_by_kind=spreads[0], default_spread_m=spreads[1], accuracy_factor={})
    rows = pl.concat(
        [
            measure(Geocoder(base.territory, base, step, min_score=0.0), taught_on, with_hints=hints).rows
            for hints in (False, True)
        ]
        + [cross_measure(base, records, step, with_hints=hints, parts=parts) for hints in (False, True)]
    ).filter(pl.col("score").is_not_null())
    factor = rows.group_by("method").agg(f=(pl.col("error_m") / pl.col("accuracy_m")).quantile(0.68))
    factors = {method: round(value, 3) for method, value in factor.sort("method").iter_rows()}
    rows = rows.with_columns(
        accuracy_m=pl.col("accuracy_m") * pl.col("method").replace_strict(factors, default=1.0, return_dtype=pl.Float64)
    )
    weights = fit_logistic(features(rows), rows["is_right"].cast(pl.Float64).to_numpy())
    fitted = replace(
        step,
        accuracy_factor=factors,
        coefficients={n: round(float(w), 4) for n, w in zip(FEATURES, weights, strict=True)},
    )
    said = {
        "source": source,
        "records": taught_on.height,
        "rows": rows.height,
        "method": "ridge logistic regression, Newton",
        "parts": f"{FOLDS - 1} of {FOLDS} by key; part {TEST_FOLD} held out",
    }
    return replace(fitted, provenance=said)


MIN_KIND_RECORDS = 30  # fewer tell nothing of a 68th percentile


def _spreads(rows: pl.DataFrame) -> tuple[dict[str, float], float]:
    """Return for each kind of street, and for all, how far from its single known point 68 % of the records lie."""
    single = rows.filter(
        pl.col("seen") == 1, pl.col("similarity") == 100, pl.col("kind_agrees") == 1, pl.col("method") == "street"
    )
    by_kind = single.group_by("found_kind").agg(seen=pl.len(), spread=pl.col("error_m").quantile(0.68)).filter(
        pl.col("seen") >= MIN_KIND_RECORDS, pl.col("found_kind").is_not_null()
    ).sort("found_kind")  # fmt: skip
    overall = single["error_m"].quantile(0.68)
    return (
        {kind: round(spread) for kind, _, spread in by_kind.iter_rows()},
        float(round(overall)) if overall is not None else 300.0,
    )


def _mean(values: pl.Series) -> float:
    return float(np.asarray(values.cast(pl.Float64).to_numpy()).mean()) if len(values) else float("nan")
