"""Who is told of a situation outside the portal: by its kind, of mandatory steps left out, of tasks; once each."""

from __future__ import annotations

import pytest
from tests.portal.situations.conftest import NOW, Begin

from quietude.portal.accounts.models import User
from quietude.portal.notifications.models import Dispatch
from quietude.portal.situations.tasks import give_task
from quietude.portal.situations.walking import do_step, skip_step

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, object]]:
    return [(each.asked, each.content["said"]) for each in Dispatch.objects.order_by("pk")]


def test_whom_the_kind_names_is_told_that_it_is_open(begin: Begin) -> None:
    found = begin("fight")
    assert told() == [("role:supervisor", "begun")]
    dispatch = Dispatch.objects.get()
    assert (dispatch.subject_key, dispatch.content["about"]) == (found.key, "zone:quarter:port")
    assert "quai" not in str(dispatch.content), "no place that somebody typed"
    begin("night_noise")
    assert len(told()) == 1, "its kind names nobody"


def test_supervisors_are_told_of_a_mandatory_step_that_is_left_out(begin: Begin, agent: User) -> None:
    found = begin("night_noise")
    do_step(agent, found.key, "call_back", NOW, answer="street")
    skip_step(agent, found.key, "result", NOW, why="")
    assert told() == []
    skip_step(agent, found.key, "patrol", NOW, why="Madame Durand est partie")
    assert told() == [("role:supervisor", "step_skipped")]
    assert "Durand" not in str(Dispatch.objects.get().content)


def test_the_owner_of_a_task_is_told(begin: Begin, agent: User, supervisor: User) -> None:
    found = begin("night_noise")
    give_task(agent, found.key, NOW, text="Appeler", owner=supervisor)
    give_task(agent, found.key, NOW, text="Pour qui peut")
    assert [said for _, said in told()] == ["assigned"]


def test_an_exercise_is_told_as_one(begin: Begin) -> None:
    begin("fight", is_exercise=True)
    assert Dispatch.objects.get().is_exercise
