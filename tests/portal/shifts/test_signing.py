"""The pages of reports: signed only by who proves who they are, taken away only with a line."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from tests.portal.conftest import Lines, SignIn
from tests.portal.logbook.conftest import joined
from tests.portal.shifts.conftest import MORNING, Logged, OpenShift

from quietude.journal.api import Kind as JournalKind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.shifts import acts
from quietude.portal.shifts.models import Report, Shift

pytestmark = pytest.mark.django_db
WORD = {"word": "Nuit calme."}


@pytest.fixture
def shift(on_duty: Client, open_shift: OpenShift, logged: Logged) -> Shift:
    """Return a closed night that Dora led, with one entry."""
    dora = User.objects.get(username="dora")
    assert on_duty
    night = open_shift(by=dora)
    logged(30, text="Vitre brisée")
    acts.close_shift(dora, night, word="Nuit calme.", now=MORNING)
    Shift.objects.filter(pk=night.pk).update()
    return night


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be on the morning after."""
    monkeypatch.setattr("quietude.portal.shifts.reports.timezone.now", lambda: MORNING)


def test_the_report_is_read_before_it_is_signed(on_duty: Client, shift: Shift) -> None:
    said = on_duty.get(f"/shifts/{shift.pk}/sign/shift/").content.decode()
    assert "Vitre brisée" in said
    assert "Nuit calme." in said
    assert not Report.objects.exists()


def test_signing_asks_who_is_there(on_duty: Client, shift: Shift) -> None:
    session = on_duty.session
    old = time.time() - 3600
    session["account_authentication_methods"] = [{"method": "password", "at": old, "reauthenticated": True}]
    session.save()
    answer = on_duty.post(f"/shifts/{shift.pk}/sign/shift/", WORD)
    assert answer.status_code == 302
    assert "/shifts/" not in answer["Location"].split("?")[0]
    assert not Report.objects.exists()


def test_a_signed_report_is_shown_and_taken_away_with_a_line(on_duty: Client, shift: Shift, lines: Lines) -> None:
    on_duty.post(f"/shifts/{shift.pk}/sign/shift/", WORD)
    report = Report.objects.get()
    said = on_duty.get(f"/shifts/reports/{report.pk}/").content.decode()
    assert "Vitre brisée" in said
    assert report.digest in said
    assert report.label in on_duty.get("/shifts/reports/").content.decode()
    bodies = {form: on_duty.get(f"/shifts/reports/{report.pk}/file/{form}/") for form in ("pdf", "docx", "xlsx")}
    assert [bodies[form].content[:2] for form in bodies] == [b"%P", b"PK", b"PK"]
    assert f'filename="{report.label}.pdf"' in bodies["pdf"]["Content-Disposition"]
    taken = [line.to_whom for line in lines() if line.kind is JournalKind.COMMUNICATE]
    assert taken == ["pdf", "docx", "xlsx"]
    assert on_duty.get(f"/shifts/reports/{report.pk}/file/exe/").status_code == 404


def test_a_second_signature_is_explained(on_duty: Client, shift: Shift) -> None:
    on_duty.post(f"/shifts/{shift.pk}/sign/shift/", WORD)
    answer = on_duty.post(f"/shifts/{shift.pk}/sign/shift/", WORD)
    assert (answer.status_code, Report.objects.count()) == (400, 1)
    assert Report.objects.get().label in answer.content.decode()


def test_a_correction_names_what_it_replaces_on_both_pages(on_duty: Client, shift: Shift) -> None:
    on_duty.post(f"/shifts/{shift.pk}/sign/shift/", WORD)
    first = Report.objects.get()
    refused = on_duty.post(f"/shifts/reports/{first.pk}/replace/", WORD)
    assert (refused.status_code, Report.objects.count()) == (400, 1)
    on_duty.post(f"/shifts/reports/{first.pk}/replace/", {**WORD, "reason": "équipage oublié"})
    second = Report.objects.get(replaces=first)
    assert second.label in on_duty.get(f"/shifts/reports/{first.pk}/").content.decode()
    assert first.label in on_duty.get(f"/shifts/reports/{second.pk}/").content.decode()


def test_a_report_changed_by_hand_is_told_and_not_given_away(on_duty: Client, shift: Shift) -> None:
    on_duty.post(f"/shifts/{shift.pk}/sign/shift/", WORD)
    report = Report.objects.get()
    report.content["word"] = "Nuit agitée."
    report.save()
    assert 'role="alert"' in on_duty.get(f"/shifts/reports/{report.pk}/").content.decode()
    assert on_duty.get(f"/shifts/reports/{report.pk}/file/pdf/").status_code == 403


def test_reports_of_other_services_do_not_exist(on_duty: Client, shift: Shift, sign_in: SignIn) -> None:
    on_duty.post(f"/shifts/{shift.pk}/sign/shift/", WORD)
    key = Report.objects.get().pk
    other = sign_in(Role.SUPERVISOR, username="elsewhere")
    joined(User.objects.get(username="elsewhere"), "desk")
    paths = [f"/shifts/reports/{key}/{end}" for end in ("", "replace/", "file/pdf/")]
    assert {other.get(path).status_code for path in paths} == {404}
    assert "RV-2026" not in other.get("/shifts/reports/").content.decode()
