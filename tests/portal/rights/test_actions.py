"""Acts on rights: who may, what is refused, and the line that each leaves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation
from tests.portal.conftest import LONG_AGO, Lines, MakeUser

from quietude.journal.api import Kind
from quietude.portal.accounts import actions as accounts
from quietude.portal.accounts.roles import RIGHTS, Right, Role
from quietude.portal.rights import actions
from quietude.portal.rights.models import Grant, Opening, Purpose


def operations() -> Purpose:
    return Purpose.objects.get(code="operations")


def test_giving_and_withdrawing_leave_their_lines(make_user: MakeUser, lines: Lines) -> None:
    keeper, agent = make_user(Role.ADMINISTRATOR), make_user(Role.AGENT)
    before = len(lines())
    grant = actions.give(keeper, Grant(holder=agent, purpose=operations(), since=LONG_AGO))
    actions.withdraw(keeper, grant)
    given, withdrawn = lines()[before:]
    assert (given.kind, given.who, given.to_whom) == (Kind.MODIFY, f"user:{keeper.pk}", f"user:{agent.pk}")
    assert (given.detail["act"], withdrawn.detail["act"]) == ("given", "withdrawn")


def test_a_grant_that_replaces_leaves_the_person_with_it_alone_or_with_what_they_had(make_user: MakeUser) -> None:
    keeper, agent = make_user(Role.ADMINISTRATOR), make_user(Role.AGENT)
    wrong = Grant(holder=agent, purpose=operations(), since=LONG_AGO, until=LONG_AGO - timedelta(days=1))
    with pytest.raises(ValidationError):
        actions.give(keeper, wrong, replaces=True)
    usual = Grant.objects.get(holder=agent, withdrawn_at=None)
    grant = actions.give(
        keeper, Grant(holder=agent, purpose=operations(), since=LONG_AGO, categories=["noise"]), replaces=True
    )
    assert list(Grant.objects.filter(holder=agent, withdrawn_at=None)) == [grant]
    usual.refresh_from_db()
    assert usual.withdrawn_by == keeper.username


@pytest.mark.parametrize("role", [role for role in Role if Right.MANAGE_GRANTS not in RIGHTS[role]])
def test_only_whoever_keeps_the_rights_gives_them(make_user: MakeUser, role: Role) -> None:
    someone, agent = make_user(role, username="someone"), make_user(Role.AGENT)
    with pytest.raises(PermissionDenied):
        actions.give(someone, Grant(holder=agent, purpose=operations(), since=LONG_AGO))


def test_nobody_gives_rights_to_themselves(make_user: MakeUser) -> None:
    keeper = make_user(Role.ADMINISTRATOR)
    with pytest.raises(PermissionDenied):
        actions.give(keeper, Grant(holder=keeper, purpose=operations(), since=LONG_AGO))


def test_a_penal_purpose_asks_for_designation_and_training(make_user: MakeUser) -> None:
    grant = Grant(holder=make_user(Role.AGENT), purpose=Purpose.objects.get(code="judicial"), since=LONG_AGO)
    with pytest.raises(ValidationError) as refused:
        actions.give(None, grant)
    assert set(refused.value.message_dict) == {"designation", "trained_on", "training_until"}


def test_confidential_facts_are_for_data_protection_only(make_user: MakeUser) -> None:
    agent = make_user(Role.AGENT)
    with pytest.raises(ValidationError) as refused:
        actions.give(None, Grant(holder=agent, purpose=operations(), since=LONG_AGO, ceiling="confidential"))
    assert set(refused.value.message_dict) == {"ceiling"}
    protection = Purpose.objects.get(code="protection")
    assert actions.give(None, Grant(holder=agent, purpose=protection, since=LONG_AGO, ceiling="confidential")).pk


def test_an_account_comes_with_the_usual_grant_of_its_role_and_changes_it_with_the_role(db: None) -> None:
    user, _ = accounts.create_user(None, "someone", accounts.Details(role=Role.AGENT))
    assert [grant.purpose.code for grant in Grant.objects.filter(holder=user)] == ["operations"]
    accounts.change_user(None, user, accounts.Details(role=Role.ELECTED))
    held = Grant.objects.filter(holder=user, withdrawn_at=None)
    assert [grant.purpose.code for grant in held] == ["oversight"]


def test_the_act_of_a_usual_grant_is_said_in_the_reader_s_language_and_any_other_as_it_was_written(db: None) -> None:
    with translation.override("fr"):
        user, _ = accounts.create_user(None, "someone", accounts.Details(role=Role.AGENT))
    grant = Grant.objects.get(holder=user)
    other = Grant(designation="Arrêté 2026-17")
    assert (grant.act, other.act) == ("usuelle pour le rôle", "Arrêté 2026-17")
    with translation.override("en"):
        assert (grant.act, other.act) == ("usual for the role", "Arrêté 2026-17")


@pytest.mark.parametrize(
    ("kind", "motive", "words"),
    [
        (Opening.Kind.ON_DEMAND, "", "n° 2026-17"),
        (Opening.Kind.ON_DEMAND, "because", ""),
        (Opening.Kind.ON_DEMAND, "other", "."),
        (Opening.Kind.ON_DEMAND, "other", "          "),
        (Opening.Kind.BREAK_GLASS, "report", "short"),
    ],
)
def test_opening_asks_for_a_motive(make_user: MakeUser, kind: Opening.Kind, motive: str, words: str) -> None:
    with pytest.raises(ValidationError):
        actions.open_on_demand(make_user(Role.AGENT), operations(), kind=kind, motive=motive, words=words)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.ELECTED, Role.ADMINISTRATOR, Role.DPO])
def test_who_reads_no_text_opens_none(make_user: MakeUser, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        actions.open_on_demand(make_user(role), operations(), kind=Opening.Kind.ON_DEMAND, motive="report")


def test_broken_glass_is_short_loud_and_judged_by_somebody_else_with_a_reason(
    make_user: MakeUser, lines: Lines
) -> None:
    supervisor = make_user(Role.SUPERVISOR)
    other = make_user(Role.SUPERVISOR, username="other")
    opening = actions.open_on_demand(
        supervisor,
        operations(),
        kind=Opening.Kind.BREAK_GLASS,
        motive="procedure",
        words="enfant disparu, quartier du port",
    )
    assert opening.until - opening.opened_at == actions.BROKEN_FOR
    assert lines()[-1].motive == "procedure: enfant disparu, quartier du port"
    with pytest.raises(PermissionDenied):
        actions.review(supervisor, opening, verdict="justified", finding="c'était nécessaire")
    with pytest.raises(ValidationError):
        actions.review(other, opening, verdict="justified", finding="ok")
    actions.review(other, opening, verdict="justified", finding="appel du 17 vérifié")
    assert Opening.objects.get(pk=opening.pk).verdict == "justified"


def test_a_second_opening_closes_the_first(make_user: MakeUser) -> None:
    user = make_user(Role.AGENT)
    for _ in range(2):
        actions.open_on_demand(user, operations(), kind=Opening.Kind.ON_DEMAND, motive="report")
    assert Opening.objects.filter(holder=user, closed_at=None).count() == 1


def test_nobody_closes_another_person_s(make_user: MakeUser) -> None:
    opening = actions.open_on_demand(make_user(Role.AGENT), operations(), kind=Opening.Kind.ON_DEMAND, motive="report")
    with pytest.raises(PermissionDenied):
        actions.close(make_user(Role.SUPERVISOR), opening)


def test_the_yearly_review_is_kept(make_user: MakeUser) -> None:
    keeper, agent = make_user(Role.ADMINISTRATOR), make_user(Role.AGENT)
    grant = Grant.objects.get(holder=agent)
    actions.confirm(keeper, grant, today=date(2026, 6, 17))
    grant.refresh_from_db()
    assert (grant.reviewed_on, grant.reviewed_by) == (date(2026, 6, 17), keeper.username)
    assert timedelta(days=365) == actions.REVIEW_EVERY
