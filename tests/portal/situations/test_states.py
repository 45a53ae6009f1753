"""Where a situation stands: each act is whole, refused with a reason, and can be undone by who did it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.portal.conftest import Lines, MakeUser
from tests.portal.situations.conftest import NOW, Begin

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.logbook.content import Place
from quietude.portal.situations import states
from quietude.portal.situations.changing import undo
from quietude.portal.situations.models import LogLine, Situation, State
from quietude.portal.situations.opening import Opening, open_situation
from quietude.portal.situations.walking import do_step, see_skip, skip_step, unseen_skips, walk_of

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


def last_act(situation: Situation) -> str:
    line = LogLine.objects.filter(situation=situation).order_by("-pk").first()
    assert line is not None
    return str(line.act)


def test_a_situation_is_opened_with_what_its_kind_says(begin: Begin) -> None:
    found = begin()
    assert (found.key, found.title, found.priority, found.state) == ("2026-0001", "Rixe", 4, State.NEW)
    assert found.zones["quarter"] == "port"
    assert begin().key == "2026-0002"
    assert walk_of(found).current is not None


def test_numbers_begin_again_with_the_towns_year(begin: Begin) -> None:
    assert begin(at=NOW.replace(month=12, day=31, hour=22, minute=59)).key == "2026-0001"
    assert begin(at=NOW.replace(month=12, day=31, hour=23, minute=1)).key == "2027-0001", (
        "one minute past midnight here"
    )


def test_whoever_does_not_handle_situations_opens_none(make_user: MakeUser) -> None:
    for role in (Role.ANALYST, Role.ELECTED, Role.ADMINISTRATOR):
        with pytest.raises(PermissionDenied):
            open_situation(make_user(role), Opening(kind="fight"), NOW, language="fr")
    assert not Situation.objects.exists()


def test_an_unknown_kind_opens_nothing(agent: User) -> None:
    with pytest.raises(ValidationError, match="type de situation"):
        open_situation(agent, Opening(kind="picnic"), NOW, language="fr")


def test_from_new_to_closed_and_back(begin: Begin, agent: User, lines: Lines) -> None:
    found = begin()
    states.start(agent, found.key, LATER)
    with pytest.raises(ValidationError, match="Dites comment"):
        states.resolve(agent, found.key, LATER, outcome=" ")
    with pytest.raises(ValidationError, match="Combien de personnes"):
        states.resolve(agent, found.key, LATER, outcome="Séparés")
    with pytest.raises(ValidationError, match="Résolvez d’abord"):
        states.close(agent, found.key, LATER)
    states.resolve(agent, found.key, LATER, outcome="Séparés", why="terminé avant notre arrivée")
    states.close(agent, found.key, LATER + timedelta(minutes=1))
    found.refresh_from_db()
    assert (found.state, found.lead, found.outcome) == (State.CLOSED, agent, "Séparés")
    assert found.keep_until.isoformat() == "2029-06-05T22:00:00+00:00", "midnight here, three years later"
    with pytest.raises(ValidationError, match="close"):
        states.start(agent, found.key, LATER)
    with pytest.raises(ValidationError, match="pourquoi"):
        states.reopen(agent, found.key, LATER, why="")
    states.reopen(agent, found.key, LATER + timedelta(hours=1), why="ils reviennent")
    found.refresh_from_db()
    assert (found.state, found.closed_at) == (State.IN_PROGRESS, None)
    acts = [line.detail["act"] for line in lines() if line.detail.get("situation") == found.key]
    assert acts[0] == "situation_opened"
    assert acts[-3:] == ["situation_resolved", "situation_closed", "situation_reopened"]


def test_what_is_left_out_at_the_end_is_told_to_a_supervisor(begin: Begin, agent: User, supervisor: User) -> None:
    found = begin()
    states.resolve(agent, found.key, LATER, outcome="Séparés", why="trop tard")
    (skip,) = unseen_skips()
    assert (skip.step, skip.said) == ("size", "trop tard")
    with pytest.raises(PermissionDenied):
        see_skip(agent, found.key, skip.pk, LATER)
    see_skip(supervisor, found.key, skip.pk, LATER)
    assert not unseen_skips()


def test_the_sheet_is_walked_by_answers(begin: Begin, agent: User) -> None:
    found = begin()
    do_step(agent, found.key, "size", LATER, answer="unarmed")
    found.refresh_from_db()
    assert (found.state, found.lead) == (State.IN_PROGRESS, agent), "the first step takes it in hand"
    assert [stage.step.key for stage in walk_of(found).stages] == ["size", "crew", "injured"]
    with pytest.raises(ValidationError, match="déjà faite"):
        do_step(agent, found.key, "size", LATER, answer="unarmed")
    do_step(agent, found.key, "size", LATER, answer="armed")
    assert [stage.step.key for stage in walk_of(found).stages][1] == "police"
    with pytest.raises(ValidationError, match="réponses"):
        do_step(agent, found.key, "injured", LATER, answer="perhaps")
    with pytest.raises(ValidationError, match="chemin"):
        do_step(agent, found.key, "rescue", LATER)


def test_a_mandatory_step_is_not_left_out_without_a_reason(begin: Begin, agent: User) -> None:
    found = begin()
    do_step(agent, found.key, "size", LATER, answer="armed")
    with pytest.raises(ValidationError, match="obligatoire"):
        skip_step(agent, found.key, "police", LATER, why=" ")
    skip_step(agent, found.key, "police", LATER, why="déjà sur place")
    skip_step(agent, found.key, "injured", LATER, why="")
    assert [skip.step for skip in unseen_skips()] == ["police"], "a step that is not mandatory tells nobody"


def test_an_act_is_undone_by_who_did_it_within_ten_minutes(begin: Begin, agent: User, supervisor: User) -> None:
    found = begin()
    do_step(agent, found.key, "size", NOW, answer="armed")
    act = last_act(found)
    with pytest.raises(PermissionDenied):
        undo(supervisor, act, LATER)
    with pytest.raises(ValidationError):
        undo(agent, act, NOW + timedelta(minutes=11))
    undo(agent, act, LATER)
    found.refresh_from_db()
    assert walk_of(found).done == 0
    assert (found.state, found.lead) == (State.NEW, None)
    with pytest.raises(ValidationError):
        undo(agent, act, LATER)


def test_what_changed_since_is_not_undone(begin: Begin, agent: User, supervisor: User) -> None:
    found = begin()
    states.start(agent, found.key, NOW)
    act = last_act(found)
    states.start(supervisor, found.key, LATER)
    with pytest.raises(ValidationError, match="Autre chose a changé"):
        undo(agent, act, LATER)
    found.refresh_from_db()
    assert found.lead == supervisor


def test_a_place_that_is_said_anew_is_in_other_zones(begin: Begin, agent: User) -> None:
    found = begin()
    far = Place(label="ailleurs", lon_deg=5.42, lat_deg=43.29)
    states.describe(agent, found.key, LATER, title="Rixe au marché", priority=2, place=far)
    found.refresh_from_db()
    assert (found.title, found.priority, found.place_label) == ("Rixe au marché", 2, "ailleurs")
    assert found.zones != {}
