"""Backups restored after an erasure: the canary planted in a real town, backed up, erased, restored, served again."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import polars as pl
import pytest
from tests import postgresql
from tests.portal.conftest import MakeUser

from quietude.backup.api import PORTAL_ERASURES, PORTAL_ERASURES_LATER
from quietude.journal.api import Kind
from quietude.journal.verify import Key, examine
from quietude.keeping.api import Asked
from quietude.portal.accounts.models import AccountAct
from quietude.portal.accounts.roles import Role
from quietude.portal.explore.models import SavedView
from quietude.portal.journal.recording import Act, note
from quietude.portal.protection.repeating import repeat_later
from quietude.portal.protection.traces import erase_traces, find_traces
from quietude.portal.town import installation
from quietude.store.api import Store

ROOT = Path(__file__).resolve().parents[3]
CANARY = "Zébulon Tournesol"
MARKS = (b"Tournesol", b"tournesol", quote_plus(CANARY).encode())
PLANT = """
import json, sys
from datetime import date
from pathlib import Path
import pyarrow as pa
from django.utils import timezone
from quietude.config import read_settings
from quietude.portal.api import add_user, start
import os
settings = read_settings(os.environ, working_dir=Path.cwd())
start(settings)
from tests.portal.made_up import Recipe, facts
from quietude.journal.api import Kind
from quietude.keeping.api import Asked
from quietude.portal.accounts.models import User
from quietude.portal.explore.models import SavedView
from quietude.portal.journal.recording import Act, log_key, note
from quietude.portal.protection import rights
from quietude.portal.protection.models import Breach
from quietude.portal.town import current_store, current_town
CANARY = "Zébulon Tournesol"
if sys.argv[1] == "plant":
    add_user(settings, "dpo", "dpo")
    rows = facts(current_town().territory, Recipe(until=timezone.now(), days=1, per_day=4))
    place = rows.schema.get_field_index("text")
    texts = pa.array([f"Plainte de {CANARY}", "a", "b", "c"], pa.string())
    current_store().append(rows.set_column(place, rows.schema.field("text"), texts))
    SavedView.objects.create(owner=User.objects.get(), name=f"Affaire {CANARY}", query="")
    Breach.objects.create(title="Courriel", found_at=timezone.now(), happened=f"Envoyé à {CANARY}", noted_by="x")
    note(Act(kind=Kind.CONSULT, who="user:1", motive=f"plainte de {CANARY}"))
elif sys.argv[1] == "erase":
    dpo = User.objects.get()
    asked = Asked(phrases=(CANARY,))
    made = rights.open_request(dpo, reference="R1", kind="erase", received_on=date(2026, 6, 1))
    found = rights.look(dpo, made, asked)
    print(json.dumps(sorted({each.place for each in found})))
    rights.erase_person(dpo, made, found, asked, "art. 17")
else:
    kept = [SavedView.objects.count(), Breach.objects.get().happened, User.objects.count()]
    print(json.dumps([*kept, str(log_key().public)]))
"""
Stage = Callable[..., Any]


def environment(var: Path, backups: Path, url: str | None) -> dict[str, str]:
    """Return what a command of the town is told; a town of its own where no other is named."""
    stated = {
        "QUIETUDE_TOWN": "valcombe",
        "QUIETUDE_TOWNS_DIR": str(ROOT / "tests" / "portal" / "towns"),
        "QUIETUDE_VAR_DIR": str(var),
        "QUIETUDE_BACKUP_DIR": str(backups),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "PATH": os.environ["PATH"],
    }
    return stated | ({"DATABASE_URL": url} if url is not None else {})


def run(environ: dict[str, str], *words: str) -> str:
    """Run Python with some words, and return what it says."""
    command = [sys.executable, *words]
    done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def quietude(environ: dict[str, str], *words: str) -> str:
    return run(environ, "-m", "quietude.cli.main", *words)


def traces(folder: Path, url: str | None) -> list[str]:
    """Return the files with a mark of the person: bytes, rows of Parquet, free pages and logs of SQLite, a dump."""
    found = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            content += str(pl.read_parquet(path, hive_partitioning=False).rows()).encode()
        if any(mark in content for mark in MARKS):
            found.append(path.name)
    if url is not None:
        dump = subprocess.run(["pg_dump", "--dbname", url], capture_output=True, check=True).stdout
        found += ["dump"] if any(mark in dump for mark in MARKS) else []
    return found


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def databases(request: pytest.FixtureRequest) -> Iterator[tuple[str | None, str | None]]:
    """Return the addresses of the town's database and of the one to restore into; nothing on SQLite."""
    if request.param == "SQLite":
        yield None, None
        return
    if reason := postgresql.why_silent():
        pytest.skip(reason)
    with ExitStack() as stack:
        yield stack.enter_context(postgresql.new_database()), stack.enter_context(postgresql.new_database())


