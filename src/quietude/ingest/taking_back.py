"""An import undone: its facts leave the store, what it changed is as before, its quarantine is emptied."""

from __future__ import annotations

from quietude.ingest.ledger import Ledger
from quietude.ingest.report import ImportReport, Outcome
from quietude.ingest.run import source_lock
from quietude.store.api import Store, TakenBack


class NotToBeTakenBackError(ValueError):
    """An import cannot be undone; `code` says why: "unknown", "running", "already", "not_newest" or "not_facts"."""

    def __init__(self, code: str) -> None:
        super().__init__(f"this import cannot be taken back: {code}")
        self.code = code


def hindrance(source: str, import_id: int, ledger: Ledger) -> str | None:
    """Return why an import cannot be undone, or None when it can.

    Only the newest may: what a later one left unchanged would go with the earlier one that brought it.
    """
    report = ledger.report(import_id)
    if report is None or report.source != source:
        return "unknown"
    if report.outcome == Outcome.RUNNING:
        return "running"
    if report.outcome == Outcome.TAKEN_BACK:
        return "already"
    if report.kind not in {"incidents", "register"} or report.withdrawn or report.is_retry or report.is_flow:
        return "not_facts"
    later = [other for other in ledger.reports(source=source) if other.id > import_id]
    if any(other.outcome != Outcome.TAKEN_BACK for other in later):
        return "not_newest"
    return None


def take_back(source: str, import_id: int, store: Store, ledger: Ledger, *, wait_s: float = 0.0) -> TakenBack:
    """Undo an import whole; it may be done again afterwards, and killed in between it is completed by asking again.

    Raises:
        NotToBeTakenBackError: it is not the newest of its source, runs still, or was undone already.
        SourceBusyError: an import of the source runs, and still does after `wait_s` seconds.
    """
    with source_lock(ledger, source, wait_s=wait_s, on_wait=_nobody):
        why = hindrance(source, import_id, ledger)
        report = ledger.report(import_id)
        if why is not None or report is None:
            raise NotToBeTakenBackError(why or "unknown")
        taken = store.take_back(source, report.started_at)
        ledger.delete_quarantined(ledger.quarantined_by(import_id))
        ledger.keep(_taken_back(report))
    return taken


def _taken_back(report: ImportReport) -> ImportReport:
    report.outcome = Outcome.TAKEN_BACK
    return report


def _nobody() -> None:
    """Tell nobody."""
