"""The door of `backup`: make, list, prove, prune and bring back the backups of a town."""

from __future__ import annotations

from quietude.backup.create import create
from quietude.backup.encryption import Identities, Recipients, make_identity
from quietude.backup.erasures import PORTAL_ERASURES, PORTAL_ERASURES_LATER, Repeated
from quietude.backup.manifest import Index
from quietude.backup.problem import BackupError, BusyError, DamagedError, WrongKeyError
from quietude.backup.prune import Policy, Pruned, prune
from quietude.backup.repository import Repository
from quietude.backup.restore import Restored, restore
from quietude.backup.state import State, note_failure, noted, read_state
from quietude.backup.verify import Verified, verify

__all__ = [
    "PORTAL_ERASURES",
    "PORTAL_ERASURES_LATER",
    "BackupError",
    "BusyError",
    "DamagedError",
    "Identities",
    "Index",
    "Policy",
    "Pruned",
    "Recipients",
    "Repeated",
    "Repository",
    "Restored",
    "State",
    "Verified",
    "WrongKeyError",
    "create",
    "make_identity",
    "note_failure",
    "noted",
    "prune",
    "read_state",
    "restore",
    "verify",
]
