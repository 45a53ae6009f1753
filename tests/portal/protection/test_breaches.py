from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from tests.portal.conftest import Lines, MakeUser, SignIn

from quietude.keeping.api import DisposalError
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.protection import breaches
from quietude.portal.protection.models import Breach
from quietude.store.api import Store

FOUND = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def officer(make_user: MakeUser) -> User:
    return make_user(Role.DPO)


def breach(**changes: object) -> Breach:
    given = {
        "title": "Clé perdue",
        "found_at": FOUND,
        "happened": "Une clé chiffrée perdue",
        "concerned": "12 plaignants",
        "data": "Identité",
        "consequences": "Aucune connue",
        "measures": "Compte fermé",
        "risk": Breach.Risk.RISK,
        **changes,
    }
    return Breach(**given)


@pytest.mark.parametrize(
    ("hours", "tone", "is_late"),
    [
        pytest.param(0, "info", False, id="just found"),
        pytest.param(47.9, "info", False, id="more than a day left"),
        pytest.param(48, "warn", False, id="a day left"),
        pytest.param(72, "warn", False, id="the last moment"),
        pytest.param(72.001, "bad", True, id="a moment too late"),
        pytest.param(500, "bad", True, id="weeks late"),
    ],
)
def test_the_clock_counts_seventy_two_hours_from_the_discovery(hours: float, tone: str, is_late: bool) -> None:
    clock = breaches.clock_of(breach(), FOUND + timedelta(hours=hours))
    assert (clock.tone, clock.is_late, clock.is_stopped) == (tone, is_late, False)
    assert clock.hours == int(abs(72 - hours))


def test_the_clock_stops_when_the_cnil_is_told_or_need_not_be() -> None:
    now = FOUND + timedelta(days=90)
    assert breaches.clock_of(breach(told_cnil_at=FOUND + timedelta(hours=71)), now).tone == "good"
    assert breaches.clock_of(breach(told_cnil_at=FOUND + timedelta(hours=73)), now).tone == "warn"
    assert breaches.clock_of(breach(risk=Breach.Risk.NONE), now).tone == "good"


@pytest.mark.parametrize(
    ("risk", "told"),
    [
        (Breach.Risk.NONE, []),
        (Breach.Risk.UNKNOWN, ["Tell the CNIL within 72 hours"]),
        (Breach.Risk.RISK, ["Tell the CNIL within 72 hours"]),
        (Breach.Risk.HIGH, ["Tell the CNIL within 72 hours", "Tell the persons"]),
    ],
)
def test_the_risk_decides_who_is_told(risk: str, told: list[str]) -> None:
    from django.utils import translation

    with translation.override("en"):
        labels = [str(step.label) for step in breaches.steps_of(breach(risk=risk))]
    assert [label for label in labels if label.startswith("Tell")] == told


def test_a_breach_is_noted_told_and_closed(officer: User, lines: Lines) -> None:
    made = breach(found_at=timezone.now() - timedelta(hours=5), risk=Breach.Risk.HIGH)
    breaches.note_breach(officer, made)
    with pytest.raises(DisposalError):
        breaches.close_breach(officer, made)
    breaches.tell_cnil(officer, made)
    with pytest.raises(DisposalError):
        breaches.close_breach(officer, made)
    breaches.tell_persons(officer, made)
    breaches.close_breach(officer, made)
    made.refresh_from_db()
    assert made.closed_at is not None
    assert made.noted_by == officer.username
    kinds = [line.kind for line in lines() if line.purpose == "protection"]
    assert kinds == ["collect", "communicate", "communicate", "modify"]
    with pytest.raises(DisposalError):
        breaches.note_breach(officer, made)
    with pytest.raises(DisposalError):
        breaches.tell_cnil(officer, made)


def test_a_late_notification_needs_its_reason(officer: User) -> None:
    made = breach(found_at=timezone.now() - timedelta(hours=73))
    breaches.note_breach(officer, made)
    with pytest.raises(DisposalError):
        breaches.tell_cnil(officer, made)
    breaches.tell_cnil(officer, made, late_reason="Enquête en cours")
    made.refresh_from_db()
    assert made.late_reason == "Enquête en cours"


def test_nothing_is_told_before_the_risk_is_assessed(officer: User) -> None:
    made = breach(found_at=timezone.now(), risk=Breach.Risk.UNKNOWN)
    breaches.note_breach(officer, made)
    with pytest.raises(DisposalError):
        breaches.tell_cnil(officer, made)


def test_a_breach_is_not_found_in_the_future(officer: User) -> None:
    with pytest.raises(DisposalError):
        breaches.note_breach(officer, breach(found_at=timezone.now() + timedelta(hours=1)))
    assert not Breach.objects.exists()


def test_only_who_protects_data_notes_a_breach(make_user: MakeUser) -> None:
    with pytest.raises(PermissionDenied):
        breaches.note_breach(make_user(Role.ADMINISTRATOR), breach(found_at=timezone.now()))


@pytest.mark.parametrize("name", ["cnil", "persons"])
def test_the_notification_answers_the_questions_of_the_law(officer: User, name: str) -> None:
    text = breaches.notification_of(breach(measures=""), name, "fr")
    assert "Commune de Valcombe" in text
    assert "dpo@valcombe.example" in text
    for said in ("Une clé chiffrée perdue", "Identité", "Aucune connue", "(à compléter)"):
        assert said in text


def test_the_last_day_reminds_on_every_page_until_the_cnil_is_told(sign_in: SignIn, empty_store: Store) -> None:
    now = timezone.now()
    calm = breach(title="Courriel", found_at=now - timedelta(hours=10))
    urgent = breach(title="Clé perdue", found_at=now - timedelta(hours=60))
    for each in (calm, urgent, breach(title="Rien", found_at=now - timedelta(hours=70), risk=Breach.Risk.NONE)):
        each.save()
    officer, agent = sign_in(Role.DPO, language="en"), sign_in(Role.AGENT)
    page = officer.get("/profile/").content.decode()
    assert "Tell the CNIL" in page
    assert f"Breach {urgent.pk}" in page
    assert "11 hours left" in page
    assert "Clé perdue" not in page
    assert f"Breach {calm.pk}" not in page
    assert "CNIL" not in agent.get("/profile/").content.decode()
    late = breaches.reminder_of(now + timedelta(hours=20))
    assert late is not None
    assert (late[0], late[1].is_late) == (urgent, True)
    Breach.objects.filter(title="Clé perdue").update(told_cnil_at=now)
    assert "Tell the CNIL" not in officer.get("/profile/").content.decode()
