"""One batch of raw records on its way: map, date, locate, qualify, protect; each ends in exactly one count."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl
import pyarrow as pa

from quietude.ingest.facts import classified, dated, generalised, retained, worded
from quietude.ingest.filing import attributes_json, flag_lists, to_table
from quietude.ingest.hashing import event_uids
from quietude.ingest.keys import Ordinals, Seen
from quietude.ingest.ledger import Quarantined
from quietude.ingest.mapping import Mapper
from quietude.ingest.places import located
from quietude.ingest.plan import Plan
from quietude.ingest.protect import masked_columns
from quietude.ingest.sick import problems_aside, set_aside
from quietude.ingest.tally import Tally
from quietude.ingest.video import let_through
from quietude.sources.api import RawBatch

ROW = "_row"
FREE_TEXTS = ("title", "text", "place_label")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch ready to be filed, with what was set aside."""

    table: pa.Table
    quarantined: list[Quarantined]


@dataclass(slots=True)
class Intake:
    """Takes the batches of one import, in order, and tallies what becomes of each record."""

    plan: Plan
    tally: Tally
    seen: Seen
    import_id: int = 0
    ordinals: Ordinals = field(default_factory=Ordinals)

    def take(self, batch: RawBatch, mapper: Mapper) -> Prepared:
        """Return the facts of a batch and the records set aside."""
        aside = problems_aside(batch.problems, batch.file, self.plan, self.import_id)
        self.tally.read(batch.frame.height + len(batch.problems))
        records = mapper.complete(batch.frame, batch.file)
        scope = mapper.in_scope()
        if scope is not None:
            records = records.filter(scope)
            self.tally.out_of_scope(batch.frame.height - records.height)
        keys = self.ordinals.settle(records.select(key=mapper.key())["key"])
        found = self._mapped(records, keys, mapper)
        found, aside_here = self._unrepeated(found, records, keys, batch)
        aside_rows = [found.filter(pl.col("reason").is_not_null()).select(ROW, "reason"), *aside_here]
        facts = self._facts(found.filter(pl.col("reason").is_null()), records, mapper, aside_rows)
        sick = pl.concat(aside_rows).sort(ROW)
        sick = sick.with_columns(key=keys[sick[ROW]])
        aside += set_aside(records[sick[ROW]], sick, mapper, self.plan, self.import_id)
        self.tally.quarantined(aside)
        return Prepared(to_table(facts, self.plan), aside)

    def _mapped(self, records: pl.DataFrame, keys: pl.Series, mapper: Mapper) -> pl.DataFrame:
        found = mapper.values(records).with_columns(
            source_key=keys,
            reason=pl.when(pl.lit(keys).is_null()).then(pl.lit("key_missing")),
            **{ROW: pl.int_range(records.height, dtype=pl.UInt32)},
        )
        return worded(dated(found, self.plan))

    def _unrepeated(
        self, found: pl.DataFrame, records: pl.DataFrame, keys: pl.Series, batch: RawBatch
    ) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
        """Return the records whose key this import has not met, and those in conflict with one it has."""
        is_last_rule = self.plan.manifest.duplicates == "last"
        own = [name for name in batch.columns if name in records.columns]
        contents = records.select(own).hash_rows()
        judged = found if is_last_rule else found.filter(pl.col("reason").is_null())
        rows = judged[ROW]
        verdict = (
            self.seen.judge(keys[rows], contents[rows])
            if judged.height < found.height
            else self.seen.judge(keys, contents)
        )
        if (verdict == "new").all():
            return found, []
        self.tally.duplicates(int((verdict == "duplicate").sum()))
        conflicts = judged.filter(verdict == "conflict").select(ROW, reason=pl.lit("duplicate_key"))
        left = judged.filter(verdict != "new")[ROW]
        return found.filter(~pl.col(ROW).is_in(left.implode())), [conflicts]

    def _facts(
        self, found: pl.DataFrame, records: pl.DataFrame, mapper: Mapper, aside: list[pl.DataFrame]
    ) -> pl.DataFrame:
        kept = retained(found, self.plan)
        self.tally.past_retention(kept.refused, kept.generalised)
        facts = located(classified(kept.facts, self.plan), self.plan)
        if self.plan.manifest.outside == "quarantine" and facts["is_outside"].any():
            aside.append(facts.filter("is_outside").select(ROW, reason=pl.lit("outside_town")))
            facts = facts.filter(~pl.col("is_outside"))
        if self.plan.manifest.map.video is not None:
            facts, refused = let_through(facts, self.plan)
            aside.append(refused.select(ROW, "reason"))
        facts = facts.rename({"occurred_from_precision": "time_precision"})
        facts = self._protected(facts, records, mapper)
        facts = self._flagged(facts)
        facts = facts.with_columns(event_uids(self.plan.manifest.name, facts["source_key"]))
        self.tally.facts(facts, self.plan)
        return generalised(facts, self.plan.timezone)

    def _protected(self, facts: pl.DataFrame, records: pl.DataFrame, mapper: Mapper) -> pl.DataFrame:
        """Return the facts with their texts masked and the rest of the record, masked too, as `attributes`."""
        for name in ("title", "text"):
            if name not in facts.columns:
                facts = facts.with_columns(pl.lit(None, dtype=pl.String).alias(name))
        facts, masked, is_touched = masked_columns(facts, FREE_TEXTS, self.plan.country)
        columns = mapper.attributes()
        if not columns:
            self.tally.masked(masked)
            return facts.with_columns(attributes=pl.lit(None, dtype=pl.String), is_masked=is_touched)
        rest = records.select(columns) if facts.height == records.height else records.select(columns)[facts[ROW]]
        rest, masked_rest, is_touched_too = masked_columns(rest, columns, self.plan.country)
        self.tally.masked(masked + masked_rest)
        return facts.with_columns(attributes_json(rest), is_masked=is_touched | is_touched_too)

    def _flagged(self, facts: pl.DataFrame) -> pl.DataFrame:
        """Return the facts with `flags`; an end before its beginning is left out."""
        no = pl.Series("no", [False]).new_from_index(0, facts.height)
        flags = {
            "category:missing": facts["source_category"].is_null() & facts["category"].is_null(),
            "category:unmapped": facts["is_unmapped"] & facts["source_category"].is_not_null(),
            "time:dst_gap": facts["occurred_from_gap"].fill_null(value=False),
            "place:missing": facts["lon_deg"].is_null() if self.plan.manifest.map.place is not None else no,
            "severity:unreadable": facts["severity_refused"],
            "text:masked": facts["is_masked"],
            "retention:generalised": facts["is_generalised"],
            "time:outside_period": self._outside_period(facts),
        }
        if "occurred_to" in facts.columns:
            is_before = (facts["occurred_to"] < facts["occurred_from"]).fill_null(value=False)
            flags["time:end_before_start"] = is_before
            flags["time:end_unreadable"] = facts["occurred_to_said"] & facts["occurred_to"].is_null()
            facts = facts.with_columns(occurred_to=pl.when(~pl.lit(is_before)).then(pl.col("occurred_to")))
        if "reported_at" in facts.columns:
            flags["time:reported_unreadable"] = facts["reported_at_said"] & facts["reported_at"].is_null()
            flags["time:reported_before"] = _reported_before(facts)
        facts = facts.with_columns(flag_lists(facts, flags, lists=facts["place_flags"]))
        absent = [name for name in ("occurred_to", "reported_at") if name not in facts.columns]
        return facts.with_columns(pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias(name) for name in absent)

    def _outside_period(self, facts: pl.DataFrame) -> pl.Series:
        period = self.plan.manifest.period
        no = pl.Series("no", [False]).new_from_index(0, facts.height)
        if period is None:
            return no
        days = facts["day"].cast(pl.String)
        early = days.str.slice(0, len(period.since)) < period.since if period.since is not None else no
        late = days.str.slice(0, len(period.until)) > period.until if period.until is not None else no
        return early | late


def _reported_before(facts: pl.DataFrame) -> pl.Series:
    """Tell which facts are said to be reported before they happened, as finely as both times are known."""
    fine = pl.col("time_precision").is_in(["minute", "hour"]) & pl.col("reported_at_precision").is_in(
        ["minute", "hour"]
    )
    by_instant = pl.col("reported_at") < pl.col("occurred_from")
    by_day = pl.col("reported_at_local").dt.date() < pl.col("day")
    by_month = pl.col("time_precision").is_in(["month", "year"])
    answer = pl.when(by_month).then(pl.lit(value=False)).when(fine).then(by_instant).otherwise(by_day)
    return facts.select(answer.fill_null(value=False).alias("before"))["before"]
