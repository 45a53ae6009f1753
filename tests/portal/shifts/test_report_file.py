from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from quietude.portal.shifts.report_file import USUAL, read_template, templates
from quietude.sources.api import ManifestError

OWN = """
title: {fr: "Compte rendu", en: "Account"}
kind: report
number: "CR-{year}-{number:04}"
blocks:
  - {show: word}
"""


@pytest.fixture
def reports(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Return the folder of a town's own templates."""
    folder = tmp_path / "valcombe" / "reports"
    folder.mkdir(parents=True)
    settings.QUIETUDE = replace(settings.QUIETUDE, towns_dir=tmp_path)
    templates.cache_clear()
    yield folder
    templates.cache_clear()


def test_the_package_has_a_report_and_an_official_statement(reports: Path) -> None:
    assert reports.exists()
    assert {name: each.kind for name, each in templates().items()} == {"shift": "report", "statement": "statement"}


def test_a_town_s_own_template_stands_in_place_of_the_usual_one(reports: Path) -> None:
    (reports / "shift.yml").write_text(OWN, encoding="utf-8")
    assert templates()["shift"].title.fr == "Compte rendu"
    assert "statement" in templates()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(("kind: report", "kind: rapport"), "kind", id="an unknown kind"),
        pytest.param(("{number:04}", "x"), "RV-{year}-{number:05}", id="a number without the number"),
        pytest.param(("show: word", "show: mot"), "show", id="an unknown block"),
        pytest.param(("{show: word}", '{text: {fr: "{chef}", en: "x"}}'), "{chef} is not known", id="an unknown word"),
        pytest.param(("{show: word}", "{title: {fr: a, en: a}}"), "either", id="a block of nothing"),
        pytest.param(("blocks:", "blocs:"), "blocs", id="a misspelt key"),
    ],
)
def test_a_wrong_template_is_refused_with_its_place(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    path = tmp_path / "wrong.yml"
    path.write_text(OWN.replace(*change), encoding="utf-8")
    with pytest.raises(ManifestError) as refusal:
        read_template(path)
    assert said in str(refusal.value)
    assert str(path) in str(refusal.value)


def test_a_report_and_a_statement_may_not_write_their_numbers_alike(reports: Path) -> None:
    own = (USUAL / "shift.yml").read_text(encoding="utf-8").replace("RV-", "PV-")
    (reports / "shift.yml").write_text(own, encoding="utf-8")
    with pytest.raises(ValueError, match="statement"):
        templates()
