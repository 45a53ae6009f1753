"""`quietude alarms`: the rules of a town, and what each would have rung on what is filed."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.portal.made_up import Recipe, facts

from quietude.cli.main import main
from quietude.sources.api import load_town
from quietude.store.api import Store

RULE = """\
title: {fr: "Bruit", en: "Noise"}
by: zone:quarter
when: {match: {holds: PT10M}}
severity: 2
"""
NOW = datetime(2026, 6, 5, 12, tzinfo=UTC)


@pytest.fixture
def environ(tmp_path: Path, repository: Path) -> dict[str, str]:
    shutil.copytree(repository / "tests" / "portal" / "towns" / "valcombe", tmp_path / "towns" / "valcombe")
    rules = tmp_path / "towns" / "valcombe" / "rules"
    shutil.rmtree(rules)
    rules.mkdir()
    (rules / "noise.yml").write_text(RULE, encoding="utf-8")
    return {
        "QUIETUDE_TOWN": "valcombe",
        "QUIETUDE_TOWNS_DIR": str(tmp_path / "towns"),
        "QUIETUDE_DATA_DIR": str(tmp_path),
        "QUIETUDE_VAR_DIR": str(tmp_path / "var"),
    }


def run(environ: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, ["alarms", *arguments], env=environ)


def fill(environ: dict[str, str]) -> int:
    town = load_town(Path(environ["QUIETUDE_TOWNS_DIR"]) / "valcombe", Path(environ["QUIETUDE_DATA_DIR"]))
    folder = Path(environ["QUIETUDE_VAR_DIR"]) / "valcombe" / "facts"
    store = Store.open(folder, levels=town.territory.level_names, timezone=town.timezone)
    filed = facts(town.territory, Recipe(until=NOW, days=30))
    store.append(filed)
    return int(filed.num_rows)


def test_the_rules_of_the_town_are_listed(environ: dict[str, str]) -> None:
    said = run(environ, "rules")
    assert said.exit_code == 0, said.output
    assert "noise" in said.output
    assert "zone:quarter" in said.output


def test_a_rule_is_tried_on_what_is_there_and_leaves_a_line_in_the_journal(environ: dict[str, str]) -> None:
    rows = fill(environ)
    said = run(environ, "try", "noise", "--list", "2")
    assert said.exit_code == 0, said.output
    assert " this would have rung " in said.output
    assert f"on {rows:,} facts." in said.output
    assert "On an average night: Monday " in said.output
    listed = [line for line in said.output.splitlines() if line.startswith("2026-")]
    assert len(listed) == 2
    assert listed[0] > listed[1]
    journal = Path(environ["QUIETUDE_VAR_DIR"]) / "valcombe" / "portal.sqlite3"
    assert b"alarms try" in journal.read_bytes() + b"".join(
        path.read_bytes() for path in journal.parent.glob("portal.sqlite3-*")
    )


def test_a_period_is_kept_to(environ: dict[str, str]) -> None:
    fill(environ)
    said = run(environ, "try", "noise", "--since", "2026-06-01", "--until", "2026-06-01", "--list", "100")
    assert said.exit_code == 0, said.output
    days = {line[:10] for line in said.output.splitlines() if line.startswith("2026-")}
    assert days == {"2026-06-01"}
    backwards = run(environ, "try", "noise", "--since", "2026-06-02", "--until", "2026-06-01")
    assert backwards.exit_code != 0
    assert "is after --until" in backwards.output


def test_an_empty_store_and_an_unknown_rule_are_said(environ: dict[str, str]) -> None:
    assert "No fact is there" in run(environ, "try", "noise").output
    unknown = run(environ, "try", "noises")
    assert unknown.exit_code != 0
    assert "has no rule 'noises'; it has noise" in unknown.output


def test_accepted_editions_are_written_back_and_withdrawn_rules_removed(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    held: dict[str, str | None] = {"noise": None, "grave": RULE.replace("severity: 2", "severity: 5")}
    monkeypatch.setattr("quietude.cli.alarms.accepted_rules", lambda _: held)
    said = run(environ, "rules", "--export")
    assert said.exit_code == 0, said.output
    folder = Path(environ["QUIETUDE_TOWNS_DIR"]) / "valcombe" / "rules"
    assert [path.name for path in folder.iterdir()] == ["grave.yml"]
    assert (folder / "grave.yml").read_text(encoding="utf-8") == held["grave"]
    assert "grave.yml: written" in said.output.replace("\n", "")
    assert "written" not in run(environ, "rules", "--export").output, "nothing changed since"
