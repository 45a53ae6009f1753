"""What an import did, said in numbers: shown in the terminal and in the portal, kept in the ledger."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How an import ended."""

    DONE = "done"
    DRY_RUN = "dry_run"
    """Everything was done but the filing."""
    FAILED = "failed"
    """An error, or fewer records than expected; what is counted as filed stays filed."""
    INTERRUPTED = "interrupted"
    RUNNING = "running"
    TAKEN_BACK = "taken_back"
    """It was done, and undone whole since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """One file as an import met it."""

    name: str
    size_bytes: int
    rows: int
    is_skipped: bool = False
    """Whether it was left because a later snapshot is filed already."""


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """The account of one import. Every record read is in exactly one of the counts from `filed` to `quarantined`."""

    source: str
    town: str
    started_at: datetime
    id: int = 0
    """Number in the ledger; 0 while not kept."""
    kind: str = "incidents"
    finished_at: datetime | None = None
    outcome: Outcome = Outcome.RUNNING
    error: str | None = None
    """What went wrong, what is safe and what to do, in English; None when nothing did."""
    error_code: str | None = None
    """Short name of the error, for the portal's own words: "disk_full", "expect_rows", "encoding"…"""
    is_limited: bool = False
    """Whether only the first records were asked for."""
    is_retry: bool = False
    """Whether quarantined records were tried again, instead of the source being read."""
    is_flow: bool = False
    """Whether it is the account of a day of records that came by themselves."""
    files: list[FileRead] = field(default_factory=list)
    read: int = 0
    """Records read, with those that could not be read as records."""
    filed: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    """Records left because the same import holds them already (see the manifest's `duplicates`)."""
    out_of_scope: int = 0
    """Records left because they do not meet the manifest's `only`."""
    refused_past_retention: int = 0
    quarantined: int = 0
    quarantined_by_reason: dict[str, int] = field(default_factory=dict)
    refused_erased: int = 0
    """Records about facts that were erased on purpose: they do not come back by importing again."""
    withdrawn: int = 0
    """Facts closed because the newest snapshot no longer holds them (not records of this import)."""
    values: int = 0
    """Observations: numbers that are new or changed (a record may hold many)."""
    generalised: int = 0
    """Facts past retention, filed without text, source key or exact place (among filed, updated, unchanged)."""
    resolved: int = 0
    """Quarantined records of earlier imports that this one filed, or that left the source."""
    masked: dict[str, int] = field(default_factory=dict)
    """Personal data masked in texts, by kind: "telephone", "email", "plate", "nir", "iban"."""
    flagged: dict[str, int] = field(default_factory=dict)
    """Filed facts by quality flag."""
    located: dict[str, int] = field(default_factory=dict)
    """Filed facts by `located_by`; "" counts those without a place."""
    unmapped: dict[str, int] = field(default_factory=dict)
    """Values of the source's category that the crosswalk does not know, most frequent first, at most 50."""
    unmapped_total: int = 0
    columns_unread: list[str] = field(default_factory=list)
    columns_dropped: dict[str, str] = field(default_factory=dict)
    """Columns left at the door, with the reason."""
    expected: tuple[int, int] | None = None
    quality: dict[str, float] = field(default_factory=dict)
    """Score 0..1 per dimension: completeness, validity, timeliness, uniqueness, location; `overall` is their mean."""
    since: str | None = None
    until: str | None = None
    """First and last local day of the filed facts."""
    warnings: list[str] = field(default_factory=list)
    seconds: float = 0.0
    rows_per_s: float = 0.0

    @property
    def stored(self) -> int:
        """Return how many records are in the store after this import."""
        return self.filed + self.updated + self.unchanged

    @property
    def accounted(self) -> int:
        """Return how many records have a fate; equal to `read` when the import ended by itself."""
        return (
            self.stored
            + self.duplicates
            + self.out_of_scope
            + self.refused_past_retention
            + self.refused_erased
            + self.quarantined
        )

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        values = asdict(self)
        for name in ("started_at", "finished_at"):
            values[name] = values[name].isoformat() if values[name] is not None else None
        return values

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> ImportReport:
        """Return the report kept as JSON values; keys of other versions are passed over."""
        known = {entry.name for entry in fields(cls)}
        kept = {key: value for key, value in values.items() if key in known}
        kept["files"] = [FileRead(**entry) for entry in kept.get("files", [])]
        kept["outcome"] = Outcome(kept["outcome"])
        kept["expected"] = tuple(kept["expected"]) if kept.get("expected") else None
        for name in ("started_at", "finished_at"):
            kept[name] = datetime.fromisoformat(kept[name]) if kept.get(name) else None
        return cls(**kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where an import stands, told after each batch."""

    source: str
    stage: str
    """"waiting" (another import of the source runs), "counting", "filing" or "finishing"."""
    rows: int = 0
    fraction: float = 0.0
    """Share of the source's bytes read, 0 to 1."""
    rows_per_s: float = 0.0
    seconds_left: float | None = None
