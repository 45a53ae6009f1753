"""The door of `ingest`: imports, their reports, the quarantine. Other packages import from here only."""

from __future__ import annotations

from quietude.ingest.ledger import Ledger, Quarantined, RegisteredPlace
from quietude.ingest.locate.approximate import approximate_territory, load_territory, save_territory
from quietude.ingest.locate.evaluate import Measure
from quietude.ingest.locate.geocoder import Geocoder
from quietude.ingest.locate.opening import open_geocoder
from quietude.ingest.locate.search import Suggestion, search_address
from quietude.ingest.locate.trial import Trial, fit_source, try_source
from quietude.ingest.masks import mask
from quietude.ingest.reasons import FLAGS, REASONS, Reason
from quietude.ingest.report import FileRead, ImportReport, Outcome, Progress
from quietude.ingest.retry import retry_quarantine
from quietude.ingest.run import SourceBusyError, run_import

__all__ = [
    "FLAGS",
    "REASONS",
    "FileRead",
    "Geocoder",
    "ImportReport",
    "Ledger",
    "Measure",
    "Outcome",
    "Progress",
    "Quarantined",
    "Reason",
    "RegisteredPlace",
    "SourceBusyError",
    "Suggestion",
    "Trial",
    "approximate_territory",
    "fit_source",
    "load_territory",
    "mask",
    "open_geocoder",
    "retry_quarantine",
    "run_import",
    "save_territory",
    "search_address",
    "try_source",
]
