"""Rule 35: an installation without a risk file and a decision in force says so, at its start and on its page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation
from pytest_django import Settings as DjangoSettings
from tests.portal.conftest import SignIn

from quietude.config import Settings
from quietude.portal.accounts.roles import Role
from quietude.portal.attestation import standing_of, warn

TODAY = date(2026, 11, 26)
GOOD = """
authority = "Le maire"
reference = "2026-17"
signed_on = 2026-01-10
valid_until = 2028-01-10
risk_file = "risks.pdf"
"""


def settled(folder: Path, text: str | None, *, has_risks: bool = True) -> Settings:
    """Return an installation whose var folder holds an attestation."""
    if text is not None:
        (folder / "attestation.toml").write_text(text, encoding="utf-8")
    if has_risks:
        (folder / "risks.pdf").write_bytes(b"%PDF")
    return Settings(town="valcombe", towns_dir=folder, data_dir=folder, var_dir=folder)


def fault_of(settings: Settings, today: date = TODAY) -> str:
    with translation.override("en"):
        return str(standing_of(settings, today).fault)


def told(settings: Settings, today: date = TODAY) -> list[str]:
    said: list[str] = []
    warn(settings, today, said.append)
    return said


def test_a_decision_in_force_with_its_risk_file_is_silent(tmp_path: Path) -> None:
    settings = settled(tmp_path, GOOD)
    assert fault_of(settings) == ""
    assert told(settings) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param(None, "No authority has attested", id="none"),
        pytest.param("authority = ", "is not TOML", id="broken"),
        pytest.param('authority = "x"', "lacks a field", id="field-missing"),
        pytest.param(GOOD.replace("2028-01-10", '"2028"'), "not of its kind", id="field-of-another-kind"),
        pytest.param(GOOD + "colour = 1", "not known", id="field-unknown"),
        pytest.param(GOOD.replace("2028-01-10", "2026-11-25"), "not in force", id="ended-yesterday"),
        pytest.param(GOOD.replace("2026-01-10", "2026-11-27"), "not in force", id="begins-tomorrow"),
        pytest.param(GOOD.replace("2028-01-10", "2027-01-10"), "within three months", id="ends-soon"),
    ],
)
def test_what_is_amiss_is_said_at_the_start(tmp_path: Path, text: str | None, fault: str) -> None:
    settings = settled(tmp_path, text)
    assert fault in fault_of(settings)
    (said,) = told(settings)
    assert "attestation.toml" in said


def test_a_risk_file_that_is_not_there_is_missed(tmp_path: Path) -> None:
    assert "risk file that is not there" in fault_of(settled(tmp_path, GOOD, has_risks=False))


def test_it_is_in_force_on_its_first_and_last_day(tmp_path: Path) -> None:
    settings = settled(tmp_path, GOOD)
    assert "not in force" not in fault_of(settings, date(2026, 1, 10))
    assert "not in force" not in fault_of(settings, date(2028, 1, 10))
    assert "not in force" in fault_of(settings, date(2028, 1, 11))


def test_everyone_who_signs_in_reads_who_answers_for_it(
    tmp_path: Path, sign_in: SignIn, settings: DjangoSettings
) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, var_dir=settled(tmp_path, GOOD.replace("2028", "2999")).var_dir)
    page = sign_in(Role.AGENT).get("/security/").content.decode()
    assert "Le maire" in page
    assert "2026-17" in page
    assert "notice--bad" not in page


def test_the_page_says_that_it_is_missing(tmp_path: Path, sign_in: SignIn, settings: DjangoSettings) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, var_dir=tmp_path)
    assert "Aucune autorité n’a homologué" in sign_in(Role.AGENT).get("/security/").content.decode()
