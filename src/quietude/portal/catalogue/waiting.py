"""The quarantine of one source, page by page, each record with its reason in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import overload

from quietude.ingest.api import REASONS, Ledger, Quarantined


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonCount:
    """How many records wait for one reason."""

    code: str
    heading: str
    remedy: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRecord:
    """One record that waits."""

    record: Quarantined
    said: str
    """The reason, with the column and the value at fault."""
    remedy: str
    raw: tuple[tuple[str, str], ...]


class Waiting(Sequence[Quarantined]):
    """The records of one source that wait, read from the ledger by slices: a paginator never reads them all."""

    def __init__(self, ledger: Ledger, source: str, reason: str | None) -> None:
        self._ledger, self._source, self._reason = ledger, source, reason
        counts = ledger.quarantine_counts(source=source).get(source, {})
        self._length = counts.get(reason, 0) if reason is not None else sum(counts.values())

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, key: int) -> Quarantined: ...

    @overload
    def __getitem__(self, key: slice) -> Sequence[Quarantined]: ...

    def __getitem__(self, key: int | slice) -> Quarantined | Sequence[Quarantined]:
        if isinstance(key, int):
            return self._from(key, 1)[0]
        start, stop, _step = key.indices(self._length)
        return self._from(start, stop - start)

    def _from(self, offset: int, limit: int) -> Sequence[Quarantined]:
        return self._ledger.quarantined(source=self._source, reason=self._reason, limit=limit, offset=offset)


def reasons_of(ledger: Ledger, source: str, language: str) -> tuple[ReasonCount, ...]:
    """Return the reasons for which records of a source wait, most frequent first."""
    counts = ledger.quarantine_counts(source=source).get(source, {})
    return tuple(
        ReasonCount(
            code=code,
            heading=REASONS[code].heading(language) if code in REASONS else code,
            remedy=REASONS[code].remedy(language) if code in REASONS else "",
            count=count,
        )
        for code, count in sorted(counts.items(), key=lambda pair: -pair[1])
    )


def waiting_records(records: Iterable[Quarantined], language: str) -> tuple[WaitingRecord, ...]:
    """Return records with their reasons in words."""
    return tuple(
        WaitingRecord(
            record=record,
            said=sentence(record, language),
            remedy=REASONS[record.reason].remedy(language) if record.reason in REASONS else "",
            raw=tuple((column, str(value)) for column, value in record.raw.items() if value not in (None, "")),
        )
        for record in records
    )


class _Known(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


def sentence(record: Quarantined, language: str) -> str:
    """Return why a record waits; a detail that was not noted reads as "?"."""
    if record.reason not in REASONS:
        return record.reason
    known = _Known({**record.detail, "column": record.column or "?", "value": record.value or ""})
    return REASONS[record.reason].say(language).format_map(known)
