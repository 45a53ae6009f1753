"""The door of the journal of acts."""

from quietude.journal.entry import CLOCK_TOLERANCE, Entry, Kind, Part
from quietude.journal.errors import JournalError
from quietude.journal.exchange import Exchange
from quietude.journal.extract import Certified, Outcome, examine_extract, read_extract
from quietude.journal.key_file import create_key, kept_key, public_path, read_key
from quietude.journal.laying import LAYING_LOCK, guard, is_laid, lay
from quietude.journal.merkle import consistency_proof, inclusion_proof, is_consistent, is_included
from quietude.journal.note import Checkpoint, SigningKey, Use, VerifierKey, open_note, sign
from quietude.journal.outside import operator, write
from quietude.journal.roles import restrict
from quietude.journal.sqlite_file import SqliteJournal
from quietude.journal.tables import GUARDS, SCHEMA, Head, Tables
from quietude.journal.verify import CannotVerify, Finding, examine
from quietude.journal.verify import Key as CheckKey
from quietude.journal.verify import main as verify
from quietude.journal.witness import RefusedError, Request, Witness

__all__ = [
    "CLOCK_TOLERANCE",
    "GUARDS",
    "LAYING_LOCK",
    "SCHEMA",
    "CannotVerify",
    "Certified",
    "CheckKey",
    "Checkpoint",
    "Entry",
    "Exchange",
    "Finding",
    "Head",
    "JournalError",
    "Kind",
    "Outcome",
    "Part",
    "RefusedError",
    "Request",
    "SigningKey",
    "SqliteJournal",
    "Tables",
    "Use",
    "VerifierKey",
    "Witness",
    "consistency_proof",
    "create_key",
    "examine",
    "examine_extract",
    "guard",
    "inclusion_proof",
    "is_consistent",
    "is_included",
    "is_laid",
    "kept_key",
    "lay",
    "open_note",
    "operator",
    "public_path",
    "read_extract",
    "read_key",
    "restrict",
    "sign",
    "verify",
    "write",
]
