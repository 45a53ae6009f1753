from __future__ import annotations

import pytest
from tests.portal.conftest import Lines, MakeUser
from tests.portal.shifts.conftest import MORNING, Logged, OpenShift, Signed

from quietude.journal.api import Kind as JournalKind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.logbook import acts as entries
from quietude.portal.logbook.content import Content
from quietude.portal.logbook.models import Entry
from quietude.portal.logbook.reading import reader_of
from quietude.portal.rights.standing import standing_of
from quietude.portal.shifts import acts
from quietude.portal.shifts.document import Document
from quietude.portal.shifts.filling import Line, filled
from quietude.portal.shifts.models import Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(logged: Logged) -> Entry:
    """Return the one entry of the report."""
    return logged(text="Vitre brisée.")


@pytest.fixture
def report(open_shift: OpenShift, entry: Entry, chief: User, signed: Signed) -> Report:
    """Return a signed report of one entry."""
    assert entry.pk
    return signed(acts.close_shift(chief, open_shift(), now=MORNING), chief)


def line_of(report: Report, user: User, to_whom: str = "") -> Line:
    document = Document.model_validate(report.content)
    reader = reader_of(user, standing_of(user))
    parts = filled(document, reader, "fr", what=report.label, to_whom=to_whom)
    (line,) = [line for part in parts for line in part.lines]
    return line


def test_texts_are_filled_in_for_who_may_read_them_and_noted(report: Report, mate: User, lines: Lines) -> None:
    assert line_of(report, mate).said == "Vitre brisée."
    (line,) = [each for each in lines() if each.kind is JournalKind.CONSULT]
    assert (line.who, line.ids, line.filter_text) == (f"user:{mate.pk}", ("PM-2026-0001",), "report:RV-2026-00001")


def test_taking_it_away_is_communication(report: Report, mate: User, lines: Lines) -> None:
    line_of(report, mate, to_whom="pdf")
    assert [each.to_whom for each in lines() if each.kind is JournalKind.COMMUNICATE] == ["pdf"]


def test_who_may_not_read_the_entry_gets_no_word_of_it(report: Report, make_user: MakeUser) -> None:
    line = line_of(report, make_user(Role.ELECTED))
    assert (line.said, line.place, line.category, bool(line.remark)) == ("", "", "", True)


def test_the_report_says_what_was_signed_after_a_correction(report: Report, entry: Entry, chief: User) -> None:
    content = Content.model_validate(entry.versions.get().content).model_copy(update={"text": "Porte brisée."})
    entries.correct(chief, entry, content, reason="précision", seen_version=1)
    line = line_of(report, chief)
    assert (line.said, bool(line.remark)) == ("Vitre brisée.", True)


def test_what_was_erased_is_gone_from_the_report_too(report: Report, entry: Entry, chief: User) -> None:
    entry.versions.update(content={}, digest="0" * 64)
    line = line_of(report, chief)
    assert (line.said, bool(line.remark)) == ("", True)
