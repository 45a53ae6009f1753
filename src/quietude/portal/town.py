"""The one town this process serves: its configuration, its facts, its words; each opened once, at first use."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from quietude.config import Settings
from quietude.ingest.api import Ledger
from quietude.model.vocabulary import Vocabulary, load_vocabulary
from quietude.portal.journal.watching import WatchedStore
from quietude.sources.api import Town, load_town
from quietude.store.api import Store


def installation() -> Settings:
    """Return the settings of this installation."""
    found: Settings = settings.QUIETUDE
    return found


@cache
def current_town() -> Town:
    """Return the town this process serves.

    Raises:
        ManifestError: its configuration cannot be used.
        TerritoryError: its zones cannot be read.
    """
    return load_town(installation().town_dir, installation().data_dir)


@cache
def current_store() -> Store:
    """Return the store of the town's facts, which notes who reads what; it follows what other processes write."""
    town = current_town()
    store = Store.open(installation().facts_dir, levels=town.territory.level_names, timezone=town.timezone)
    return WatchedStore.over(store)


@cache
def current_vocabulary() -> Vocabulary:
    """Return the harmonised vocabulary."""
    return load_vocabulary()


@cache
def current_ledger() -> Ledger:
    """Return the account of imports and the quarantine."""
    return Ledger(installation().ledger_path)


def town_day(moment: datetime) -> date:
    """Return the town's day of a moment (aware)."""
    return moment.astimezone(ZoneInfo(current_town().timezone)).date()
