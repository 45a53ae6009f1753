"""The door of `ingest`: imports, their reports, the quarantine. Other packages import from here only."""

from __future__ import annotations

from quietude.ingest.ledger import Ledger, Quarantined, RegisteredPlace
from quietude.ingest.reasons import FLAGS, REASONS, Reason
from quietude.ingest.report import FileRead, ImportReport, Outcome, Progress
from quietude.ingest.run import SourceBusyError, retry_quarantine, run_import

__all__ = [
    "FLAGS",
    "REASONS",
    "FileRead",
    "ImportReport",
    "Ledger",
    "Outcome",
    "Progress",
    "Quarantined",
    "Reason",
    "RegisteredPlace",
    "SourceBusyError",
    "retry_quarantine",
    "run_import",
]
