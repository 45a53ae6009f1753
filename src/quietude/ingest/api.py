"""The door of `ingest`: imports, their reports, the quarantine. Other packages import from here only."""

from __future__ import annotations

from quietude.ingest.coverage import Coverage, NoCrosswalkError, cover, crosswalk_of, filed_values, source_values
from quietude.ingest.entries import LoggedEntry, facts_of, file_entries
from quietude.ingest.facts import generalised
from quietude.ingest.flow import Flow, Received, silent_since
from quietude.ingest.forgetting import AnotherLedgerError, forget_as_later
from quietude.ingest.ledger import Ledger, Quarantined, RegisteredPlace
from quietude.ingest.locate.approximate import approximate_territory, load_territory, save_territory
from quietude.ingest.locate.evaluate import Measure
from quietude.ingest.locate.geocoder import Geocoder
from quietude.ingest.locate.opening import open_geocoder
from quietude.ingest.locate.search import Suggestion, search_address
from quietude.ingest.locate.trial import Trial, fit_source, try_source
from quietude.ingest.masks import mask
from quietude.ingest.onboarding.declaration import (
    Coded,
    Declaration,
    TimeReading,
    Use,
    crosswalk_text,
    manifest_text,
    name_for,
)
from quietude.ingest.onboarding.preview import Preview, misfit, preview
from quietude.ingest.onboarding.profile import Column, Profile, profile_of, values_of
from quietude.ingest.onboarding.readings import Reading, reading_of
from quietude.ingest.onboarding.roles import Proposed, Role, propose
from quietude.ingest.onboarding.values import Value, suggested, word_guess
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
from quietude.ingest.replaying import as_exercise, numbers_as_exercise
from quietude.ingest.report import FileRead, ImportReport, Outcome, Progress
from quietude.ingest.retry import retry_quarantine
from quietude.ingest.run import SourceBusyError, run_import
from quietude.ingest.taking_back import NotToBeTakenBackError, hindrance, take_back

__all__ = [
    "FLAGS",
    "REASONS",
    "AnotherLedgerError",
    "Coded",
    "Column",
    "Coverage",
    "Declaration",
    "FileRead",
    "Flow",
    "Geocoder",
    "ImportReport",
    "Ledger",
    "LoggedEntry",
    "Measure",
    "NoCrosswalkError",
    "NotToBeTakenBackError",
    "Outcome",
    "Preview",
    "Profile",
    "Progress",
    "Proposal",
    "Proposed",
    "Quarantined",
    "Reading",
    "Reason",
    "Received",
    "RecodeError",
    "Recoding",
    "RecodingFolder",
    "RegisteredPlace",
    "Role",
    "SourceBusyError",
    "Suggestion",
    "TimeReading",
    "Trial",
    "Use",
    "Value",
    "apply_recoding",
    "approximate_territory",
    "as_exercise",
    "cover",
    "crosswalk_of",
    "crosswalk_text",
    "facts_of",
    "file_entries",
    "filed_values",
    "fit_source",
    "forget_as_later",
    "generalised",
    "hindrance",
    "load_territory",
    "manifest_text",
    "mask",
    "misfit",
    "name_for",
    "numbers_as_exercise",
    "open_geocoder",
    "preview",
    "profile_of",
    "propose",
    "propose_recoding",
    "propose_undoing",
    "propose_version",
    "reading_of",
    "retry_quarantine",
    "run_import",
    "save_territory",
    "search_address",
    "silent_since",
    "source_values",
    "suggested",
    "take_back",
    "try_source",
    "undo_recoding",
    "values_of",
    "word_guess",
]
