"""What documents say: proposed, decided on, planned; and what whoever may not read them learns of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import Lines, MakeUser, SignIn
from tests.portal.documents.conftest import joined
from tests.portal.made_up import Recipe, facts
from tests.portal.mentions.conftest import LILAS, AddOrder

from quietude.portal import town
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.alarms import suppressing
from quietude.portal.documents import acts, engine, extracting
from quietude.portal.documents.models import Document
from quietude.portal.mentions import deciding, looking
from quietude.portal.mentions.models import Decision, Judged, Looked, Mention
from quietude.portal.services.models import Service
from quietude.portal.situations.models import Situation
from quietude.portal.situations.timeline import works_around
from quietude.portal.works.models import PlannedWorks
from quietude.portal.works.reading import distance_m, works_near, works_on
from quietude.store.api import Store

pytestmark = pytest.mark.django_db
WORKS = deciding.Works("Stationnement interdit", date(2026, 6, 15), date(2026, 6, 20), ("rue des Lilas", "rue Perdue"))
WHAT = Decision.What


@pytest.fixture
def chief(sign_in: SignIn, service: Service) -> Client:
    """Return the browser of a supervisor of the service."""
    client = sign_in(Role.SUPERVISOR, username="chef", language="en")
    joined(User.objects.get(username="chef"), service)
    return client


def says(document: Document) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in Mention.objects.filter(version=document.current):
        found.setdefault(each.kind, set()).add(each.value)
    return found


def one(document: Document, kind: str) -> Mention:
    return Mention.objects.filter(version=document.current, kind=kind).order_by("start")[0]


def test_what_was_read_is_looked_through_once(add_order: AddOrder) -> None:
    document = add_order()
    assert says(document)["date"] == {"2026-06-15", "2026-06-20"}
    assert "code de la route R. 417-10" in says(document)["law"]
    assert one(document, "place").lon_deg == LILAS[0]
    order = Looked.objects.get().order or {}
    assert (order["number"], order["ways"], order["forbids"]) == ("2026-017", ["rue des Lilas"], ["parking"])
    assert (order["first_day"], order["last_day"], order["length_days"]) == ("2026-06-15", "2026-06-20", 6)
    assert not looking.once()


def test_a_report_is_no_order(add_order: AddOrder) -> None:
    document = add_order(kind="report")
    assert Looked.objects.get(version=document.current).order is None


def test_a_decision_outlives_a_new_reading_of_the_same_words(add_order: AddOrder, author: User) -> None:
    document = add_order()
    day = one(document, "date")
    deciding.decide(author, day, WHAT.CORRECTED, timezone.now(), "2026-06-16")
    acts.read_again(author, document.current)
    assert extracting.once(timezone.now())
    assert looking.once()
    again = one(document, "date")
    assert (again.pk, again.value, again.judged) == (day.pk, "2026-06-16", Judged.CONFIRMED)
    assert Mention.objects.filter(version=document.current, kind="date").count() == 2


def test_each_decision_has_its_history_and_its_line(add_order: AddOrder, author: User, lines: Lines) -> None:
    place = one(add_order(), "place")
    now = timezone.now()
    deciding.decide(author, place, WHAT.CORRECTED, now, "rue Perdue")
    place.refresh_from_db()
    assert (place.lon_deg, place.judged, place.confidence) == (None, Judged.CONFIRMED, 1.0)
    deciding.decide(author, place, WHAT.REJECTED, now)
    deciding.decide(author, place, WHAT.REOPENED, now)
    history = list(Decision.objects.order_by("pk").values_list("what", "before"))
    assert history == [("corrected", "rue des Lilas"), ("rejected", ""), ("reopened", "")]
    acted = [each.detail["act"] for each in lines() if "mention" in each.detail]
    assert acted == ["mention_corrected", "mention_rejected", "mention_reopened"]


@pytest.mark.parametrize("value", ["", "demain", "2026-02-30", "x" * 201])
def test_a_day_that_is_none_is_refused(add_order: AddOrder, author: User, value: str) -> None:
    day = one(add_order(), "date")
    with pytest.raises(ValidationError):
        deciding.decide(author, day, WHAT.CORRECTED, timezone.now(), value)
    day.refresh_from_db()
    assert (day.value, day.judged) == ("2026-06-15", Judged.PROPOSED)


def test_works_are_planned_and_withdrawn(add_order: AddOrder, author: User) -> None:
    document = add_order(sensitivity="public")
    assert list(works_on(date(2026, 1, 1), date(2027, 1, 1))) == []
    made = deciding.plan(author, document.current, WORKS, timezone.now())
    assert (made.points, made.order_number, made.natures) == ([list(LILAS)], "2026-017", ["parking"])
    assert [zone.partition(":")[0] for zone in made.zones] == ["quarter"]
    assert list(works_near(*LILAS, date(2026, 6, 20), date(2026, 6, 30))) == [made]
    assert list(works_near(*LILAS, date(2026, 6, 21), date(2026, 6, 30))) == []
    assert list(works_near(LILAS[0] + 0.01, LILAS[1], date(2026, 6, 20), date(2026, 6, 30))) == []
    deciding.unplan(author, document.current, timezone.now())
    assert not PlannedWorks.objects.exists()
    with pytest.raises(PermissionDenied):
        deciding.unplan(author, document.current, timezone.now())


def test_works_of_an_order_that_is_closed_are_neither_planned_nor_shown(add_order: AddOrder, author: User) -> None:
    document = add_order(sensitivity="public")
    deciding.plan(author, document.current, WORKS, timezone.now())
    Document.objects.update(sensitivity="restricted")
    assert list(works_on(WORKS.first_day, WORKS.last_day)) == []
    with pytest.raises(ValidationError, match="public"):
        deciding.plan(author, document.current, WORKS, timezone.now())


@pytest.mark.parametrize(
    "works",
    [
        deciding.Works("", WORKS.first_day, WORKS.last_day, ()),
        deciding.Works("a", WORKS.last_day, WORKS.first_day, ()),
        deciding.Works("a", date(2020, 1, 1), date(2026, 1, 1), ()),
    ],
    ids=["no-title", "backwards", "for-good"],
)
def test_works_that_make_no_sense_are_refused(add_order: AddOrder, author: User, works: deciding.Works) -> None:
    document = add_order(sensitivity="public")
    with pytest.raises(ValidationError):
        deciding.plan(author, document.current, works, timezone.now())
    assert not PlannedWorks.objects.exists()


def test_deciding_requires_the_right(add_order: AddOrder, make_user: MakeUser) -> None:
    analyst, document, now = make_user(Role.ANALYST), add_order(sensitivity="public"), timezone.now()
    with pytest.raises(PermissionDenied):
        deciding.decide(analyst, one(document, "date"), WHAT.CONFIRMED, now)
    with pytest.raises(PermissionDenied):
        deciding.plan(analyst, document.current, WORKS, now)
    assert not Decision.objects.exists()


def test_the_page_shows_mentions_their_place_and_hides_names(add_order: AddOrder, chief: Client) -> None:
    document = add_order(sensitivity="public")
    shown = chief.get(f"/documents/{document.pk}/says/").content.decode()
    assert "<mark>15 juin 2026</mark>" in shown
    assert "Dupont" not in shown
    assert 'data-island="situation-map"' in shown
    assert "page=1&amp;q=15+juin+2026#hit" in shown
    only = chief.get(f"/documents/{document.pk}/says/?kind=law").context["rows"]
    assert {row.mention.kind for row in only} == {"law"}
    assert "/says/" in chief.get(f"/documents/{document.pk}/").content.decode()


def test_facts_near_are_those_of_the_reader_and_noted(
    add_order: AddOrder, empty_store: Store, chief: Client, sign_in: SignIn
) -> None:
    until = datetime(2026, 6, 18, tzinfo=UTC)
    for level in ("internal", "confidential"):
        recipe = Recipe(until=until, days=1, per_day=3, sensitivity=level, regime="RGPD", source=level)
        table = facts(town.current_town().territory, recipe)
        for column, value in (("lon_deg", LILAS[0]), ("lat_deg", LILAS[1])):
            at = table.schema.get_field_index(column)
            table = table.set_column(at, table.schema.field(at), [[value] * table.num_rows])
        empty_store.append(table)
    document = add_order(sensitivity="public")
    near = chief.get(f"/documents/{document.pk}/says/").context["facts"]
    assert {fact.source for fact in near} == {"internal"}
    assert len(near) == 3


def test_works_are_confirmed_corrected_and_withdrawn_on_the_page(add_order: AddOrder, chief: Client) -> None:
    document = add_order(sensitivity="public")
    start = f"/documents/{document.pk}/says"
    form = chief.get(f"{start}/").context["form"].initial
    assert form["title"] == "parking forbidden (2026-017)"
    chief.post(f"{start}/plan/", form | {"last_day": "2026-06-21"})
    works = PlannedWorks.objects.get()
    assert (works.last_day, works.place_label) == (date(2026, 6, 21), "rue des Lilas")
    refused = chief.post(f"{start}/plan/", form | {"last_day": "never"}, follow=True).content.decode()
    assert "Last day" in refused
    for verb, kind in (("confirm", "law"), ("reject", "place")):
        chief.post(f"{start}/{verb}/", {"mention": one(document, kind).pk})
    assert (one(document, "law").judged, one(document, "place").judged) == (Judged.CONFIRMED, Judged.REJECTED)
    chief.post(f"{start}/unplan/")
    assert not PlannedWorks.objects.exists()


def test_a_closed_document_tells_nothing_of_what_it_says(add_order: AddOrder, sign_in: SignIn) -> None:
    closed, other = add_order(sensitivity="confidential"), add_order("le 3 mai 2026", sensitivity="public")
    agent = sign_in(Role.AGENT, username="autre")
    mention = one(closed, "date").pk
    for answer in (
        agent.get(f"/documents/{closed.pk}/says/"),
        agent.post(f"/documents/{closed.pk}/says/confirm/", {"mention": mention}),
        agent.post(f"/documents/{other.pk}/says/confirm/", {"mention": mention}),
        agent.post(f"/documents/{other.pk}/says/dance/", {"mention": mention}),
    ):
        assert answer.status_code == 404
    assert sign_in(Role.ANALYST).post(f"/documents/{other.pk}/says/confirm/").status_code == 403
    assert one(closed, "date").judged == Judged.PROPOSED


def test_cautions_of_the_reading_stand_in_the_reader(
    add_order: AddOrder, author: User, chief: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = add_order(sensitivity="public")
    page = engine.ReadPage("flou", 100.0, 200.0, (), "ocr", 0.3)
    reading = engine.Reading((page,), "fr", None, ("doubtful", "turned"))
    monkeypatch.setattr(engine, "read", lambda *_: reading)
    acts.read_again(author, document.current)
    assert extracting.once(timezone.now())
    shown = chief.get(f"/documents/{document.pk}/").content.decode()
    assert "hard to read" in shown
    assert "sideways" in shown


def test_a_distance_is_that_of_the_meridian() -> None:
    assert distance_m(5.0, 43.0, 5.0, 44.0) == pytest.approx(111_195, abs=1)


def test_works_fill_the_form_of_what_is_set_aside_and_choose_no_rule(add_order: AddOrder, chief: Client) -> None:
    document, today = add_order(sensitivity="public"), town.town_day(timezone.now())
    works = deciding.Works("Travaux du quai", today, today + timedelta(days=60), ("rue des Lilas",))
    made = deciding.plan(User.objects.get(username="chef"), document.current, works, timezone.now())
    form = chief.get(f"/alarms/suppression/?works={made.pk}").context["form"]
    assert (form.initial["reason"], form.initial["zones"]) == ("Travaux du quai", made.zones)
    assert form.initial["ends_at"] - form.initial["begins_at"] == suppressing.LONGEST
    assert "rules" not in form.initial
    Document.objects.update(sensitivity="restricted")
    shown = chief.get(f"/alarms/suppression/?works={made.pk}")
    assert shown.context["form"].initial == {}
    assert "Travaux du quai" not in shown.content.decode()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        pytest.param((0.0, 0, "real"), ["Travaux"], id="here"),
        pytest.param((0.0, 7, "real"), ["Travaux"], id="in-a-week"),
        pytest.param((0.0, 8, "real"), [], id="later"),
        pytest.param((0.01, 0, "real"), [], id="elsewhere"),
        pytest.param((0.0, 0, "exercise"), [], id="exercise"),
    ],
)
def test_works_near_stand_in_the_time_line_of_a_situation(
    author: User, add_order: AddOrder, place: tuple[float, int, str], said: list[str]
) -> None:
    (east_deg, days_before, world), now = place, timezone.now()
    first = town.town_day(now) + timedelta(days=days_before)
    works = deciding.Works("Travaux", first, first, ("rue des Lilas",))
    deciding.plan(author, add_order(sensitivity="public").current, works, now)
    here = Situation(lon_deg=LILAS[0] + east_deg, lat_deg=LILAS[1], began_at=now, world=world)
    assert [moment.said.partition(" · ")[0] for moment in works_around(here)] == said
