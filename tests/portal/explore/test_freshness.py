"""Names of answers: equal only for equal rights, facts and questions."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given, settings
from tests.model.strategies import LEVELS, viewers

from quietude.model.event import Regime
from quietude.model.filter.question import Filter
from quietude.model.viewer import Grant, Viewer
from quietude.portal.explore.freshness import answer_if_new, name_answer, rights_of


def viewer(*grants: Grant, who: str = "user:1") -> Viewer:
    return Viewer(who=who, grants=grants)


def test_rights_do_not_depend_on_who_holds_them_nor_on_their_order() -> None:
    agent = Grant(purpose="operations", rows=Filter(), masked=frozenset({"text", "title", "source_key"}))
    penal = Grant(purpose="operations", rows=Filter(), regimes=frozenset({Regime.TITRE_III}))
    assert rights_of(viewer(agent, penal)) == rights_of(viewer(penal, agent, who="user:2"))


def test_each_difference_of_rights_is_another_name() -> None:
    grants = [
        Grant(purpose="p", rows=Filter()),
        Grant(purpose="p", rows=Filter(severity_from=2)),
        Grant(purpose="p", rows=Filter(), masked=frozenset({"text"})),
        Grant(purpose="p", rows=Filter(), regimes=frozenset(Regime)),
    ]
    names = {rights_of(viewer(grant)) for grant in grants} | {rights_of(viewer())}
    assert len(names) == 5


@settings(max_examples=25)
@given(viewers(LEVELS))
def test_rights_have_one_name(someone: Viewer) -> None:
    assert rights_of(someone) == rights_of(viewer(*reversed(someone.grants), who="another"))


def test_a_held_answer_is_not_made_again() -> None:
    name = name_answer("tile", "stamp", "rights")
    request = RequestFactory().get("/", headers={"If-None-Match": f'"other", {name}'})
    made: list[int] = []

    def make() -> HttpResponse:
        made.append(1)
        return HttpResponse("tile")

    response = answer_if_new(request, name, make)
    assert (response.status_code, made) == (304, [])
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response.headers["Vary"]
    fresh = answer_if_new(RequestFactory().get("/"), name, make)
    assert (fresh.status_code, fresh.headers["ETag"], made) == (200, name, [1])
