from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.test_user import ROOT, environ, quietude
from tests.portal.made_up import Recipe, facts

from quietude.search.api import Writer
from quietude.sources.api import load_town
from quietude.store.api import Store

__all__ = ["environ"]


@pytest.fixture
def filed(environ: dict[str, str], tmp_path: Path) -> Store:
    """Return a store with twelve facts of 2021, past the three years of their source."""
    town = load_town(ROOT / "tests" / "portal" / "towns" / "valcombe", tmp_path)
    levels = town.territory.level_names
    store = Store.open(tmp_path / "valcombe" / "facts", levels=levels, timezone=town.timezone)
    store.append(facts(town.territory, Recipe(until=datetime(2021, 6, 1, tzinfo=UTC), days=1)))
    return store


@pytest.mark.slow
def test_a_list_is_looked_at_held_released_signed_and_gone(
    environ: dict[str, str], filed: Store, tmp_path: Path
) -> None:
    Writer(tmp_path / "valcombe" / "facts" / ".search", filed).follow()
    report = quietude(environ, "retention", "report")
    assert "12 due, 0 held" in report.stdout, report.stderr
    held = quietude(environ, "retention", "hold", "Procès", "--reason", "TJ", "--source", "logbook")
    assert "hold 1 is in force" in held.stdout, held.stderr
    assert "0 due, 12 held" in quietude(environ, "retention", "run", "--dry-run").stdout
    assert "is lifted" in quietude(environ, "retention", "release", "1").stdout
    digest = re.search(r"list: ([0-9a-f]{64})", report.stdout)
    assert digest is not None
    visa = ("--by", "Archives", "--reason", "visa 12", "--list", digest[1])
    done = quietude(environ, "retention", "run", *visa)
    assert done.returncode == 0, done.stderr
    assert "eliminate" in done.stdout
    assert "the index of texts forgot them" in done.stdout
    assert filed.info()[0].rows == 0


@pytest.mark.slow
def test_what_is_refused_is_a_sentence(environ: dict[str, str], filed: Store) -> None:
    unsigned = quietude(environ, "retention", "run")
    stale = quietude(environ, "retention", "run", "--by", "A", "--reason", "b", "--list", "0" * 64)
    unknown = quietude(environ, "retention", "hold", "x", "--reason", "y", "--source", "moon")
    lost = quietude(environ, "retention", "release", "9")
    assert "make the visa" in unsigned.stderr
    assert "list has changed" in stale.stderr
    assert "no source 'moon'; there are: logbook" in unknown.stderr
    assert "no hold 9; in force: none" in lost.stderr
    assert "Traceback" not in unsigned.stderr + stale.stderr + unknown.stderr + lost.stderr
    assert filed.info()[0].rows == 12
