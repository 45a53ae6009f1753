"""Signed reports: frozen, numbered without a hole, corrected by another one only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.portal.conftest import Lines, MakeUser
from tests.portal.logbook.conftest import joined
from tests.portal.shifts.conftest import MORNING, NIGHT, Logged, OpenShift, Signed

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.journal import recording
from quietude.portal.rights.standing import standing_of
from quietude.portal.shifts import acts, reports
from quietude.portal.shifts.document import Document
from quietude.portal.shifts.models import Report, ReportNumbering, Shift

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(open_shift: OpenShift, logged: Logged, chief: User) -> Shift:
    """Return a closed night with two entries."""
    shift = open_shift()
    logged(30)
    logged(60, text="Vitre brisée.")
    return acts.close_shift(chief, shift, now=MORNING)


def test_signing_freezes_the_report_and_its_line_holds_the_digest(
    closed: Shift, chief: User, signed: Signed, lines: Lines
) -> None:
    report = signed(closed, chief, word="Nuit calme.")
    document = Document.model_validate(report.content)
    (line,) = [each for each in lines() if each.detail.get("act") == "report_signed"]
    assert (report.label, document.label, line.ids) == ("RV-2026-00001", "RV-2026-00001", ("RV-2026-00001",))
    assert (line.detail["digest"], line.purpose) == (report.digest, "operations")
    assert [ref.label for section in document.sections for ref in section.entries] == ["PM-2026-0001", "PM-2026-0002"]
    assert reports.is_untouched(report)


def test_one_changed_letter_is_found(closed: Shift, chief: User, signed: Signed) -> None:
    report = signed(closed, chief)
    report.content["sections"][0]["paragraphs"][0] += "."
    assert not reports.is_untouched(report)


def test_the_frozen_report_holds_no_text_of_an_entry(closed: Shift, chief: User, signed: Signed) -> None:
    assert "Vitre" not in str(signed(closed, chief).content)


def test_reports_and_statements_count_apart_without_a_hole(
    closed: Shift, chief: User, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = signed(closed, chief, "statement", about="PM-2026-0001")

    def broken(*_: object) -> None:
        raise recording.JournalUnavailableError("full")

    with monkeypatch.context() as patch:
        patch.setattr(reports, "note", broken)
        with pytest.raises(recording.JournalUnavailableError):
            signed(closed, chief, "statement", about="PM-2026-0002")
    second = signed(closed, chief, "statement", about="PM-2026-0002")
    assert [first.label, second.label, signed(closed, chief).label] == [
        "PV-2026-00001",
        "PV-2026-00002",
        "RV-2026-00001",
    ]


def test_numbers_begin_again_with_the_town_s_year(open_shift: OpenShift, chief: User, signed: Signed) -> None:
    begins = NIGHT.replace(month=12, day=31)
    shift = open_shift(begins=begins, ends=begins + timedelta(hours=8))
    acts.close_shift(chief, shift, now=begins + timedelta(hours=3))
    assert signed(shift, chief, now=begins + timedelta(hours=4, minutes=30)).label == "RV-2027-00001"


def test_of_two_chiefs_who_sign_at_once_one_is_told(
    closed: Shift, chief: User, supervisor: User, signed: Signed
) -> None:
    signed(closed, chief)
    with pytest.raises(ValidationError, match=r"anne.*RV-2026-00001"):
        signed(closed, supervisor)
    assert (Report.objects.count(), ReportNumbering.objects.get().last) == (1, 1)


def test_when_both_pass_the_check_the_database_lets_one_in(
    closed: Shift, chief: User, supervisor: User, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "_check", lambda *_: None)
    signed(closed, chief)
    with pytest.raises(ValidationError):
        signed(closed, supervisor)
    assert (Report.objects.count(), ReportNumbering.objects.get().last) == (1, 1)


def test_a_correction_is_a_new_number_that_names_the_one_it_replaces(
    closed: Shift, chief: User, signed: Signed
) -> None:
    first = signed(closed, chief)
    second = signed(closed, chief, replaces=first, reason="équipage oublié", word="Avec A2.")
    said = Document.model_validate(second.content)
    assert (second.label, said.replaces, said.reason) == ("RV-2026-00002", first.label, "équipage oublié")
    first.refresh_from_db()
    assert reports.is_untouched(first)
    with pytest.raises(ValidationError, match="RV-2026-00002"):
        signed(closed, chief, replaces=first, reason="encore")


def test_a_correction_needs_its_reason(closed: Shift, chief: User, signed: Signed) -> None:
    first = signed(closed, chief)
    with pytest.raises(ValidationError) as refusal:
        signed(closed, chief, replaces=first, reason=" ")
    assert list(refusal.value.message_dict) == ["reason"]


def test_only_who_answers_for_the_shift_signs(closed: Shift, mate: User, make_user: MakeUser, signed: Signed) -> None:
    for other in (mate, joined(make_user(Role.SUPERVISOR, "elsewhere"), "desk")):
        with pytest.raises(PermissionDenied):
            signed(closed, other)


def test_an_open_shift_has_no_report_yet(open_shift: OpenShift, chief: User, signed: Signed) -> None:
    with pytest.raises(ValidationError):
        signed(open_shift(), chief)
    assert not Report.objects.exists()


def test_a_statement_is_about_an_entry_of_the_shift(closed: Shift, chief: User, signed: Signed) -> None:
    with pytest.raises(ValidationError):
        signed(closed, chief, "statement", about="PM-2026-0099")


def test_nothing_is_signed_a_year_later(closed: Shift, chief: User, signed: Signed) -> None:
    with pytest.raises(ValidationError):
        signed(closed, chief, now=MORNING + timedelta(days=367))


def test_a_report_holds_entries_of_its_regime_only(closed: Shift, chief: User, logged: Logged, signed: Signed) -> None:
    logged(70, regime="TITRE_III", category="violence.assault")
    report = signed(closed, chief)
    assert (report.regime, str(report.content).count("'label': 'PM-")) == ("RGPD", 2)


def test_reports_exist_for_the_service_and_whom_it_is_part_of(
    closed: Shift, chief: User, mate: User, make_user: MakeUser, signed: Signed
) -> None:
    report = signed(closed, chief)
    stranger, analyst = joined(make_user(Role.AGENT, "elsewhere"), "desk"), make_user(Role.ANALYST)
    assert list(reports.readable(mate, standing_of(mate))) == [report]
    assert [list(reports.readable(user, standing_of(user))) for user in (stranger, analyst)] == [[], []]
