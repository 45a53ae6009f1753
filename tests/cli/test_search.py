"""`quietude search`: rebuilt and checked against the store."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.model.strategies import LEVELS, TIMEZONE, fact, table_of

from quietude.cli.main import main
from quietude.store.api import Store


def test_the_index_is_built_and_its_count_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIETUDE_VAR_DIR", str(tmp_path))
    monkeypatch.setenv("QUIETUDE_TOWN", "valcombe")
    run = CliRunner().invoke
    assert "import a source first" in run(main, ["search", "check"]).output
    store = Store.open(tmp_path / "valcombe" / "facts", levels=LEVELS, timezone=TIMEZONE)
    store.upsert(table_of([fact(seed) for seed in range(3)]))
    assert run(main, ["search", "check"]).exit_code == 1
    assert "3 facts can be searched" in run(main, ["search", "rebuild"]).output
    assert run(main, ["search", "check"]).output == "3 facts in the store, 3 in the index.\n"
