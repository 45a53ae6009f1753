"""Reports, CAP messages and figures: what each part took, within the reader's rights, exercises apart."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from defusedxml import ElementTree as Safe
from django.utils import timezone
from pypdf import PdfReader
from tests.portal.conftest import Lines, SignIn
from tests.portal.situations.conftest import NOW, Begin

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.alarms.models import World
from quietude.portal.situations import states
from quietude.portal.situations.after import durations_of, figures_of
from quietude.portal.situations.attaching import write_note
from quietude.portal.situations.cap import NAMESPACE, cap_of
from quietude.portal.situations.models import Situation
from quietude.portal.situations.papers import span_said
from quietude.portal.situations.sketches import circle, draw
from quietude.portal.situations.walking import do_step

pytestmark = pytest.mark.django_db
CAP = {"cap": NAMESPACE}


def at(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


def handled(begin: Begin, agent: User, *, took: float = 30, **said: object) -> Situation:
    """Return a situation that was resolved so many minutes after it was opened."""
    found = begin("night_noise", began_at=NOW - at(10), **said)
    do_step(agent, found.key, "call_back", NOW + at(4), answer="over")
    states.resolve(agent, found.key, NOW + at(took), outcome="Fini")
    found.refresh_from_db()
    return found


def text_of(content: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_durations_are_from_part_to_part(begin: Begin, agent: User) -> None:
    spent = durations_of(handled(begin, agent))
    assert (spent.noticed, spent.to_start, spent.to_resolve, spent.whole) == (at(10), at(4), at(26), at(30))
    assert spent.to_close is None


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (None, "–"),
        (timedelta(seconds=7.4), "7 s"),
        (timedelta(seconds=90), "1 min 30"),
        (timedelta(hours=26), "26 h 00"),
    ],
)
def test_a_length_is_said_in_words(span: timedelta | None, said: str) -> None:
    assert span_said(span) == said


def test_the_report_after_it_says_what_each_part_took(begin: Begin, agent: User, sign_in: SignIn, lines: Lines) -> None:
    found = handled(begin, agent)
    client = sign_in(Role.SUPERVISOR)
    answer = client.get(f"/situations/{found.key}/file/after/")
    assert answer["Content-Disposition"] == f'attachment; filename="{found.key}-after.pdf"'
    said = text_of(answer.content)
    for part in ("Retour d’expérience 2026-0001", "26 min", "étape faite", "Fini", "quai du Port"):
        assert part in said, part
    assert [line.detail["form"] for line in lines() if line.detail.get("act") == "situation_file"] == ["after"]
    assert "Durée" in text_of(client.get(f"/situations/{found.key}/file/report/").content)
    assert client.get(f"/situations/{found.key}/file/zip/").status_code == 404
    assert sign_in(Role.DATA_MANAGER).get(f"/situations/{found.key}/file/report/").status_code == 404, "sees none"


def test_a_report_of_an_exercise_says_so(begin: Begin, sign_in: SignIn) -> None:
    found = begin(is_exercise=True)
    assert "EXERCICE" in text_of(sign_in(Role.AGENT).get(f"/situations/{found.key}/file/report/").content)


def message(situation: Situation) -> ET.Element:
    return Safe.fromstring(cap_of(situation, "fr"))  # type: ignore[no-any-return]


def said(root: ET.Element, path: str) -> str | None:
    return root.findtext("/".join(f"cap:{name}" for name in path.split("/")), namespaces=CAP)


def test_a_cap_message_is_an_alert_then_updates_and_a_cancel(begin: Begin, agent: User) -> None:
    found = begin()
    first = message(found)
    assert [child.tag.partition("}")[2] for child in first] == [
        "identifier", "sender", "sent", "status", "msgType", "scope", "restriction", "info",
    ]  # fmt: skip
    assert (said(first, "msgType"), said(first, "status")) == ("Alert", "Actual")
    assert said(first, "sent") == "2026-06-06T00:00:00+02:00"
    assert said(first, "info/area/circle") == "43.290000,5.380000 0.2"
    draw(agent, found.key, NOW + at(1), what="perimeter", geometry=circle(found, 100))
    write_note(agent, found.key, NOW + at(2), said="ne doit pas sortir")
    then = message(found)
    assert said(then, "msgType") == "Update"
    assert said(then, "references") == f"{said(first, 'sender')},{said(first, 'identifier')},{said(first, 'sent')}"
    corners = (said(then, "info/area/polygon") or "").split()
    assert len(corners) == 49
    assert corners[0] == corners[-1]
    assert corners[0].startswith("43.29"), "latitude first"
    assert "ne doit pas sortir" not in cap_of(found, "fr").decode()
    states.resolve(agent, found.key, NOW + at(5), outcome="fini", why="fini")
    found.refresh_from_db()
    over = message(found)
    assert (said(over, "msgType"), said(over, "info/urgency")) == ("Cancel", "Past")


def test_figures_are_told_from_five_on_and_by_step(begin: Begin, agent: User) -> None:
    for minutes in (10, 20, 30, 40):
        handled(begin, agent, took=minutes)
    handled(begin, agent, took=500, is_exercise=True)
    period = (NOW - at(1), NOW + at(60))
    (few,) = figures_of(*period, "fr", world=World.REAL)
    assert (few.count, few.resolved, few.resolve_median) == (4, 4, None)
    handled(begin, agent, took=50)
    (enough,) = figures_of(*period, "fr", world=World.REAL)
    assert (enough.resolve_median, enough.start_median) == (at(30), at(4))
    step = next(each for each in enough.steps if each.key == "call_back")
    assert (step.times, step.left_out, step.late, step.median) == (5, 0, 0, at(4))


def test_the_pages_of_figures_and_of_one_situation_show_them(begin: Begin, agent: User, sign_in: SignIn) -> None:
    client = sign_in(Role.SUPERVISOR)
    assert "Aucune situation" in client.get("/situations/figures/").content.decode()
    found = begin(at=timezone.now())
    assert "Rixe" in client.get("/situations/figures/?days=30").content.decode()
    shown = client.get(f"/situations/{found.key}/").content.decode()
    assert "Combien de personnes" in shown
    assert client.get("/situations/2026-9999/").status_code == 404
