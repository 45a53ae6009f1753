"""The door of `ingest`: imports, their reports, the quarantine. Other packages import from here only."""

from __future__ import annotations

from quietude.ingest.coverage import Coverage, NoCrosswalkError, cover, crosswalk_of, filed_values, source_values
from quietude.ingest.entries import LoggedEntry, facts_of, file_entries
from quietude.ingest.facts import generalised
from quietude.ingest.forgetting import AnotherLedgerError, forget_as_later
from quietude.ingest.ledger import Ledger, Quarantined, RegisteredPlace
from quietude.ingest.locate.approximate import approximate_territory, load_territory, save_territory
from quietude.ingest.locate.evaluate import Measure
from quietude.ingest.locate.geocoder import Geocoder
from quietude.ingest.locate.opening import open_geocoder
from quietude.ingest.locate.search import Suggestion, search_address
from quietude.ingest.locate.trial import Trial, fit_source, try_source
from quietude.ingest.masks import mask
from quietude.ingest.reasons import FLAGS, REASONS, Reason
from quietude.ingest.recode import (
    Proposal,
    RecodeError,
    propose_undoing,
    propose_version,
)
from quietude.ingest.recode import apply as apply_recoding
from quietude.ingest.recode import propose as propose_recoding
from quietude.ingest.recode import undo as undo_recoding
from quietude.ingest.recodings import Recoding, RecodingFolder
from quietude.ingest.report import FileRead, ImportReport, Outcome, Progress
from quietude.ingest.retry import retry_quarantine
from quietude.ingest.run import SourceBusyError, run_import

__all__ = [
    "FLAGS",
    "REASONS",
    "AnotherLedgerError",
    "Coverage",
    "FileRead",
    "Geocoder",
    "ImportReport",
    "Ledger",
    "LoggedEntry",
    "Measure",
    "NoCrosswalkError",
    "Outcome",
    "Progress",
    "Proposal",
    "Quarantined",
    "Reason",
    "RecodeError",
    "Recoding",
    "RecodingFolder",
    "RegisteredPlace",
    "SourceBusyError",
    "Suggestion",
    "Trial",
    "apply_recoding",
    "approximate_territory",
    "cover",
    "crosswalk_of",
    "facts_of",
    "file_entries",
    "filed_values",
    "fit_source",
    "forget_as_later",
    "generalised",
    "load_territory",
    "mask",
    "open_geocoder",
    "propose_recoding",
    "propose_undoing",
    "propose_version",
    "retry_quarantine",
    "run_import",
    "save_territory",
    "search_address",
    "source_values",
    "try_source",
    "undo_recoding",
]
