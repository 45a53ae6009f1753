"""Every command that touches personal data leaves its line first, whoever runs it, portal or no portal."""

from __future__ import annotations

import os
import pwd
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from tests.portal.made_up import Recipe, facts
from tests.store.conftest import NOON

from quietude.cli.main import COMMANDS, LazyGroup, main
from quietude.config import Settings, read_settings
from quietude.journal.api import Entry, Kind, Tables, public_path, verify
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.sources.api import load_town
from quietude.store.api import Store

TOWNS = Path(__file__).resolve().parents[1] / "portal" / "towns"
NOTED = {
    "alarms try", "audit export", "backup create", "backup prune", "backup verify", "database move", "import",
    "replay", "restore", "retention hold", "retention release", "retention run", "store erase", "user add",
    "user import", "user list", "user reset", "vocabulary recode",
}  # fmt: skip
UNNOTED = {
    "alarms rules": "reads files of the town",
    "audit checkpoint": "shows a root hash",
    "audit key": "makes a key",
    "audit verify": "compares hashes",
    "audit witness": "sees checkpoints only",
    "backup keygen": "makes a key",
    "backup list": "shows dates and sizes",
    "demo": "its imports and accounts leave theirs",
    "database role": "prints statements",
    "geocode calibrate": "shows measures",
    "geocode evaluate": "shows measures",
    "geocode search": "searches streets and places",
    "guard": "judges a text that is given to it, and keeps nothing",
    "retention report": "shows counts and a digest",
    "rules check": "reads the rulebook",
    "rules list": "reads the rulebook",
    "search check": "shows two counts",
    "search rebuild": "changes no fact",
    "serve": "each act of the portal leaves its own",
    "store info": "shows sizes",
    "store maintain": "changes no fact",
    "vocabulary export": "writes the vocabulary",
    "vocabulary report": "counts categories",
    "vocabulary suggest": "counts categories",
}
"""Commands that neither show nor change personal data, and why."""
Run = Callable[..., Result]


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[str]:
    for name in group.list_commands(click.Context(group)):
        found = group.get_command(click.Context(group), name)
        if isinstance(found, click.Group):
            yield from leaves(found, (*path, name))
        else:
            yield " ".join((*path, name))


