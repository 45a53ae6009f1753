"""A flood of records is filed by a process of its own: killed, the portal goes on, and nothing is lost or doubled."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bench.flows import MESSAGE, Sender, token_of
from bench.logbook_agents import ROOT, served

from quietude.config import Settings
from quietude.sources.api import load_town
from quietude.store.api import Store

AT_MOST_S = 90.0
PLACE = {"lon": 5.38, "lat": 43.29, "at": "2026-03-01T20:00:00+01:00"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    towns = ROOT / "tests" / "portal" / "towns"
    return Settings(town="valcombe", towns_dir=towns, data_dir=tmp_path, var_dir=tmp_path)


def filers_of(settings: Settings) -> Iterator[int]:
    """Find the processes that file for a portal: those at work in its folder."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command, place = (folder / "cmdline").read_bytes(), (folder / "cwd").readlink()
            except OSError:
                continue
            if b"quietude.portal.flows.filer" in command and place == settings.var_dir:
                yield int(folder.name)


def filed(settings: Settings) -> int:
    town = load_town(settings.town_dir, settings.data_dir)
    return (
        Store.open(settings.facts_dir, levels=town.territory.level_names, timezone=town.timezone).info()[0].rows
        if settings.facts_dir.is_dir()
        else 0
    )


@pytest.mark.slow
def test_a_flood_is_filed_apart_and_goes_on_when_the_process_is_killed(settings: Settings) -> None:
    token = token_of(settings)
    with served(settings) as (_server, address):
        sender = Sender(urlsplit(address).netloc, token, source="logbook")
        end, sent, killed = time.monotonic() + AT_MOST_S, 0, 0
        while not killed and time.monotonic() < end:
            sent += flood(sender, sent)
            for filer in filers_of(settings):
                os.kill(filer, signal.SIGKILL)
                killed = filer
        assert killed, "so much was sent that a process of its own was to be started"
        sent += flood(sender, sent)
        while filed(settings) < sent and time.monotonic() < end:
            time.sleep(0.2)
        assert sender.refused == 0
        assert filed(settings) == sender.taken == sent
    while list(filers_of(settings)) and time.monotonic() < end:  # its input ended with the portal
        time.sleep(0.1)
    assert list(filers_of(settings)) == []


def flood(sender: Sender, since: int) -> int:
    """Send a thousand records as fast as they are taken; return how many."""
    for message in range(10):
        assert sender.post([{"key": f"{since + message * MESSAGE + each}", **PLACE} for each in range(MESSAGE)])
    return 10 * MESSAGE