@pytest.mark.slow
def test_a_backup_restored_after_an_erasure_holds_no_byte_of_the_person(
    tmp_path: Path, databases: tuple[str | None, str | None]
) -> None:
    before, after = databases
    here = environment(tmp_path / "var", tmp_path / "backups", before)
    here["QUIETUDE_BACKUP_RECIPIENTS"] = quietude(here, "backup", "keygen", str(tmp_path / "key"))
    run(here, "-c", PLANT, "plant")
    assert len(traces(tmp_path / "var", before)) >= 2
    quietude(here, "backup", "create")
    places = json.loads(run(here, "-c", PLANT, "erase"))
    assert {"facts", "explore.SavedView", "protection.Breach", "journal"} <= set(places)
    assert traces(tmp_path / "var", before) == []
    address = ["--database", after] if after is not None else []
    quietude(here, "restore", "--identity", str(tmp_path / "key"), "--to", str(tmp_path / "back"), *address)
    back = environment(tmp_path / "back" / "var", tmp_path / "backups", after)
    *kept, key = json.loads(run(back, "-c", PLANT, "look"))
    assert kept == [0, "", 1]
    (tmp_path / "back" / "portal.pgdump").unlink(missing_ok=True)  # of before the erasure: its reader is told to
    assert traces(tmp_path / "back", after) == []
    exported = tmp_path / "journal.sqlite3"
    quietude(back, "audit", "export", "--out", str(exported))
    with closing(sqlite3.connect(exported)) as log:
        assert examine(log, Key.parse(key))[0] == []


def test_an_erasure_is_remembered_by_key_and_never_by_words(
    empty_store: Store, make_user: MakeUser, django_capture_on_commit_callbacks: Any
) -> None:
    asked = Asked(phrases=(CANARY,))
    view = SavedView.objects.create(owner=make_user(Role.AGENT), name=f"Affaire {CANARY}", query="")
    with django_capture_on_commit_callbacks(execute=True):
        erase_traces(list(find_traces(asked)), asked)
    content = (installation().facts_dir.parent / PORTAL_ERASURES).read_bytes()
    (line,) = map(json.loads, content.splitlines())
    assert (line["place"], line["key"], line["columns"]) == ("explore.SavedView", str(view.pk), ["name"])
    assert not any(mark in content for mark in MARKS)


def test_later_erasures_are_repeated_once(empty_store: Store, make_user: MakeUser) -> None:
    assert repeat_later() == 0
    agent = make_user(Role.AGENT)
    view = SavedView.objects.create(owner=agent, name="Affaire", query="")
    other = SavedView.objects.create(owner=agent, name="Autre", query="")
    act = AccountAct.objects.create(by="x", account=agent, what="changed", detail="vu")
    note(Act(kind=Kind.CONSULT, who="user:1", motive="plainte"))
    (line,) = [each.key for each in find_traces(Asked(phrases=("plainte",))) if each.place == "journal"]
    later = installation().facts_dir.parent / PORTAL_ERASURES_LATER
    lines = [
        {"place": "explore.SavedView", "key": str(view.pk), "columns": ["name"]},
        {"place": "accounts.AccountAct", "key": str(act.pk), "columns": ["detail"]},
        {"place": "journal", "key": line, "columns": ["words"]},
        {"place": "journal", "key": "999", "columns": ["words"]},
        {"place": "a.TableOfBefore", "key": "1", "columns": []},
    ]
    later.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert repeat_later() == 5
    assert list(SavedView.objects.all()) == [other]
    act.refresh_from_db()
    assert (act.by, act.detail) == ("x", "")
    assert not any(each.place == "journal" for each in find_traces(Asked(phrases=("plainte",))))
    assert not later.exists()
    assert repeat_later() == 0
