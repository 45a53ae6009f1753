"""The one town this process serves: its configuration, its facts, its words; each opened once, at first use."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from quietude.config import Settings
from quietude.ingest.api import Ledger
from quietude.model.vocabulary import Vocabulary, load_vocabulary
from quietude.portal.journal.watching import WatchedStore
from quietude.sources.api import Town, load_manifests, load_town
from quietude.store.api import Store

LOOK_EVERY_S = 1.0
"""A file that was edited in its place is seen after so long at the latest."""


def installation() -> Settings:
    """Return the settings of this installation."""
    found: Settings = settings.QUIETUDE
    return found


def current_town() -> Town:
    """Return the town this process serves, with the sources that were declared in the portal up to now.

    Raises:
        ManifestError: its configuration cannot be used.
        TerritoryError: its zones cannot be read.
    """
    here = installation()
    sources, crosswalks = _folders(here.var_dir, here.town)
    times = (_changed_ns(sources), _changed_ns(crosswalks))
    if not any(times):
        return configured_town()
    files = _made_here(sources, crosswalks, times, int(time.monotonic() / LOOK_EVERY_S))
    return _with_sources(files) if files else configured_town()


@lru_cache(maxsize=1)  # a page asks for the town a hundred times: no path is put together twice
def _folders(var_dir: Path, town: str) -> tuple[str, str]:
    folder = replace(installation(), var_dir=var_dir, town=town).made_here_dir
    return str(folder / "sources"), str(folder / "crosswalks")


def _changed_ns(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116  # as above
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=1)  # a file that comes or goes changes its folder's time
def _made_here(sources: str, crosswalks: str, _times: tuple[int, int], _look: int) -> tuple[tuple[Path, int], ...]:
    files = sorted([*Path(sources).glob("*.yml"), *Path(crosswalks).glob("*.csv")])
    return tuple((path, path.stat().st_mtime_ns) for path in files)


@cache
def configured_town() -> Town:
    """Return the town as its own folder states it, read once."""
    return load_town(installation().town_dir, installation().data_dir)


@lru_cache(maxsize=1)  # any process may declare a source: what the files' times say is looked at each time
def _with_sources(files: tuple[tuple[Path, int], ...]) -> Town:
    own = configured_town()
    made_here = load_manifests(files[0][0].parent.parent)
    return replace(own, sources={**made_here, **own.sources})


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


def town_midnight(day: date) -> datetime:
    """Return the moment at which a day of the town begins."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(current_town().timezone))


def portal_address() -> str:
    """Return where the portal is found: the first of QUIETUDE_HOSTS."""
    known = installation()
    return f"{'https' if known.is_https else 'http'}://{known.hosts[0].lstrip('.')}"
