"""Roles and the rights each gives; what of the facts a role may read is in `quietude.portal.rights.standing`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Right(StrEnum):
    """One thing an account may do. Every view of the portal names the one it needs."""

    OWN_ACCOUNT = "own_account"
    """Keep one's own profile, preferences and password."""
    SEE_TOWN = "see_town"
    """Read the town's situation, in counts."""
    EXPLORE = "explore"
    """Ask questions of the facts, as lists, maps and time lines, within the account's view."""
    READ_FACT = "read_fact"
    """Open one fact."""
    READ_LOGBOOK = "read_logbook"
    """Read the entries of the logbooks, within the account's grants."""
    WRITE_LOGBOOK = "write_logbook"
    """Write, correct and follow up entries in the logbooks of one's services."""
    SEE_ALARMS = "see_alarms"
    """See the alarms that ring on facts of the account's view."""
    TAKE_ALARMS = "take_alarms"
    """Take alarms, set them aside, comment on them."""
    SEE_SITUATIONS = "see_situations"
    """See what is being handled, and what was."""
    HANDLE_SITUATIONS = "handle_situations"
    """Open situations, walk their sheets, give tasks, send units, share."""
    KEEP_SHEETS = "keep_sheets"
    """Keep the kinds of situations, their reflex sheets, and the list of units."""
    SUPPRESS_ALARMS = "suppress_alarms"
    """Set alarms aside by design: planned events, works, rules out of service."""
    MANAGE_ROSTERS = "manage_rosters"
    """Say who is on call when."""
    MANAGE_CHANNELS = "manage_channels"
    """Set up by what persons are told outside the portal."""
    TUNE_ALARMS = "tune_alarms"
    """Propose, try and review rules of alarms; read what load they make; keep the authorisations of video alarms."""
    SEE_DOCUMENTS = "see_documents"
    """Find and read the documents of the city, within the account's grants and services."""
    ADD_DOCUMENTS = "add_documents"
    """Add documents and versions of them, describe them, write notes, link them."""
    KEEP_DOCUMENTS = "keep_documents"
    """Say how long documents are kept, put them under legal hold, delete them."""
    EXPORT = "export"
    """Take away what one may see, as a file."""
    SEE_SOURCES = "see_sources"
    """Read the inventory of sources, its reports and quality."""
    MANAGE_SOURCES = "manage_sources"
    """Open the quarantine, with the rejected rows as they came, and retry imports."""
    MANAGE_USERS = "manage_users"
    """Make accounts, change their role, close them."""
    MANAGE_GRANTS = "manage_grants"
    """Keep the register of purposes; give, review and withdraw what persons may read."""
    OPEN_ON_DEMAND = "open_on_demand"
    """Open closed columns for the time of a task, with a motive; break the glass."""
    SUPERVISE = "supervise"
    """See what was opened on demand, and review broken glass."""
    READ_JOURNAL = "read_journal"
    """Read the journal of acts, to check that processing is lawful."""
    PROTECT_DATA = "protect_data"
    """Keep the register, answer persons, decide what is eliminated, follow breaches."""
    SEE_COMPONENTS = "see_components"
    """Open the living page of components, for developers."""


class Role(TextChoices):
    """What an account is for."""

    AGENT = "agent", _("Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    ANALYST = "analyst", _("Analyst")
    ELECTED = "elected", _("Elected official")
    DATA_MANAGER = "data_manager", _("Data manager")
    DPO = "dpo", _("Data-protection officer")
    ADMINISTRATOR = "administrator", _("Administrator")


_EVERYONE = frozenset({Right.OWN_ACCOUNT, Right.SEE_TOWN, Right.EXPLORE, Right.SEE_SOURCES})

_WRITERS = frozenset({Right.READ_FACT, Right.EXPORT, Right.OPEN_ON_DEMAND, Right.READ_LOGBOOK, Right.WRITE_LOGBOOK})

_DOCUMENTS = frozenset({Right.SEE_DOCUMENTS, Right.ADD_DOCUMENTS})

_WATCH = frozenset({Right.SEE_ALARMS, Right.TAKE_ALARMS, Right.SEE_SITUATIONS, Right.HANDLE_SITUATIONS})

RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.AGENT: _EVERYONE | _WRITERS | _WATCH | _DOCUMENTS,
        Role.SUPERVISOR: _EVERYONE
        | _WRITERS
        | _WATCH
        | _DOCUMENTS
        | {Right.KEEP_DOCUMENTS}
        | {Right.SUPERVISE, Right.KEEP_SHEETS, Right.SUPPRESS_ALARMS, Right.MANAGE_ROSTERS, Right.TUNE_ALARMS},
        Role.ANALYST: _EVERYONE
        | {Right.READ_FACT, Right.EXPORT, Right.READ_LOGBOOK, Right.SEE_ALARMS, Right.SEE_SITUATIONS}
        | {Right.SEE_DOCUMENTS},
        Role.ELECTED: _EVERYONE,
        Role.DATA_MANAGER: _EVERYONE
        | _DOCUMENTS
        | {Right.READ_FACT, Right.EXPORT, Right.MANAGE_SOURCES, Right.OPEN_ON_DEMAND, Right.KEEP_DOCUMENTS},
        Role.DPO: _EVERYONE | {Right.READ_JOURNAL, Right.SUPERVISE, Right.PROTECT_DATA},
        Role.ADMINISTRATOR: _EVERYONE
        | {Right.MANAGE_USERS, Right.MANAGE_GRANTS, Right.SEE_COMPONENTS, Right.MANAGE_CHANNELS, Right.TUNE_ALARMS},
    }
)
"""Role to rights. Whoever runs the accounts does not read the facts one by one, and the other way round."""
