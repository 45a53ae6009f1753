"""Services of a demonstration: fictional, made once, and left as they are."""

from __future__ import annotations

import pytest
from django.utils import timezone
from tests.portal.conftest import MakeUser
from tests.test_architecture import ROOT

from quietude.cli.demo import ACCOUNTS
from quietude.cli.demo_data import read_plan
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.problem import PortalError
from quietude.portal.services.api import Service, services_of
from quietude.portal.services.commands import add_demo_service

TITLE = {"fr": "Équipe", "en": "Team"}


@pytest.mark.parametrize("path", sorted((ROOT / "towns").glob("*/demo.yml")), ids=lambda path: path.parent.name)
def test_the_services_of_each_towns_demonstration_can_be_made_twice(path: object, make_user: MakeUser) -> None:
    for username, role, name in ACCOUNTS:
        make_user(Role(role), username=username, full_name=name)
    teams = read_plan(path).services  # type: ignore[arg-type]  # a path, from the list above
    for team in [*teams, *teams]:
        add_demo_service(team.code, team.title, kind=team.kind, parent=team.parent, members=team.members)
    assert Service.objects.count() == len(teams)
    assert all(service.is_fictional for service in Service.objects.all())
    assert not teams or all(services_of(user, timezone.now()) for user in User.objects.all())


@pytest.mark.parametrize(
    "wrong", [{"parent": "nowhere"}, {"members": ["nobody"]}, {"kind": "army"}], ids=lambda wrong: next(iter(wrong))
)
def test_what_cannot_be_is_said(db: None, wrong: dict[str, object]) -> None:
    with pytest.raises(PortalError, match="team"):
        add_demo_service("team", TITLE, **{"kind": "desk", **wrong})  # type: ignore[arg-type]  # wrong on purpose
    assert not Service.objects.exists()
