"""The ledger: import reports, quarantine and registered places, in one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from quietude.ingest.ledger_schema import SCHEMA
from quietude.ingest.report import ImportReport, Outcome

BUSY_S = 30  # writes are short; half a minute outlasts any of them
BATCH = 500  # below SQLite's limit of bound values in its oldest builds (999)


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
    """The record's columns, masked and without those the manifest drops; {} once it is closed."""
    status: str
    """"open", "filed" (by a retry or a later import) or "gone" (left the source)."""
    noted_at: datetime
    closed_at: datetime | None = None


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
    """Reports, quarantine, filed snapshots and registered places of one town; any number of processes may open it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")  # what is forgotten is overwritten, not only unlinked
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def columns(self) -> dict[str, list[str]]:
        """Return the columns of each table: for whoever takes a census of them."""
        with self._open() as connection:
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
            )
            return {
                row["name"]: [column["name"] for column in connection.execute(f"PRAGMA table_info({row['name']})")]
                for row in tables.fetchall()
            }

    def begin(self, report: ImportReport) -> int:
        """Keep the report of an import that begins and return its number."""
        with self._write() as connection:
            cursor = connection.execute(
                "INSERT INTO imports (source, started_at, outcome, report) VALUES (?, ?, ?, ?)",
                (report.source, report.started_at.isoformat(), report.outcome, orjson.dumps(report.to_json())),
            )
            return int(cursor.lastrowid or 0)

    def keep(self, report: ImportReport) -> None:
        """Keep the report's present state (by its `id`)."""
        with self._write() as connection:
            connection.execute(
                "UPDATE imports SET outcome = ?, report = ? WHERE id = ?",
                (report.outcome, orjson.dumps(report.to_json()), report.id),
            )

    def report(self, import_id: int) -> ImportReport | None:
        """Return one report, or None."""
        with self._open() as connection:
            row = connection.execute("SELECT id, report FROM imports WHERE id = ?", (import_id,)).fetchone()
        return _report(row) if row is not None else None

    def reports(self, *, source: str | None = None, limit: int = 50, offset: int = 0) -> tuple[ImportReport, ...]:
        """Return reports, newest first."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT id, report FROM imports WHERE ? IS NULL OR source = ? ORDER BY id DESC LIMIT ? OFFSET ?",
                (source, source, limit, offset),
            ).fetchall()
        return tuple(_report(row) for row in rows)

    def last_reports(self) -> dict[str, ImportReport]:
        """Return the newest finished report of each source."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT id, report FROM imports "
                "WHERE id IN (SELECT max(id) FROM imports WHERE outcome <> ? GROUP BY source)",
                (Outcome.RUNNING,),
            ).fetchall()
        return {report.source: report for report in map(_report, rows)}

    def last_imports(self) -> dict[str, ImportReport]:
        """Return the newest finished report of each source, but for those of records that came by themselves."""
        last = self.last_reports()
        for source in [name for name, report in last.items() if report.is_flow]:
            read = (report for report in self.reports(source=source, limit=500) if not report.is_flow)
            found = next((report for report in read if report.outcome != Outcome.RUNNING), None)
            last = {**last, source: found} if found is not None else {k: v for k, v in last.items() if k != source}
        return last

    def quarantine_counts(self, *, source: str | None = None) -> dict[str, dict[str, int]]:
        """Return open quarantined records as {source: {reason: count}}."""
        counts: dict[str, dict[str, int]] = {}
        with self._open() as connection:
            for row in connection.execute(
                "SELECT source, reason, count(*) AS number FROM quarantine "
                "WHERE status = 'open' AND (? IS NULL OR source = ?) "
                "GROUP BY source, reason ORDER BY source, number DESC, reason",
                (source, source),
            ):
                counts.setdefault(row["source"], {})[row["reason"]] = row["number"]
        return counts

    def quarantined(
        self,
        *,
        source: str | None = None,
        reason: str | None = None,
        status: str | None = "open",
        ids: Sequence[str] | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> tuple[Quarantined, ...]:
        """Return quarantined records in the order of file and line; None means all. At most 500 `ids` at once."""
        chosen = "" if ids is None else f" AND id IN ({','.join('?' * len(ids))})"
        with self._open() as connection:
            rows = connection.execute(
                "SELECT * FROM quarantine WHERE (? IS NULL OR source = ?) AND (? IS NULL OR reason = ?) "
                "AND (? IS NULL OR status = ?)"
                f"{chosen} ORDER BY source, file, line, id LIMIT ? OFFSET ?",
                (source, source, reason, reason, status, status, *(ids or ()), limit, offset),
            ).fetchall()
        return tuple(_quarantined(row) for row in rows)

    def set_aside(self, records: Iterable[Quarantined]) -> None:
        """Keep records set aside; one that is there already is reopened under the newest import."""
        with self._write() as connection:
            connection.executemany(
                "INSERT INTO quarantine "
                "(id, source, import_id, file, line, reason, column_name, value, detail, raw, status, noted_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?) ON CONFLICT (id) DO UPDATE SET "
                "import_id = excluded.import_id, raw = excluded.raw, status = 'open', closed_at = NULL, "
                "column_name = excluded.column_name, value = excluded.value, detail = excluded.detail",
                (
                    (
                        record.id,
                        record.source,
                        record.import_id,
                        record.file,
                        record.line,
                        record.reason,
                        record.column,
                        record.value,
                        orjson.dumps(record.detail),
                        orjson.dumps(record.raw),
                        record.noted_at.isoformat(),
                    )
                    for record in records
                ),
            )

    def close_quarantined(self, ids: Sequence[str], *, status: str, at: datetime) -> int:
        """Mark open records "filed" or "gone" and forget their contents; return how many were open."""
        closed = 0
        with self._write() as connection:
            for begin in range(0, len(ids), BATCH):
                some = ids[begin : begin + BATCH]
                closed += connection.execute(
                    "UPDATE quarantine SET status = ?, closed_at = ?, raw = '{}', value = NULL "
                    f"WHERE status = 'open' AND id IN ({','.join('?' * len(some))})",
                    (status, at.isoformat(), *some),
                ).rowcount
        return closed

    def close_unmet(self, source: str, import_id: int, files: Sequence[str], *, at: datetime) -> int:
        """Close the open records of these files that a whole import did not meet again: filed now, or gone."""
        closed = 0
        with self._write() as connection:
            for file in files:
                closed += connection.execute(
                    "UPDATE quarantine SET status = 'filed', closed_at = ?, raw = '{}', value = NULL "
                    "WHERE status = 'open' AND source = ? AND file = ? AND import_id < ?",
                    (at.isoformat(), source, file, import_id),
                ).rowcount
        return closed

    def forget_before(self, source: str, noted_before: datetime) -> int:
        """Forget what records set aside before this hold: quarantine is no way around retention. Return how many."""
        with self._write() as connection:
            return connection.execute(
                "UPDATE quarantine SET status = 'gone', closed_at = ?, raw = '{}', value = NULL "
                "WHERE status = 'open' AND source = ? AND noted_at < ?",
                (noted_before.isoformat(), source, noted_before.isoformat()),
            ).rowcount

    def aged(self, source: str | None, noted_before: datetime) -> tuple[str, ...]:
        """Return the ids of all records of a source (of any, when None) set aside before a moment, closed ones too."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT id FROM quarantine WHERE (? IS NULL OR source = ?) AND noted_at < ? ORDER BY id",
                (source, source, _utc_text(noted_before)),
            )
            return tuple(row["id"] for row in rows)

    def quarantined_by(self, import_id: int) -> tuple[str, ...]:
        """Return the ids of all records that one import set aside, closed ones too."""
        with self._open() as connection:
            rows = connection.execute("SELECT id FROM quarantine WHERE import_id = ? ORDER BY id", (import_id,))
            return tuple(row["id"] for row in rows)

    def quarantined_sources(self) -> tuple[str, ...]:
        """Return the sources that any record was set aside of."""
        with self._open() as connection:
            rows = connection.execute("SELECT DISTINCT source FROM quarantine ORDER BY source")
            return tuple(row["source"] for row in rows)

    def delete_quarantined(self, ids: Sequence[str]) -> int:
        """Delete records set aside, whatever became of them; return how many there were."""
        return self._delete("quarantine", ids)

    def reports_before(self, started_before: datetime) -> tuple[int, ...]:
        """Return the numbers of the imports that began before a moment."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT id FROM imports WHERE started_at < ? ORDER BY id", (_utc_text(started_before),)
            )
            return tuple(row["id"] for row in rows)

    def delete_reports(self, ids: Sequence[int]) -> int:
        """Delete the reports of some imports; return how many there were."""
        return self._delete("imports", ids)

    def _delete(self, table: str, ids: Sequence[str] | Sequence[int]) -> int:
        gone = 0
        with self._write() as connection:
            for begin in range(0, len(ids), BATCH):
                some = ids[begin : begin + BATCH]
                marks = ",".join("?" * len(some))
                gone += connection.execute(f"DELETE FROM {table} WHERE id IN ({marks})", tuple(some)).rowcount
        self.scrub()
        return gone

    def scrub(self) -> None:
        """Take what was deleted or overwritten out of the file's own log, so that no byte of it is left."""
        with self._open() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def end_orphans(self, source: str, *, at: datetime) -> int:
        """Mark imports that a killed process left running as interrupted; the caller holds the source's lock."""
        orphans = [report for report in self.reports(source=source) if report.outcome == Outcome.RUNNING]
        for report in orphans:
            report.outcome, report.finished_at, report.error_code = Outcome.INTERRUPTED, at, "killed"
            report.error = "the import was killed; every batch it counts is filed; import again to complete it"
            self.keep(report)
        return len(orphans)

    def snapshots(self, source: str) -> frozenset[str]:
        """Return the names of the snapshots of a source that are filed whole."""
        with self._open() as connection:
            return frozenset(
                row["file"] for row in connection.execute("SELECT file FROM snapshots WHERE source = ?", (source,))
            )

    def note_snapshot(self, source: str, file: str, *, at: datetime) -> None:
        """Note that a snapshot is filed whole."""
        with self._write() as connection:
            connection.execute(
                "INSERT INTO snapshots (source, file, completed_at) VALUES (?, ?, ?) "
                "ON CONFLICT (source, file) DO UPDATE SET completed_at = excluded.completed_at",
                (source, file, at.isoformat()),
            )

    def register_places(self, source: str, places: Sequence[RegisteredPlace]) -> tuple[int, int, int]:
        """Make these the places of a source; return how many are new, changed and unchanged."""
        new = changed = 0
        with self._write() as connection:
            known = {
                row["key"]: tuple(row) for row in connection.execute("SELECT * FROM places WHERE source = ?", (source,))
            }
            for place in places:
                values = (
                    source,
                    place.key,
                    place.name,
                    place.category,
                    place.source_category,
                    place.lon_deg,
                    place.lat_deg,
                    place.address,
                    orjson.dumps(place.attributes, option=orjson.OPT_SORT_KEYS).decode(),
                )
                before = known.pop(place.key, None)
                new += before is None
                changed += before is not None and before != values
                connection.execute("INSERT OR REPLACE INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            connection.executemany("DELETE FROM places WHERE source = ? AND key = ?", ((source, key) for key in known))
        return new, changed, len(places) - new - changed

    def places(self, *, source: str | None = None) -> tuple[RegisteredPlace, ...]:
        """Return registered places, by source and name."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT * FROM places WHERE ? IS NULL OR source = ? ORDER BY source, name, key", (source, source)
            ).fetchall()
        return tuple(RegisteredPlace(**{**dict(row), "attributes": orjson.loads(row["attributes"])}) for row in rows)


def _utc_text(moment: datetime) -> str:
    """Return a moment as the ledger writes it: texts of one time zone are in the order of time."""
    return moment.astimezone(UTC).isoformat()


def _report(row: sqlite3.Row) -> ImportReport:
    report = ImportReport.from_json(orjson.loads(row["report"]))
    report.id = row["id"]
    return report


def _quarantined(row: sqlite3.Row) -> Quarantined:
    closed = row["closed_at"]
    return Quarantined(
        id=row["id"],
        source=row["source"],
        import_id=row["import_id"],
        file=row["file"],
        line=row["line"],
        reason=row["reason"],
        column=row["column_name"],
        value=row["value"],
        detail=orjson.loads(row["detail"]),
        raw=orjson.loads(row["raw"]),
        status=row["status"],
        noted_at=datetime.fromisoformat(row["noted_at"]),
        closed_at=datetime.fromisoformat(closed) if closed is not None else None,
    )
