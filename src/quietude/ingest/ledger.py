"""The ledger: import reports, quarantine and registered places, in one SQLite file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from quietude.ingest.report import ImportReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """One record set aside, freed of personal data, with the reason."""

    id: str
    """Stable: the same record with the same reason has the same id at every import."""
    source: str
    import_id: int
    file: str
    line: int
    reason: str
    """Code; the portal says it in words. All codes: `quietude.ingest.reasons.REASONS`."""
    column: str | None
    value: str | None
    """The value that could not be used, masked."""
    detail: dict[str, Any]
    raw: dict[str, Any]
    status: str
    """"open", "filed" (by a retry or a later import) or "gone" (left the source)."""
    noted_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredPlace:
    """One place that a source of kind `places` holds."""

    source: str
    key: str
    name: str
    category: str | None
    source_category: str | None
    lon_deg: float | None
    lat_deg: float | None
    address: str | None
    attributes: dict[str, Any]


class Ledger:
    """Import reports, quarantine, read files and registered places of one town. Any number of processes may open it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, report: ImportReport) -> int:
        """Keep the report of an import that begins and return its number."""
        raise NotImplementedError

    def keep(self, report: ImportReport) -> None:
        """Keep the report's present state (by its `id`)."""
        raise NotImplementedError

    def report(self, import_id: int) -> ImportReport | None:
        """Return one report, or None."""
        raise NotImplementedError

    def reports(self, *, source: str | None = None, limit: int = 50, offset: int = 0) -> tuple[ImportReport, ...]:
        """Return reports, newest first."""
        raise NotImplementedError

    def last_reports(self) -> dict[str, ImportReport]:
        """Return the newest finished report of each source (dry runs aside)."""
        raise NotImplementedError

    def quarantine_counts(self, *, source: str | None = None) -> dict[str, dict[str, int]]:
        """Return open quarantined records as {source: {reason: count}}."""
        raise NotImplementedError

    def quarantined(
        self, *, source: str | None = None, reason: str | None = None, status: str | None = "open", limit: int = 100, offset: int = 0
    ) -> tuple[Quarantined, ...]:
        """Return quarantined records in the order of file and line; `status` None means all."""
        raise NotImplementedError

    def set_aside(self, records: Iterable[Quarantined]) -> None:
        """Keep records set aside; one that is there already is reopened under the newest import."""
        raise NotImplementedError

    def close_quarantined(self, ids: Sequence[str], *, status: str, at: datetime) -> int:
        """Mark records "filed" or "gone" and forget their contents; return how many were open."""
        raise NotImplementedError

    def places(self, *, source: str | None = None) -> tuple[RegisteredPlace, ...]:
        """Return registered places, by source and name."""
        raise NotImplementedError
