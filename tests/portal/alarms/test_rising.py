"""What the tray makes of rising severity, candidates, near alarms and rules that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.portal.alarms.conftest import Ring
from tests.portal.conftest import SignIn
from tests.portal.flows.conftest import Send, several

from quietude.alarms.api import Compiled, Rule, RuleFiles, ScopeError
from quietude.portal.accounts.roles import Role
from quietude.portal.alarm_editions.standing import current_ground
from quietude.portal.alarms import acts, watching
from quietude.portal.alarms.models import Alarm, RuleFile, SeasonNormal
from quietude.portal.alarms.watching import Watch
from quietude.portal.flows import filing
from quietude.portal.town import current_town
from quietude.sources.api import Fault, ManifestError

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
RuleBy = Callable[..., None]


@pytest.fixture
def rule_by(monkeypatch: pytest.MonkeyPatch) -> RuleBy:
    """Return what replaces the town's rules: rule_by({"name": {...}}, faults={...})."""

    def go(rules: dict[str, dict[str, Any]], faults: Sequence[str] = ()) -> None:
        made = tuple(_compiled(name, content) for name, content in rules.items())
        path = Path("rules") / "broken.yml"
        wrong = {name: ManifestError(path, [Fault(3, 7, "severity: 9 is not 1 to 5")]) for name in faults}
        found = RuleFiles(made, wrong)
        monkeypatch.setattr(watching, "current_files", lambda: found)

    return go


def _compiled(name: str, content: dict[str, Any]) -> Compiled:
    said = {"title": {"fr": f"Essai {name}", "en": f"Trial {name}"}, "severity": 2, **content}
    rule = Rule.model_validate(said).bind(name=name, path=current_town().folder / "rules" / f"{name}.yml")
    return Compiled.of(rule, current_ground(), date(2026, 6, 5))


def shown(client: Client, tab: str = "now") -> str:
    answer = client.get("/alarms/", {"show": tab})
    assert answer.status_code == 200
    return answer.content.decode()


def more(send: Send, count: int, at: datetime, prefix: str) -> None:
    assert send(several(count, at, prefix=prefix)).status_code == 200
    filing.file_waiting()


def test_an_alarm_that_was_taken_rings_again_when_it_rises_and_not_when_it_falls(
    ring: Ring, send: Send, rule_by: RuleBy, sign_in: SignIn, django_user_model: Any
) -> None:
    now = timezone.now()
    steps = [{"at_least": 3, "within": "PT5M", "severity": 4}]
    rule_by({"steps": {"when": {"match": {"holds": "PT1H"}}, "severity_steps": steps}})
    watch = ring(now, count=1, prefix="a")
    agent = sign_in(Role.AGENT)
    user = django_user_model.objects.get(pk=agent.session["_auth_user_id"])
    acts.acknowledge(user, [Alarm.objects.get().key], now)
    more(send, 2, now, "b")
    watch.once(now)
    alarm = Alarm.objects.get()
    assert (alarm.severity, alarm.is_acknowledged) == (4, False)
    assert [(step.what, step.said) for step in alarm.steps.all()][-1] == ("rose", "2 → 4")
    acts.acknowledge(user, [alarm.key], now)
    watch.once(now + 6 * MINUTE)
    alarm.refresh_from_db()
    assert (alarm.severity, alarm.is_acknowledged) == (2, True)
    assert [(step.what, step.said) for step in alarm.steps.all()][-1] == ("fell", "4 → 2")
    assert "2 → 4" in agent.get(f"/alarms/{alarm.key}/").content.decode()


def test_candidates_stand_in_a_tab_of_their_own_and_ring_nobody(ring: Ring, rule_by: RuleBy, sign_in: SignIn) -> None:
    now = timezone.now()
    content = {"when": {"match": {"holds": "PT5M"}}, "candidate": {"until": 2, "within": "PT1H"}}
    rule_by({"second": content})
    ring(now - 20 * MINUTE, count=1, prefix="a")
    agent = sign_in(Role.AGENT)
    assert "Essai second" not in shown(agent)
    assert "Essai second" in shown(agent, "candidates")
    assert "Essai second" not in shown(agent, "past")
    ring(now, count=1, prefix="b")
    assert "Essai second" in shown(agent)
    assert sorted(Alarm.objects.values_list("is_candidate", flat=True)) == [False, True]


def test_alarms_of_two_rules_near_each_other_are_shown_together(ring: Ring, rule_by: RuleBy, sign_in: SignIn) -> None:
    now = timezone.now()
    match = {"when": {"match": {"holds": "PT1H"}}}
    rule_by({"one": match, "two": match})
    ring(now, count=1)
    text = shown(sign_in(Role.AGENT))
    assert "2 alarmes au même endroit" in text
    assert (text.count("Essai one</strong>"), text.count("Essai two</strong>")) == (1, 1)


def test_a_file_that_cannot_be_read_stops_no_rule_and_goes_on_as_it_was(
    ring: Ring, send: Send, rule_by: RuleBy, sign_in: SignIn
) -> None:
    now = timezone.now()
    match = {"when": {"match": {"holds": "PT1H"}}}
    rule_by({"broken": match, "good": match})
    Watch().once(now)
    rule_by({"good": match}, faults=["broken", "never"])
    ring(now, count=1)
    assert set(Alarm.objects.values_list("rule", flat=True)) == {"broken", "good"}
    supervisor, agent = shown(sign_in(Role.SUPERVISOR)), shown(sign_in(Role.AGENT))
    assert "broken.yml:3:7: severity: 9 is not 1 to 5" in supervisor
    assert supervisor.count("broken.yml:3:7") == 2
    assert "broken.yml" not in agent
    rule_by({"broken": match, "good": match})
    Watch().once(now)
    assert not RuleFile.objects.exclude(fault="").exists()


def test_a_departure_with_too_little_history_rings_nothing_and_says_so(
    ring: Ring, rule_by: RuleBy, sign_in: SignIn
) -> None:
    now = timezone.now()
    rule_by({"unusual": {"by": "zone:quarter", "when": {"departure": {"at_least": 1}}}})
    ring(now, count=9)
    assert not Alarm.objects.exists()
    assert SeasonNormal.objects.filter(rule="unusual", weeks=0).count() == 4, "two months of two worlds"
    assert "unusual" in shown(sign_in(Role.SUPERVISOR))
    with pytest.raises(ScopeError):
        _compiled("unusual", {"by": "zone:moon", "when": {"departure": {}}})


def test_a_departure_says_how_many_were_expected(ring: Ring, rule_by: RuleBy, sign_in: SignIn) -> None:
    now = timezone.now()
    rule_by({"unusual": {"by": "zone:quarter", "when": {"departure": {"at_least": 2, "window": "PT3H"}}}})
    Watch().once(now)
    for kept in SeasonNormal.objects.all():
        kept.content |= {"weeks": 20, "rates": {"port": [0.2] * 168}}
        kept.save()
    ring(now, count=5)
    alarm = Alarm.objects.get()
    assert alarm.expected == [0.6, 0, 3]
    assert "attendu : 0,6 (de 0 à 3)" in shown(sign_in(Role.AGENT))
