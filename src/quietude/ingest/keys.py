"""Keys of records: told apart when a source repeats itself, and met once per import."""

from __future__ import annotations

from typing import Literal

import polars as pl

from quietude.ingest.evaluate import REPEATABLE

Rule = Literal["quarantine", "first", "last"]


class Ordinals:
    """Numbers records whose keys are alike, in the order of the source, so that each has a key of its own."""

    def __init__(self) -> None:
        self._met = pl.DataFrame(schema={"key": pl.String, "met": pl.UInt32})

    def settle(self, keys: pl.Series) -> pl.Series:
        """Return the keys of the next records; those that ask for it end in `#<number>`, from 1."""
        asks = keys.str.starts_with(REPEATABLE).fill_null(value=False)
        if not asks.any():
            return keys
        frame = pl.DataFrame({"key": keys.str.strip_prefix(REPEATABLE), "asks": asks})
        frame = frame.join(self._met, on="key", how="left", maintain_order="left").with_columns(
            number=pl.col("met").fill_null(0) + pl.col("key").cum_count().over("key")
        )
        self._met = (
            pl.concat([self._met, frame.filter("asks").select("key", met=pl.col("number").cast(pl.UInt32))])
            .group_by("key").agg(pl.col("met").max())
        )  # fmt: skip
        numbered = pl.concat_str("key", pl.lit("#"), pl.col("number"))
        return frame.select(key=pl.when("asks").then(numbered).otherwise("key"))["key"].alias(keys.name)


class Seen:
    """The keys one import has met, with what they held."""

    def __init__(self, rule: Rule, last: pl.DataFrame | None = None) -> None:
        self._rule = rule
        self._last = last
        """For the rule "last": `key` (hash) to `at`, the ordinal of its last record."""
        self._met = pl.DataFrame(schema={"key": pl.UInt64, "content": pl.UInt64})
        self._count = 0

    def judge(self, keys: pl.Series, contents: pl.Series) -> pl.Series:
        """Return for each record "new", "duplicate" (to be left) or "conflict" (same key, other contents)."""
        frame = pl.DataFrame({"key": keys.hash(), "content": contents})
        if self._rule == "last" and self._last is not None:
            return self._by_last(frame, keys, self._last)
        known = frame.join(self._met, on="key", how="left", maintain_order="left", suffix="_met")
        is_first = frame["key"].is_first_distinct()
        if known["content_met"].null_count() == len(frame) and is_first.all():
            verdict = pl.repeat("new", len(frame), dtype=pl.String, eager=True)
        else:
            first = pl.coalesce("content_met", pl.col("content").first().over("key"))
            other = "duplicate" if self._rule == "first" else "conflict"
            is_new = pl.lit(is_first) & pl.col("content_met").is_null()
            verdict = known.select(
                pl.when(is_new)
                .then(pl.lit("new"))
                .when(pl.col("content") == first)
                .then(pl.lit("duplicate"))
                .otherwise(pl.lit(other))
                .alias("v")
            )["v"]
        self._met = pl.concat([self._met, frame.filter(verdict == "new")], rechunk=False)
        return verdict

    def _by_last(self, frame: pl.DataFrame, keys: pl.Series, last: pl.DataFrame) -> pl.Series:
        numbered = frame.with_columns(at=pl.int_range(self._count, self._count + len(frame), dtype=pl.UInt32))
        self._count += len(frame)
        joined = numbered.join(last, on="key", how="left", maintain_order="left", suffix="_last")
        is_last = pl.col("at") == pl.col("at_last").fill_null(pl.col("at"))
        return joined.select(
            v=pl.when(is_last | pl.lit(keys.is_null())).then(pl.lit("new")).otherwise(pl.lit("duplicate"))
        )["v"]


class LastMet:
    """Where each key comes last, from a first reading of the whole source."""

    def __init__(self) -> None:
        self._parts: list[pl.DataFrame] = []
        self._count = 0

    def note(self, keys: pl.Series) -> None:
        """Note the keys of the next records."""
        at = pl.int_range(self._count, self._count + len(keys), dtype=pl.UInt32, eager=True)
        self._count += len(keys)
        self._parts.append(pl.DataFrame({"key": keys.hash(), "at": at}))

    def table(self) -> pl.DataFrame:
        """Return `key` (hash) to `at`, the ordinal of its last record."""
        if not self._parts:
            return pl.DataFrame(schema={"key": pl.UInt64, "at": pl.UInt32})
        return pl.concat(self._parts).group_by("key").agg(pl.col("at").max())
