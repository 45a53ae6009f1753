"""What proves an erasure: its acts, their lines, and a search afterwards that finds nothing."""

from __future__ import annotations

from datetime import date

import pytest

from quietude.journal.api import Kind
from quietude.portal.protection.evidence import evidence_of
from quietude.portal.protection.journal import note_act
from quietude.portal.protection.models import PersonRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> PersonRequest:
    return PersonRequest.objects.create(reference="C-1", kind="erasure", received_on=date(2026, 6, 1), opened_by="dpo")


def test_a_search_that_finds_nothing_afterwards_is_what_shows_that_all_went(made: PersonRequest) -> None:
    note_act(Kind.CONSULT, "dpo", "request C-1: nothing")
    note_act(Kind.ERASE, "dpo", "request C-1: 2 entries (facts 2)", motive="letter")
    assert evidence_of(made).empty_search is None
    note_act(Kind.CONSULT, "dpo", "request C-1: nothing")
    evidence = evidence_of(made)
    assert evidence.empty_search == evidence.steps[-1]
    assert [step.motive for step in evidence.erasures] == ["letter"]


def test_a_search_that_still_finds_something_shows_nothing(made: PersonRequest) -> None:
    note_act(Kind.ERASE, "dpo", "request C-1: 2 entries (facts 2)", motive="letter")
    note_act(Kind.CONSULT, "dpo", "request C-1: facts 1")
    assert evidence_of(made).empty_search is None


def test_the_acts_of_a_longer_reference_are_another_s(made: PersonRequest) -> None:
    note_act(Kind.ERASE, "dpo", "request C-12: 2 entries (facts 2)", motive="letter")
    assert evidence_of(made).steps == ()


def test_each_act_has_its_line_of_the_journal(made: PersonRequest) -> None:
    note_act(Kind.COLLECT, "dpo", "request C-1: erasure")
    note_act(Kind.ERASE, "dpo", "request C-1: 2 entries (facts 2)", motive="letter")
    first, second = evidence_of(made).steps
    assert first.line is not None
    assert second.line == first.line + 1
