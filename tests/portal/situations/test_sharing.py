"""Links for partners: scoped, ending, watched; a stranger without the secret reads nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import Lines
from tests.portal.situations.conftest import Begin

from quietude.portal.accounts.models import User
from quietude.portal.situations import states
from quietude.portal.situations.attaching import write_note
from quietude.portal.situations.models import LogLine, Share
from quietude.portal.situations.sharing import revoke, share

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def made(begin: Begin, agent: User, *parts: str) -> tuple[Share, str]:
    found = begin(at=timezone.now())
    write_note(agent, found.key, timezone.now(), said="quelque chose de noté")
    return share(agent, found.key, timezone.now(), partner="SDIS, officier", parts=parts, lasts=HOUR)


def test_a_partner_reads_the_shared_parts_and_nothing_else(begin: Begin, agent: User, lines: Lines) -> None:
    _, secret = made(begin, agent, "summary")
    partner = Client()
    asked = partner.get(f"/situations/shared/{secret}/")
    assert asked.status_code == 200
    assert "Rixe" not in asked.content.decode(), "the invitation says nothing yet"
    assert Share.objects.get().openings == 0, "whoever scans links opens nothing"
    shown = partner.post(f"/situations/shared/{secret}/", follow=True).content.decode()
    assert "Rixe" in shown
    assert "quai du Port" in shown
    assert "quelque chose de noté" not in shown
    assert "Fiche réflexe" not in shown
    assert agent.username not in shown
    assert Share.objects.get().openings == 1
    assert LogLine.objects.filter(what="partner", said="SDIS, officier").count() == 1
    assert [line.to_whom for line in lines() if line.detail.get("act") == "situation_read_by_partner"] == [
        "SDIS, officier"
    ]
    assert partner.get("/situations/").status_code == 302, "nothing else is open to them"


def test_more_parts_show_more_but_no_agent(begin: Begin, agent: User) -> None:
    _, secret = made(begin, agent, "summary", "map", "sheet", "tasks", "log")
    partner = Client()
    shown = partner.post(f"/situations/shared/{secret}/", follow=True).content.decode()
    assert "quelque chose de noté" in shown
    assert "Fiche réflexe" in shown
    assert agent.username not in shown
    assert "/situations/2026" not in shown, "no address that they may not open"


def test_a_link_ends_by_itself_by_hand_and_with_the_situation(begin: Begin, agent: User) -> None:
    found, secret = made(begin, agent, "summary")
    partner = Client()
    partner.post(f"/situations/shared/{secret}/")
    Share.objects.filter(pk=found.pk).update(ends_at=timezone.now() - timedelta(seconds=1))
    assert partner.get("/situations/shared/").status_code == 410
    assert Client().post(f"/situations/shared/{secret}/").status_code == 410
    other, again = share(agent, found.situation.key, timezone.now(), partner="Préfecture", parts=["map"], lasts=HOUR)
    revoke(agent, found.situation.key, other.pk, timezone.now())
    assert Client().get(f"/situations/shared/{again}/").status_code == 410
    _, third = share(agent, found.situation.key, timezone.now(), partner="Métro", parts=["map"], lasts=HOUR)
    states.resolve(agent, found.situation.key, timezone.now(), outcome="fini", why="fini")
    states.close(agent, found.situation.key, timezone.now())
    assert Client().get(f"/situations/shared/{third}/").status_code == 410


def test_a_guess_opens_nothing(begin: Begin, agent: User) -> None:
    found, secret = made(begin, agent, "summary")
    assert secret not in Share.objects.values_list("digest", flat=True)
    for guess in (secret[:-1], secret + "a", found.digest, "x"):
        assert Client().get(f"/situations/shared/{guess}/").status_code == 404
    assert Client().get("/situations/shared/").status_code == 410


@pytest.mark.parametrize(
    ("partner", "parts", "lasts"),
    [("", ["map"], HOUR), ("SDIS", [], HOUR), ("SDIS", ["everything"], HOUR), ("SDIS", ["map"], timedelta(days=8))],
)
def test_a_link_names_somebody_something_and_an_end(
    partner: str, parts: list[str], lasts: timedelta, begin: Begin, agent: User
) -> None:
    with pytest.raises(ValidationError):
        share(agent, begin().key, timezone.now(), partner=partner, parts=parts, lasts=lasts)
    assert not Share.objects.exists()
