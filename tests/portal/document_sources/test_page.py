"""The page of the sources: their health, and what keepers of documents do with them; nobody else learns of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone, translation
from tests.documents.connectors.places import Disk
from tests.portal.conftest import Lines, SignIn
from tests.portal.document_sources.conftest import Followed, followed, manifest
from tests.portal.documents.conftest import pdf

from quietude.documents import connectors as connecting
from quietude.model.viewer import Viewer
from quietude.portal.accounts.roles import Role
from quietude.portal.document_sources import views
from quietude.portal.document_sources.faults import PASSED_OVER
from quietude.portal.document_sources.health import health_of
from quietude.portal.document_sources.models import Item, Source
from quietude.portal.documents.scope import Reader
from quietude.portal.services.models import Service

pytestmark = pytest.mark.django_db
RULES = [{"folder": "Police", "sensitivity": "restricted", "groups": ["pm"]}, {"folder": "Perdu", "groups": ["rh"]}]
Shown = Callable[[], str]


@pytest.fixture
def orders(disk: Disk, service: Service, monkeypatch: pytest.MonkeyPatch) -> Followed:
    """Return a source that was followed once."""
    assert service.code == "pm"
    disk.put("a.pdf", pdf("a"))
    disk.put("Police/secret.exe", b"MZ")
    disk.put("ouvert.exe", b"MZ")
    disk.put("Perdu/x.pdf", pdf("x"))
    (disk.root / "lien").symlink_to("/etc/passwd")
    made = followed(disk, read={"rights": RULES})
    made.now = timezone.now() - timedelta(minutes=31)
    made.round()
    monkeypatch.setattr(views, "followed", lambda: {"orders": made.manifest})
    return made


def page(client: Client) -> str:
    answer = client.get("/documents/sources/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_how_each_source_does(orders: Followed, sign_in: SignIn, lines: Lines) -> None:
    shown = page(sign_in(Role.SUPERVISOR, language="en"))
    for said in ("Orders", "up to date", "2 documents", "2 × Not of a kind", "program or an archive", "ouvert.exe",
                 "1 × it is a link", "rh", "no rule of the manifest knows"):  # fmt: skip
        assert said in shown, said
    assert "secret.exe" not in shown  # of a service that the reader does not belong to
    assert [entry.detail["of"] for entry in lines() if entry.kind == "consult"] == ["document_source"]
    Source.objects.update(seen_at=timezone.now() - timedelta(hours=1))
    assert "late" in page(sign_in(Role.SUPERVISOR, username="other", language="en"))


def test_trouble_comes_with_a_remedy_and_no_secret(orders: Followed, disk: Disk, sign_in: SignIn) -> None:
    disk.vanish()
    orders.round()
    shown = page(sign_in(Role.DATA_MANAGER, language="en"))
    assert "cannot be followed" in shown
    assert "Nothing is deleted here" in shown
    assert "1 failure" in shown


def test_deletions_wait_for_a_word_on_the_page(orders: Followed, disk: Disk, sign_in: SignIn, lines: Lines) -> None:
    for number in range(20):
        disk.put(f"{number:02}.pdf", pdf(f"{number}"))
    orders.round()
    for number in range(15):
        disk.delete(f"{number:02}.pdf")
    orders.round()
    keeper = sign_in(Role.SUPERVISOR, language="en")
    shown = page(keeper)
    assert "15 of 24 documents vanished there at once" in shown
    assert ">00</a>" in shown
    refused = keeper.post("/documents/sources/orders/agree/", {"deletions": "15", "reason": ""}, follow=True)
    assert "Say why" in refused.content.decode()
    assert Source.objects.get().agreed == 0
    keeper.post("/documents/sources/orders/agree/", {"deletions": "15", "reason": "fermeture"})
    assert Source.objects.get().agreed == 15
    said = [entry.detail for entry in lines() if entry.detail.get("act") == "deletions_agreed"]
    assert [(each["deletions"], each["reason"]) for each in said] == [("15", "fermeture")]
    orders.round()
    assert "vanished" not in page(keeper)
    assert Item.objects.filter(state="here").count() == 7


def test_keepers_pause_go_on_and_have_it_looked_at(orders: Followed, sign_in: SignIn) -> None:
    keeper = sign_in(Role.SUPERVISOR, language="en")
    keeper.post("/documents/sources/orders/pause/")
    assert "paused by" in page(keeper)
    assert not orders.round()
    told = keeper.post("/documents/sources/orders/look/", follow=True).content.decode()
    assert "This source is paused" in told
    keeper.post("/documents/sources/orders/resume/")
    before = timezone.now()
    keeper.post("/documents/sources/orders/look/")
    asked = Source.objects.get()
    assert asked.paused_at is None
    assert asked.next_at is not None
    assert before <= asked.next_at <= timezone.now()


@pytest.mark.parametrize("role", [Role.AGENT, Role.ANALYST, Role.ADMINISTRATOR])
def test_whoever_keeps_no_documents_learns_nothing_and_does_nothing(
    orders: Followed, sign_in: SignIn, role: Role
) -> None:
    someone = sign_in(role)
    before = Source.objects.values().get()
    for address in ("/documents/sources/", "/documents/sources/orders/look/", "/documents/sources/nowhere/look/"):
        answer = someone.get(address) if address.endswith("sources/") else someone.post(address)
        assert answer.status_code == 403
        assert "Arrêtés" not in answer.content.decode()
    assert Source.objects.values().get() == before
    assert "/documents/sources/" not in someone.get("/documents/", follow=True).content.decode()


def test_what_connectors_say_of_things_passed_over_is_what_the_screen_translates() -> None:
    connectors = "".join(path.read_text() for path in Path(connecting.__path__[0]).glob("*.py"))
    assert [said for said in PASSED_OVER if f'"{said}"' not in connectors] == []


@pytest.mark.parametrize(
    ("every", "said"),
    [("PT1M", "every minute"), ("PT10M", "every 10 minutes"), ("PT1H", "every hour"), ("PT90M", "every 90 minutes"),
     ("PT6H", "every 6 hours"), ("P1D", "every 24 hours"), ("P7D", "every 7 days")],
)  # fmt: skip
def test_a_schedule_is_said_in_words(every: str, said: str) -> None:
    with translation.override("en"):
        reader = Reader(Viewer.nobody(), frozenset(), "")
        assert health_of(manifest(schedule={"every": every}), reader, timezone.now()).every_said == said


def test_other_sources_and_other_verbs_are_not_found(orders: Followed, sign_in: SignIn) -> None:
    keeper = sign_in(Role.SUPERVISOR)
    assert keeper.post("/documents/sources/nowhere/look/").status_code == 404
    assert keeper.post("/documents/sources/orders/burn/").status_code == 404
    assert Source.objects.filter(name="nowhere").count() == 0
    assert orders.source.name == "orders"


def test_without_a_source_the_page_says_what_makes_one(sign_in: SignIn) -> None:
    assert manifest().is_followed
    assert "No source of documents" in page(sign_in(Role.SUPERVISOR, language="en"))


def test_a_document_says_for_whom_alone_it_is(orders: Followed, disk: Disk, sign_in: SignIn, service: Service) -> None:
    from tests.portal.documents.conftest import joined

    from quietude.portal.accounts.models import User

    disk.put("Police/b.pdf", pdf("b"))
    orders.round()
    member = sign_in(Role.AGENT, username="member", language="en")
    joined(User.objects.get(username="member"), service)
    address = f"/documents/{orders.document('b').pk}/"
    shown = member.get(address).content.decode()
    assert "Only for" in shown
    assert sign_in(Role.DATA_MANAGER, username="keeper").get(address).status_code == 404
