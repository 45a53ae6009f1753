"""Each table with personal data has somebody who looks after it: a term, access files, erasures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import models
from django.utils import timezone
from tests.portal.conftest import MakeUser

from quietude.keeping.api import Asked, Found, Held, Visa, load_census
from quietude.portal.accounts.roles import Role
from quietude.portal.explore.models import SavedView
from quietude.portal.participants import Rows, faults_of_participants, participant_of, participants

VISA = Visa(by="Archives", reason="visa 1", list_digest="")
VIEWS = Rows(table="explore.SavedView", source="logbook", fact="query", needs_visa=True)
"""Saved views as if each belonged to the fact that its selection names, of a source that a hold may name."""
ZOE = Asked(phrases=("Zoé",))


@pytest.fixture
def views(make_user: MakeUser) -> list[SavedView]:
    """Return two views past their three years, of the facts "a" and "b"; the first names a person."""
    owner = make_user(Role.AGENT)
    made = [SavedView.objects.create(owner=owner, name=f"chez {name}", query=uid) for name, uid in ZOE_AND_ANA]
    SavedView.objects.update(changed_at=timezone.now() - timedelta(days=4 * 366))
    return made


ZOE_AND_ANA = (("Zoé", "a"), ("Ana", "b"))


def test_a_personal_table_without_a_participant_fails() -> None:
    faults = faults_of_participants(load_census(), participants())
    assert not faults, "\n".join(faults)


def test_each_way_of_not_taking_part_is_named() -> None:
    joined = [each for each in participants() if each.table != "explore.SavedView"]
    (fault,) = faults_of_participants(load_census(), joined)
    assert "explore.SavedView holds personal data" in fault
    assert "data-protection.md" in fault
    faults = faults_of_participants(load_census(), [*participants(), VIEWS, Rows(table="logbook.Dream")])
    assert faults == (
        "logbook.Dream takes part but is not in the census",
        "explore.SavedView takes part 2 times",
    )


@pytest.mark.django_db
def test_each_table_that_expires_has_its_shelf() -> None:
    for each in participants():
        expires = load_census().tables[each.table].expires
        names = {shelf.name for shelf in each.shelves("Europe/Paris")}
        assert expires is None or each.table in names, each.table


@pytest.mark.parametrize(
    ("held", "free"),
    [
        pytest.param(Held(), 2, id="no hold"),
        pytest.param(Held(uids=frozenset({"a"})), 1, id="the fact of one is held"),
        pytest.param(Held(sources=frozenset({"logbook"})), 0, id="the source is held"),
        pytest.param(Held(sources=frozenset({"desk"}), uids=frozenset({"z"})), 2, id="others are held"),
    ],
)
def test_a_legal_hold_keeps_rows_from_expiring_and_from_being_erased(
    views: list[SavedView], held: Held, free: int
) -> None:
    (shelf,) = VIEWS.shelves("Europe/Paris")
    (due,) = shelf.due(timezone.localdate(), held)
    assert (len(due.items), due.held) == (free, 2 - free)
    found = [*VIEWS.find(ZOE), *VIEWS.find(Asked(phrases=("Ana",)))]
    assert [VIEWS.is_held(each, held) for each in found].count(False) == free
    assert shelf.clear(due, VISA) == free
    assert SavedView.objects.count() == 2 - free


def test_a_row_is_found_by_its_words_or_by_its_fact(views: list[SavedView]) -> None:
    (by_words,) = VIEWS.find(Asked(phrases=("zoe",)))
    (by_fact,) = VIEWS.find(Asked(uids=("a",)))
    assert by_words == by_fact
    assert by_words == Found(
        place="explore.SavedView", key=str(views[0].pk), source="logbook", content={"name": "chez Zoé", "query": "a"}
    )


def test_what_lies_outside_the_database_goes_with_the_row_once_that_is_final(
    views: list[SavedView], django_capture_on_commit_callbacks: type
) -> None:
    gone: list[models.Model] = []
    rows = replace(VIEWS, discard=gone.append)
    with django_capture_on_commit_callbacks(execute=True):
        assert rows.erase(list(rows.find(ZOE)), ZOE) == 1
        assert gone == []
    assert [str(view) for view in gone] == ["chez Zoé"]
    assert [view.name for view in SavedView.objects.all()] == ["chez Ana"]


def test_accounts_are_left_to_people(make_user: MakeUser) -> None:
    make_user(Role.AGENT, "zoe", full_name="Zoé Partie")
    accounts = participant_of("accounts.User")
    assert accounts is not None
    (found,) = accounts.find(ZOE)
    assert accounts.leaves(found)
    assert accounts.erase([found], ZOE) == 0
