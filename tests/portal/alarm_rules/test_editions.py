"""Editions of rules: proposed, reviewed by other eyes, standing over the town's file, and judged by at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from pytest_django import Settings
from tests.portal.alarm_rules.conftest import RULE
from tests.portal.conftest import NOW, Lines, MakeUser

from quietude.alarms.api import Compiled
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.alarm_editions import acts
from quietude.portal.alarm_editions.models import Edition
from quietude.portal.alarm_editions.standing import held_rule
from quietude.portal.alarms.ground import current_rules
from quietude.sources.api import ManifestError

pytestmark = pytest.mark.django_db
FILE = "noise_in_a_quarter"


def rules() -> list[Compiled]:
    return [each for each in current_rules() if each.rule.name != "loud"]


def names() -> list[str]:
    """Return the rules there are, but for the one on levels that the town has besides."""
    return [each.rule.name for each in rules()]


def test_an_edition_holds_once_somebody_else_accepted_it(one: User, two: User, lines: Lines) -> None:
    edition = acts.propose(one, "noise", RULE, reason="plus tôt", now=NOW)
    assert names() == [FILE]
    with pytest.raises(ValidationError, match="quatre yeux"):
        acts.accept(one, edition, said="", now=NOW)
    acts.accept(two, edition, said="d'accord", now=NOW)
    assert names() == ["noise", FILE]
    assert [line.detail["act"] for line in lines()] == ["rule_proposed", "rule_accepted"]


def test_a_town_may_allow_ones_own_and_the_journal_says_so(one: User, lines: Lines, settings: Settings) -> None:
    settings.QUIETUDE = replace(settings.QUIETUDE, accepts_own_rules=True)
    acts.accept(one, acts.propose(one, "noise", RULE, reason="seul", now=NOW), said="", now=NOW)
    assert "noise" in names()
    assert lines()[-1].detail["act"] == "rule_accepted_alone"


def test_an_accepted_edition_stands_over_the_file_and_can_withdraw_it_or_give_it_back(one: User, two: User) -> None:
    held = held_rule(FILE)
    assert held is not None
    text = held.text.replace("severity: 3", "severity: 5")
    acts.accept(two, acts.propose(one, FILE, text, reason="a", now=NOW), said="", now=NOW)
    assert [each.rule.severity for each in rules()] == [5]
    acts.accept(two, acts.propose(one, FILE, "", reason="b", now=NOW), said="", now=NOW)
    assert names() == []
    acts.accept(two, acts.propose(one, FILE, held.text, reason="c", now=NOW), said="", now=NOW)
    assert [each.rule.severity for each in rules()] == [3]
    assert list(Edition.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_a_proposal_needs_a_reason_a_right_a_rule_and_a_change(one: User, make_user: MakeUser) -> None:
    with pytest.raises(ValidationError):
        acts.propose(one, "noise", RULE, reason=" ", now=NOW)
    with pytest.raises(PermissionDenied):
        acts.propose(make_user(Role.AGENT), "noise", RULE, reason="a", now=NOW)
    with pytest.raises(ManifestError, match="severity"):
        acts.propose(one, "noise", RULE.replace("severity: 3", "severity: 8"), reason="a", now=NOW)
    held = held_rule(FILE)
    assert held is not None
    with pytest.raises(ValidationError):
        acts.propose(one, FILE, held.text, reason="a", now=NOW)
    assert not Edition.objects.exists()


def test_one_proposal_waits_at_a_time_ones_own_is_replaced(one: User, two: User) -> None:
    first = acts.propose(one, "noise", RULE, reason="a", now=NOW)
    with pytest.raises(ValidationError):
        acts.propose(two, "noise", RULE + "latching: true\n", reason="b", now=NOW)
    second = acts.propose(one, "noise", RULE + "latching: true\n", reason="c", now=NOW + timedelta(minutes=1))
    first.refresh_from_db()
    assert (first.state, second.number) == ("taken_back", 2)
    with pytest.raises(ValidationError):
        acts.accept(two, first, said="", now=timezone.now())
    with pytest.raises(ValidationError):
        acts.refuse(two, second, said="", now=NOW)
    acts.refuse(two, second, said="trop", now=NOW)
    assert names() == [FILE]
