"""What an account reads: its grants under one purpose, now; nothing without one."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.portal.conftest import LONG_AGO, MakeUser, SignIn, viewer_of_role

from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Choice, Filter
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import RIGHTS, Right, Role
from quietude.portal.rights import actions
from quietude.portal.rights.groups import COLUMNS, Access, Group
from quietude.portal.rights.models import Grant, Opening, Purpose, State
from quietude.portal.rights.standing import standing_of, viewer_for
from quietude.portal.rights.usual import USUAL
from quietude.store.api import Store

READ = ["title", "text", "lon_deg", "source_key", "category", "zone_quarter"]
TODAY = date(2026, 6, 17)


def readable(store: Store, user: User) -> set[str]:
    rows = store.query(viewer_for(user), Filter(), columns=READ, limit=20).to_pylist()
    assert len(rows) == 20
    return {name for name in READ if any(row[name] is not None for row in rows)}


@pytest.mark.parametrize(
    ("role", "columns"),
    [
        (Role.AGENT, {"title", "lon_deg", "source_key", "category", "zone_quarter"}),
        (Role.SUPERVISOR, {"title", "lon_deg", "source_key", "category", "zone_quarter"}),
        (Role.ANALYST, {"lon_deg", "category", "zone_quarter"}),
        (Role.ELECTED, {"category", "zone_quarter"}),
        (Role.DATA_MANAGER, {"title", "lon_deg", "source_key", "category", "zone_quarter"}),
        (Role.DPO, {"category", "zone_quarter"}),
        (Role.ADMINISTRATOR, {"category", "zone_quarter"}),
    ],
)
def test_each_role_usually_reads_its_columns_and_no_other(
    store: Store, make_user: MakeUser, role: Role, columns: set[str]
) -> None:
    assert readable(store, make_user(role)) == columns


@pytest.mark.parametrize("role", [role for role in Role if Right.OPEN_ON_DEMAND in RIGHTS[role]])
def test_opening_on_demand_adds_the_text_until_its_end(store: Store, make_user: MakeUser, role: Role) -> None:
    user = make_user(role)
    purpose = Purpose.objects.get(code=USUAL[role].purpose)
    opening = actions.open_on_demand(user, purpose, kind=Opening.Kind.ON_DEMAND, motive="report", words="n° 12")
    assert "text" in readable(store, user)
    assert standing_of(user).viewer.motive == "report: n° 12"
    assert standing_of(user, now=opening.until).opening is None
    actions.close(user, opening)
    assert "text" not in readable(store, user)


def test_words_of_a_closed_text_cannot_be_searched(store: Store) -> None:
    question = Filter(words=("musique",))
    counts = [
        store.count(viewer, question).to_pylist()[0]["count"]
        for viewer in (viewer_of_role(Role.AGENT, *Group), viewer_of_role(Role.ANALYST, *Group))
    ]
    assert counts[0] > 0
    assert counts[1] == 0


def test_without_a_grant_nothing_is_read(store: Store, make_user: MakeUser) -> None:
    user = make_user(Role.AGENT)
    for grant in Grant.objects.filter(holder=user):
        actions.withdraw(None, grant)
    assert standing_of(user).purpose is None
    assert store.count(viewer_for(user), Filter()).to_pylist()[0]["count"] == 0


def test_a_closed_account_reads_nothing(make_user: MakeUser) -> None:
    assert viewer_for(make_user(Role.AGENT, is_active=False)).grants == ()


def test_a_grant_withdrawn_in_the_middle_of_a_session_opens_nothing_from_the_next_request(
    store: Store, sign_in: SignIn
) -> None:
    agent: Client = sign_in(Role.AGENT)
    assert agent.get("/explore/answer").json()["total"] > 0
    actions.withdraw(None, Grant.objects.get(holder__username="agent"))
    assert agent.get("/explore/answer").json()["total"] == 0


def judicial(user: User, **changes: object) -> Grant:
    fields = {
        "holder": user,
        "purpose": Purpose.objects.get(code="judicial"),
        "ceiling": Sensitivity.RESTRICTED.value,
        "text": Access.OPEN,
        "since": LONG_AGO,
        "designation": "arrêté 2026-12",
        "trained_on": TODAY - timedelta(days=100),
        "training_until": TODAY + timedelta(days=3650),
        **changes,
    }
    return actions.give(None, Grant(**fields))


def test_penal_facts_are_read_under_their_own_purpose_only(store: Store, make_user: MakeUser) -> None:
    user = make_user(Role.AGENT)
    penal = Filter(regimes=Choice((Regime.TITRE_III.value,)))
    assert store.count(viewer_for(user, "judicial"), penal).to_pylist()[0]["count"] == 0
    judicial(user)
    assert store.count(viewer_for(user, "judicial"), penal).to_pylist()[0]["count"] == 10
    assert store.count(viewer_for(user, "operations"), penal).to_pylist()[0]["count"] == 0
    assert {purpose.code for purpose in standing_of(user).purposes} == {"operations", "judicial"}


@pytest.mark.parametrize(
    "lacking",
    [
        {"trained_on": TODAY - timedelta(days=400), "training_until": TODAY - timedelta(days=1)},
        {"trained_on": TODAY + timedelta(days=1)},
    ],
    ids=["expired", "not yet"],
)
def test_expired_training_is_denied(make_user: MakeUser, lacking: dict[str, date]) -> None:
    grant = judicial(make_user(Role.AGENT), **lacking)
    assert grant.state(TODAY) is State.UNTRAINED


def test_a_training_that_expires_in_the_middle_of_a_session_opens_nothing_from_the_next_request(
    store: Store, sign_in: SignIn
) -> None:
    agent: Client = sign_in(Role.AGENT)
    grant = judicial(User.objects.get(username="agent"))
    agent.post("/rights/purpose/", {"purpose": "judicial", "back": "/explore/"})
    assert agent.get("/explore/answer?regime=TITRE_III").json()["total"] > 0
    Grant.objects.filter(pk=grant.pk).update(training_until=TODAY - timedelta(days=1))
    assert agent.get("/explore/answer?regime=TITRE_III").json()["total"] == 0
    assert {purpose.code for purpose in standing_of(grant.holder).purposes} == {"operations"}


FIELDS = st.fixed_dictionaries(
    {
        "since": st.integers(-5, 5),
        "until": st.none() | st.integers(-5, 5),
        "trained": st.integers(-5, 5),
        "expires": st.integers(-5, 5),
        "designation": st.sampled_from(["", "acte"]),
    }
)


@settings(max_examples=200)
@given(said=FIELDS, needs=st.booleans(), is_open=st.booleans(), is_withdrawn=st.booleans())
def test_a_grant_is_active_only_where_every_condition_holds(
    *, said: dict[str, Any], needs: bool, is_open: bool, is_withdrawn: bool
) -> None:
    def day(offset: int) -> date:
        return TODAY + timedelta(days=offset)

    grant = Grant(
        purpose=Purpose(code="x", needs_training=needs, is_open=is_open),
        since=day(said["since"]),
        until=None if said["until"] is None else day(said["until"]),
        designation=said["designation"],
        trained_on=day(said["trained"]),
        training_until=day(said["expires"]),
        withdrawn_at=datetime(2026, 1, 1, tzinfo=timezone.get_default_timezone()) if is_withdrawn else None,
    )
    is_trained = bool(said["designation"]) and said["trained"] <= 0 <= said["expires"]
    is_due = said["since"] <= 0 and (said["until"] is None or said["until"] >= 0)
    holds = is_due and is_open and not is_withdrawn and (is_trained or not needs)
    assert (grant.state(TODAY) is State.ACTIVE) == holds


@given(
    access=st.fixed_dictionaries({group: st.sampled_from(Access.values) for group in Group}),
    opened=st.frozensets(st.sampled_from(Group)),
)
def test_a_group_is_masked_unless_it_is_open_or_was_opened(access: dict[Group, str], opened: frozenset[Group]) -> None:
    grant = Grant(purpose=Purpose(code="x"), **{group.value: said for group, said in access.items()})
    masked = grant.compiled(opened).masked
    for group, columns in COLUMNS.items():
        is_read = access[group] == Access.OPEN or (access[group] == Access.ON_DEMAND and group in opened)
        assert columns.isdisjoint(masked) if is_read else columns <= masked


def test_no_usual_grant_opens_the_penal_regime_or_confidential_facts(make_user: MakeUser) -> None:
    for role in Role:
        [grant] = viewer_for(make_user(role)).grants
        assert grant.regimes == {Regime.RGPD}
        assert grant.ceiling is not Sensitivity.CONFIDENTIAL
        if Right.READ_FACT not in RIGHTS[role]:
            assert grant.masked >= COLUMNS[Group.TEXT] | COLUMNS[Group.PLACE] | COLUMNS[Group.TITLE]


def test_a_grant_s_limits_are_those_of_its_holder_s_every_answer(store: Store, make_user: MakeUser) -> None:
    user = make_user(Role.AGENT)
    for grant in Grant.objects.filter(holder=user):
        actions.withdraw(None, grant)
    purpose = Purpose.objects.get(code="operations")
    actions.give(
        None, Grant(holder=user, purpose=purpose, categories=["noise"], zones=["quarter:port"], since=LONG_AGO)
    )
    rows = store.query(viewer_for(user), Filter(), columns=["category", "zone_quarter"]).to_pylist()
    assert rows
    assert all(row["category"].split(".")[0] == "noise" and row["zone_quarter"] == "port" for row in rows)
    by_zone = store.count(viewer_for(user), Filter(), by=("zone_quarter",)).to_pylist()
    assert by_zone == [{"zone_quarter": "port", "count": len(rows)}]
