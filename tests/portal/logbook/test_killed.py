"""A served portal killed without a warning while agents write: whatever was answered with "saved" is there."""

from __future__ import annotations

import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from bench.logbook_agents import ROOT, Agent, Written, environ_of, kill, prepare, served

from quietude.config import Settings
from quietude.sources.api import load_town
from quietude.store.api import Store

AGENTS, KILLS = 6, 3
ENTRIES = """
    SELECT entry.key, entry.number, version.content
    FROM logbook_entry AS entry JOIN logbook_entryversion AS version ON version.entry_id = entry.id
    WHERE entry.logbook = 'patrols' ORDER BY entry.number
"""
LAST = "SELECT last FROM logbook_numbering WHERE logbook = 'patrols'"
WAITING = "SELECT count(*) FROM logbook_entry WHERE revision > filed_revision"


def at(folder: Path, url: str | None = None) -> Settings:
    return Settings(
        town="valcombe",
        towns_dir=ROOT / "tests" / "portal" / "towns",
        data_dir=folder,
        var_dir=folder,
        database_url=url,
    )


def rows(settings: Settings, question: str) -> list[tuple[Any, ...]]:
    """Ask the database past the portal."""
    if settings.database_url is not None:
        with psycopg.connect(settings.database_url) as connection:
            return connection.execute(question).fetchall()
    with closing(sqlite3.connect(settings.var_dir / settings.town / "portal.sqlite3")) as database:
        return database.execute(question).fetchall()


def write_until(stop: threading.Event, agent: Agent) -> None:
    while not stop.is_set():
        if not agent.save():
            return


def lived(settings: Settings, agents: Sequence[Agent], entries: int, seconds: float) -> None:
    """Have the agents write, and kill the server under their hands: so many seconds after so many entries."""
    before = sum(len(agent.log.saved) for agent in agents)
    with served(settings) as (server, address):
        stop = threading.Event()
        for agent in agents:
            agent.move(address)
        threads = [threading.Thread(target=write_until, args=[stop, agent]) for agent in agents]
        for thread in threads:
            thread.start()
        while sum(len(agent.log.saved) for agent in agents) < before + entries and any(
            thread.is_alive() for thread in threads
        ):
            time.sleep(0.005)
        time.sleep(seconds)
        kill(server)
        stop.set()
        for thread in threads:
            thread.join()


def wait_until_filed(settings: Settings) -> None:
    for _ in range(300):
        if rows(settings, WAITING) == [(0,)]:
            return
        time.sleep(0.1)
    raise AssertionError("entries wait to be filed")


def audit(settings: Settings, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "quietude.cli.main", "audit", *arguments],
        env=environ_of(settings), cwd=settings.var_dir, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def judge(settings: Settings, saved: Sequence[Written]) -> None:
    found = rows(settings, ENTRIES)
    said = {
        str(key).replace("-", ""): (content if isinstance(content, dict) else json.loads(content))["text"]
        for key, _number, content in found
    }
    assert {entry.key.hex: entry.text for entry in saved}.items() <= said.items(), "a saved entry is missing or changed"
    numbers = [number for _key, number, _content in found]
    assert numbers == list(range(1, len(found) + 1)), "the numbering has a hole or a double"
    assert rows(settings, LAST) == [(len(found),)]
    with served(settings):
        wait_until_filed(settings)
    town = load_town(settings.town_dir, settings.data_dir)
    store = Store.open(settings.facts_dir, levels=town.territory.level_names, timezone=town.timezone)
    assert store.info()[0].rows == len(found), "a fact is missing, or is there twice"
    audit(settings, "export", "--out", "journal.sqlite3")
    audit(settings, "verify", "--log", "journal.sqlite3")


def kill_and_judge(settings: Settings, seed: int) -> None:
    chance = random.Random(seed)
    sessions = prepare(settings, AGENTS, "police")
    agents = [Agent("http://localhost", session, "patrols", seed=seed + at) for at, session in enumerate(sessions)]
    for _ in range(KILLS):
        lived(settings, agents, chance.randint(1, 30), chance.uniform(0, 0.5))
    with served(settings) as (_server, address):  # what was sent and not answered is sent again, under its key
        for agent in agents:
            agent.move(address)
            assert agent.save()
    saved = [entry for agent in agents for entry in agent.log.saved]
    assert [fault for agent in agents for fault in agent.log.faults] == []
    assert len(saved) > AGENTS * 2
    judge(settings, saved)


@pytest.mark.slow
def test_a_killed_portal_has_lost_no_saved_entry(tmp_path: Path) -> None:
    kill_and_judge(at(tmp_path), seed=3)


@pytest.mark.slow
@pytest.mark.postgres
def test_a_killed_portal_on_postgresql_has_lost_no_saved_entry(tmp_path: Path, postgresql_url: str) -> None:
    kill_and_judge(at(tmp_path, postgresql_url), seed=4)