def test_every_command_is_either_noted_or_says_why_not() -> None:
    assert set(leaves(LazyGroup())) == NOTED | set(UNNOTED)
    assert not NOTED & set(UNNOTED)
    assert COMMANDS


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of an installation with facts, and no portal database yet."""
    town = load_town(TOWNS / "valcombe", TOWNS)
    folder = tmp_path / "var" / "valcombe" / "facts"
    store = Store.open(folder, levels=town.territory.level_names, timezone=town.timezone)
    store.append(facts(town.territory, Recipe(until=NOON, days=2)))
    environment = {
        "QUIETUDE_TOWN": "valcombe",
        "QUIETUDE_TOWNS_DIR": str(TOWNS),
        "QUIETUDE_VAR_DIR": str(tmp_path / "var"),
        "QUIETUDE_BACKUP_DIR": str(tmp_path / "backups"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for name in ("QUIETUDE_BACKUP_RECIPIENTS", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return read_settings(environment, working_dir=tmp_path)


@pytest.fixture
def run(settings: Settings) -> Run:
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words])


def journal_of(settings: Settings) -> Path:
    return settings.var_dir / settings.town / "portal.sqlite3"


def lines_in(path: Path) -> list[Entry]:
    with sqlite3.connect(path) as connection:
        return [entry for _, entry in Tables().entries(connection.cursor()) if entry is not None]


def store_of(settings: Settings) -> Store:
    town = load_town(TOWNS / "valcombe", TOWNS)
    return Store.open(settings.facts_dir, levels=town.territory.level_names, timezone=town.timezone)


def some_facts(settings: Settings, count: int) -> list[str]:
    found: list[str] = (
        store_of(settings).query(Viewer.system("test"), Filter(), columns=["id"], limit=count)["id"].to_pylist()
    )
    return found


def test_an_erasure_names_who_which_command_and_which_facts(run: Run, settings: Settings) -> None:
    names = some_facts(settings, 2)
    done = run("store", "erase", *names, "--reason", "request 12", "--by", "dpo", "--yes")
    assert done.exit_code == 0, done.output
    [line] = lines_in(journal_of(settings))
    assert (line.kind, line.who, line.motive) == (
        Kind.ERASE,
        f"command:{pwd.getpwuid(os.getuid()).pw_name}",
        "request 12",
    )
    assert line.ids == tuple(sorted(name[7:] for name in names))
    assert line.detail == {"command": "store erase", "facts": "2", "decided_by": "dpo"}


def test_the_journal_laid_by_a_command_verifies(
    run: Run, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in some_facts(settings, 3):
        run("store", "erase", name, "--reason", "r", "--by", "dpo", "--yes")
    path = journal_of(settings)
    assert path.stat().st_mode & 0o077 == 0
    key = public_path(path.with_name("journal.key"))
    assert verify(["--log", str(path), "--key", str(key)]) == 0
    assert "INTACT: 3 entries" in capsys.readouterr().out


def test_an_import_that_fails_has_been_noted_too(run: Run, settings: Settings) -> None:
    run("import", "logbook")
    run("import", "logbook", "--dry-run")
    run("import", "logbook", "--retry")
    said = [(line.kind, line.detail) for line in lines_in(journal_of(settings))]
    assert said == [
        (Kind.COLLECT, {"command": "import", "sources": "logbook"}),
        (Kind.COLLECT, {"command": "import", "sources": "logbook", "form": "dry run"}),
        (Kind.MODIFY, {"command": "import", "sources": "logbook", "form": "retry"}),
    ]


@pytest.mark.slow
def test_backups_and_restores_leave_theirs(run: Run, settings: Settings, tmp_path: Path) -> None:
    key, back = tmp_path / "key.txt", tmp_path / "back"
    public = run("backup", "keygen", key).output.strip()
    assert run("backup", "create", "--recipient", public).exit_code == 0
    assert run("backup", "verify", "--identity", key).exit_code == 0
    assert run("backup", "prune").exit_code == 0
    assert run("backup", "prune", "--dry-run").exit_code == 0
    lines = lines_in(journal_of(settings))
    assert [line.detail["command"] for line in lines] == ["backup create", "backup verify", "backup prune"]
    assert lines[0].to_whom == public
    restored = run("restore", "--identity", key, "--to", back)
    assert restored.exit_code == 0, restored.output
    assert len(lines_in(journal_of(settings))) == 3
    assert [line.detail["command"] for line in lines_in(back / "var" / "valcombe" / "portal.sqlite3")] == [
        "backup create",
        "restore",
    ]


CHANGING = (
    ("store", "erase", "FACT", "--reason", "r", "--by", "b", "--yes"),
    ("import", "logbook"),
    ("user", "add", "camille", "--role", "agent"),
    ("user", "list"),
    ("user", "reset", "camille"),
    ("retention", "hold", "x", "--reason", "y", "--source", "logbook"),
    ("retention", "release", "1"),
    ("retention", "run", "--by", "a", "--reason", "b", "--list", "0" * 64),
    ("audit", "export", "--out", "OUT"),
    ("database", "move", "postgresql://nowhere.invalid/x"),
    ("backup", "prune"),
    ("backup", "create", "--recipient", "KEY"),
)


def test_without_its_line_a_command_does_nothing(
    run: Run, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = run("backup", "keygen", tmp_path / "key.txt").output.strip()
    assert run("backup", "create", "--recipient", public).exit_code == 0
    backups = run("backup", "list").output
    facts_before = store_of(settings).info()[0].rows
    given = {"FACT": some_facts(settings, 1)[0], "OUT": str(tmp_path / "out"), "KEY": public}

    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("quietude.journal.outside.Tables.append", full)
    for words in CHANGING:
        refused = run(*(given.get(word, word) for word in words))
        assert (words, refused.exit_code) == (words, 1)
        assert "journal of acts cannot be written (database or disk is full). Nothing was done" in refused.output
    assert store_of(settings).info()[0].rows == facts_before
    assert not settings.ledger_path.exists()
    assert not (tmp_path / "out").exists()
    assert run("backup", "list").output == backups
    with sqlite3.connect(journal_of(settings)) as connection:  # Django was not even asked for an account
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'accounts_user'").fetchone()


@pytest.mark.slow
def test_a_restore_that_cannot_be_noted_brings_nothing_back(
    run: Run, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, back = tmp_path / "key.txt", tmp_path / "back"
    public = run("backup", "keygen", key).output.strip()
    assert run("backup", "create", "--recipient", public).exit_code == 0

    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("quietude.journal.outside.Tables.append", full)
    refused = run("restore", "--identity", key, "--to", back)
    assert refused.exit_code == 1
    assert "disk is full" in refused.output
    assert not back.exists()
    assert not back.with_name("back.restoring").exists()
