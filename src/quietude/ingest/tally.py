"""Counts and quality scores of one import, gathered batch by batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from quietude.ingest.ledger import Quarantined
from quietude.ingest.plan import Plan
from quietude.ingest.report import ImportReport

SHOWN_UNMAPPED = 50
TIMELY_HOURS = 24  # a fact written down the day after is a report; later, it is an archive
INVALID = ("coordinates:", "time:", "severity:", "category:unmapped")
"""Beginnings of the flags that say a value of the source cannot be right, or is unknown."""


@dataclass(slots=True)
class Tally:
    """What became of the records so far; writes into the report."""

    report: ImportReport
    _shares: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("completeness", "validity", "location", "timeliness"), 0.0)
    )
    _facts: int = 0
    _timed: int = 0
    _unmapped: Counter[str] = field(default_factory=Counter)
    _conflicts: int = 0

    def read(self, records: int) -> None:
        """Count records read."""
        self.report.read += records

    def out_of_scope(self, records: int) -> None:
        """Count records that do not meet the manifest's `only`."""
        self.report.out_of_scope += records

    def duplicates(self, records: int) -> None:
        """Count records that this import holds already."""
        self.report.duplicates += records

    def past_retention(self, refused: int, generalised: int) -> None:
        """Count records too old to be kept, or to be kept as they are."""
        self.report.refused_past_retention += refused
        self.report.generalised += generalised

    def masked(self, kinds: Counter[str]) -> None:
        """Count personal data masked in texts."""
        self.report.masked = dict(Counter(self.report.masked) + kinds)

    def quarantined(self, records: Sequence[Quarantined]) -> None:
        """Count records set aside, by reason."""
        by_reason = Counter(self.report.quarantined_by_reason)
        by_reason.update(record.reason for record in records)
        self.report.quarantined_by_reason = dict(by_reason.most_common())
        self.report.quarantined += len(records)
        self._conflicts += sum(record.reason == "duplicate_key" for record in records)

    def facts(self, facts: pl.DataFrame, plan: Plan) -> None:
        """Count what the facts of a batch hold: places, flags, period, unknown categories, and their quality."""
        if facts.is_empty():
            return
        self._facts += facts.height
        self.report.located = _added(self.report.located, facts["located_by"].fill_null(""))
        flags = facts["flags"].explode(empty_as_null=False)
        self.report.flagged = _added(self.report.flagged, flags)
        self.days(facts["day"])
        if facts["is_unmapped"].any():
            unknown = facts.filter(pl.col("is_unmapped") & pl.col("source_category").is_not_null())["source_category"]
            self._unmapped.update(dict(unknown.value_counts().iter_rows()))
        self._measure(facts, plan)

    def days(self, days: pl.Series) -> None:
        """Note the local days of filed records."""
        if days.null_count() < len(days):
            first, last = str(days.min()), str(days.max())
            self.report.since = min(first, self.report.since or first)
            self.report.until = max(last, self.report.until or last)

    def _measure(self, facts: pl.DataFrame, plan: Plan) -> None:
        mapped = plan.manifest.map.expressions()
        shown = {"category": "source_category"}
        fields = ("category", "title", "text", "occurred_to", "reported_at")
        wanted = [shown.get(name, name) for name in fields if name in mapped]
        shares = [1 - facts[name].null_count() / facts.height for name in wanted]
        if plan.manifest.map.place is not None:
            shares.append(
                1 - facts["place_label" if "place.address" in mapped else "lon_deg"].null_count() / facts.height
            )
        self._shares["completeness"] += facts.height * (sum(shares) / len(shares) if shares else 1.0)
        is_doubtful = facts.select(
            pl.col("flags")
            .list.eval(pl.any_horizontal([pl.element().str.starts_with(mark) for mark in INVALID]))
            .list.any()
        ).to_series()
        self._shares["validity"] += facts.height - int(is_doubtful.fill_null(value=False).sum())
        if plan.manifest.map.place is not None:
            self._shares["location"] += int(facts["lon_deg"].is_not_null().sum())
        if "reported_at" in mapped:
            delay = (facts["reported_at"] - facts["occurred_from"]).dt.total_hours()
            known = delay.drop_nulls()
            self._timed += len(known)
            self._shares["timeliness"] += int((known <= TIMELY_HOURS).sum())

    def conclude(self, plan: Plan) -> None:
        """Write the quality scores and the unknown categories into the report."""
        report = self.report
        report.unmapped = dict(self._unmapped.most_common(SHOWN_UNMAPPED))
        report.unmapped_total = sum(self._unmapped.values())
        judged = report.read - report.out_of_scope
        if not judged:
            return
        quality: dict[str, float] = {}
        if self._facts:
            quality["completeness"] = self._shares["completeness"] / self._facts
            quality["validity"] = self._shares["validity"] / (self._facts + report.quarantined)
            if plan.manifest.map.place is not None:
                quality["location"] = self._shares["location"] / self._facts
        quality["uniqueness"] = 1 - (report.duplicates + self._conflicts) / judged
        if self._timed:
            quality["timeliness"] = self._shares["timeliness"] / self._timed
        quality["overall"] = sum(quality.values()) / len(quality)
        report.quality = {name: round(value, 4) for name, value in quality.items()}


def _added(counts: dict[str, int], values: pl.Series) -> dict[str, int]:
    total = Counter(counts)
    total.update(dict(values.drop_nulls().value_counts().iter_rows()))
    return dict(total.most_common())
