"""Trials: what a rule would have rung, against the edition that holds, within the reader's rights; and the load."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.portal.alarm_rules.conftest import DAYS, RULE, tried
from tests.portal.alarms.conftest import Ring, ring, send
from tests.portal.conftest import NOW, SignIn
from tests.portal.flows.conftest import Send

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.alarm_editions import acts as edition_acts
from quietude.portal.alarm_editions.standing import held_rule
from quietude.portal.alarm_rules import acts, trying
from quietude.portal.alarm_rules.models import Trial
from quietude.portal.alarm_rules.working import forget_old, work_off
from quietude.portal.alarms.models import Alarm
from quietude.portal.flows import filing
from quietude.portal.rights.models import Grant
from quietude.store.api import Store

__all__ = ["ring", "send"]
pytestmark = pytest.mark.django_db


def test_a_trial_counts_lists_and_compares(one: User, two: User, store: Store) -> None:
    first = tried(one, RULE)
    assert first.result is not None
    rang = first.result["rang"]
    assert rang == sum(now for _, now, _ in first.result["weeks"]) > 10
    assert first.result["former"] is None
    assert all(each["named"] for each in first.result["listed"])
    edition_acts.accept(two, edition_acts.propose(one, "noise", RULE, reason="a", now=NOW), said="", now=NOW)
    stricter = tried(one, RULE.replace("at_least: 2", "at_least: 3"))
    assert stricter.result is not None
    assert stricter.result["former"] == rang > stricter.result["rang"]
    assert stricter.result["more_count"] == 0
    assert stricter.result["fewer_count"] > 0
    assert stricter.result["load"]["after"] < stricter.result["load"]["before"]


def test_only_facts_of_the_readers_view_are_counted(one: User, store: Store) -> None:
    whole = tried(one, RULE)
    Grant.objects.update(zones=["quarter:port"])
    part = tried(one, RULE)
    assert whole.result is not None
    assert part.result is not None
    assert 0 < part.result["rang"] < whole.result["rang"]
    assert part.result["hidden"] > whole.result["hidden"]
    assert {each["group"] for each in part.result["listed"]} == {"port"}


def test_a_killed_worker_s_trial_is_begun_again_and_an_old_one_leaves(one: User, store: Store) -> None:
    trial = acts.ask(one, "noise", RULE, DAYS, purpose="operations", now=NOW)
    Trial.objects.filter(pk=trial.pk).update(state="running", moved_at=timezone.now())
    assert work_off() == 0
    Trial.objects.filter(pk=trial.pk).update(moved_at=timezone.now() - timedelta(minutes=11))
    assert work_off() == 1
    forget_old(NOW + timedelta(days=8))
    assert not Trial.objects.exists()


def test_a_trial_that_fails_says_why(one: User, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("no disk")

    monkeypatch.setattr(trying, "facts_of", fail)
    trial = tried(one, RULE)
    assert (trial.state, trial.said) == ("failed", "no disk")


def test_the_load_page_counts_advises_and_exports(ring: Ring, supervisor: Client) -> None:
    ring(timezone.now())
    shown = supervisor.get("/alarms/load/?days=7").content.decode()
    assert "1 alarm that you may see" in shown
    assert "noise_in_a_quarter" in shown
    assert "No rule rings often enough" in supervisor.get("/alarms/load/?advice=1").content.decode()
    out = supervisor.get("/alarms/load.csv").content.decode()
    assert "noise_in_a_quarter,1" in out
    Grant.objects.update(zones=["quarter:halles"])
    assert "0 alarms that you may see" in supervisor.get("/alarms/load/?days=7").content.decode()
    assert "0 alarms" in supervisor.get("/alarms/load/?world=exercise").content.decode()


def test_advice_is_a_trial_of_the_changed_rule(ring: Ring, supervisor: Client) -> None:
    now = timezone.now()
    for hours in range(12, 0, -1):
        ring(now - timedelta(hours=4 * hours), prefix=f"h{hours}-")
    Alarm.objects.update(raised_at=now - timedelta(hours=1))
    shown = supervisor.get("/alarms/load/?days=7&advice=1").content.decode()
    assert "at_least: 4 instead of 3 would have made" in shown


def test_a_trial_of_a_rule_on_levels_counts_lists_and_compares_within_the_readers_rights(
    empty_store: Store, send: Send, sign_in: SignIn
) -> None:
    now = timezone.now().replace(microsecond=0)
    loud = [(300, 60), (290, 75), (280, 60), (200, 80), (190, 60), (100, 72), (90, 60)]
    values = [{"at": (now - timedelta(minutes=ago)).isoformat(), "sensor": "a", "laeq": level} for ago, level in loud]
    assert send(values, address="/api/v1/sources/meters/records").status_code == 200
    filing.file_waiting()
    client = sign_in(Role.SUPERVISOR, language="en")
    by = User.objects.get(role=Role.SUPERVISOR)
    held = held_rule("loud")
    assert held is not None
    days = ((now - timedelta(days=2)).date(), now.date())
    trial = acts.ask(by, "loud", held.text.replace("above: 70", "above: 74"), days, purpose="operations", now=now)
    assert work_off() == 1
    trial.refresh_from_db()
    assert trial.result is not None
    said = {
        name: trial.result[name] for name in ("rang", "former", "fewer_count", "more_count", "everything", "hidden")
    }
    assert said == {"rang": 2, "former": 3, "fewer_count": 1, "more_count": 0, "everything": False, "hidden": 0}
    shown = client.get(f"/alarms/rules/trials/{trial.pk}/").content.decode()
    assert shown.count("/sources/meters/series/a/laeq/") == 3, (
        "two alarms that ring, and the one that would not any more"
    )
    Grant.objects.update(ceiling="public")
    assert "/series/a/laeq/" not in client.get(f"/alarms/rules/trials/{trial.pk}/").content.decode()
    blind = acts.ask(by, "loud", held.text.replace("above: 70", "above: 74"), days, purpose="operations", now=now)
    assert work_off() == 1
    blind.refresh_from_db()
    assert blind.result is not None
    assert (blind.result["rang"], blind.result["hidden"]) == (0, 7)
