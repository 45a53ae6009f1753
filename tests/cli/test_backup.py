from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import pytest
from click.testing import CliRunner, Result
from tests.portal.made_up import Recipe, facts
from tests.store.conftest import NOON

from quietude.cli.main import main
from quietude.sources.api import load_town
from quietude.store.api import Store

TOWNS = Path(__file__).resolve().parents[1] / "portal" / "towns"
Quietude = Callable[..., Result]


class Tomorrow(datetime):
    """A clock that is a day ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + timedelta(days=1)


@pytest.fixture
def quietude(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Quietude:
    """Return how to run a command for a town with a few facts."""
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
    return lambda *arguments: CliRunner().invoke(main, list(map(str, arguments)))


@pytest.mark.slow
def test_from_keys_to_a_restored_town(quietude: Quietude, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "key.txt"
    monkeypatch.setenv("QUIETUDE_BACKUP_RECIPIENTS", quietude("backup", "keygen", key).output.strip())
    made = quietude("backup", "create")
    assert made.exit_code == 0, made.output
    name = made.output.split()[1].rstrip(":")
    assert name in quietude("backup", "list").output
    assert quietude("backup", "list", "--fail-after-minutes", "5").exit_code == 0
    assert "are whole" in quietude("backup", "verify").output
    assert "1 databases" in quietude("backup", "verify", "--identity", key).output
    back = quietude("restore", "--identity", key, "--to", tmp_path / "back")
    assert back.exit_code == 0, back.output
    assert f"QUIETUDE_VAR_DIR={tmp_path / 'back' / 'var'}" in back.output
    assert "1 backups kept, 0 pruned" in quietude("backup", "prune", "--daily", "1").output
    again = quietude("restore", "--identity", key, "--to", tmp_path / "back")
    assert again.exit_code == 1
    assert "overwrites nothing" in again.output


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param(["backup", "create"], "no recipient", id="no-recipient"),
        pytest.param(["backup", "list"], "not a repository", id="no-repository"),
        pytest.param(["restore", "--identity", "none.txt", "--to", "x"], "not a repository", id="restore-of-nothing"),
    ],
)
def test_what_is_missing_is_a_sentence(quietude: Quietude, command: list[str], said: str) -> None:
    result = quietude(*command)
    assert result.exit_code == 1
    assert said in result.output


def test_without_a_place_for_backups_the_setting_is_named(quietude: Quietude, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUIETUDE_BACKUP_DIR")
    result = quietude("backup", "list")
    assert result.exit_code == 1
    assert "QUIETUDE_BACKUP_DIR" in result.output


def test_whoever_watches_is_told_when_backups_have_stopped(
    quietude: Quietude, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIETUDE_BACKUP_RECIPIENTS", quietude("backup", "keygen", tmp_path / "key.txt").output.strip())
    assert quietude("backup", "create").exit_code == 0
    monkeypatch.setattr("quietude.cli.backup.datetime", Tomorrow)
    late = quietude("backup", "list", "--fail-after-minutes", "15")
    assert late.exit_code == 1
    assert "no backup in the last 15 minutes" in late.output
