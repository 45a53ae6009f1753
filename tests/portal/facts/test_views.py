"""The page of one fact: what the source said beside what we understood, within the reader's rights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from django.test import Client
from django.urls import reverse
from tests.portal.conftest import NOW, SignIn
from tests.portal.made_up import Recipe, facts

from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Viewer
from quietude.portal import town
from quietude.portal.accounts.roles import Role
from quietude.store.api import Store

SYSTEM = Viewer.system("test")


def one_of(store: Store, question: Filter | None = None) -> str:
    found = store.query(SYSTEM, question or Filter(), columns=("id",), limit=1)
    name: str = found.column("id")[0].as_py()
    return name


def changed(table: pa.Table, name: str, values: list[object]) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), [values])


@pytest.fixture
def one_fact(empty_store: Store) -> pa.Table:
    """Return the only fact of the store, as it was filed."""
    table = facts(town.current_town().territory, Recipe(until=NOW, days=1, per_day=1))
    table = changed(table, "attributes", ['{"at": "2026-06-16T12:20", "crew": "VTT 08"}'])
    empty_store.upsert(table)
    return table


def test_an_agent_reads_what_was_said_beside_what_was_understood(
    sign_in: SignIn, opened: Callable[[Client], Client], one_fact: pa.Table
) -> None:
    page = opened(sign_in(Role.AGENT)).get(reverse("facts:page", args=[one_of(town.current_store())]))
    lines = {line.label: line for line in page.context["lines"]}
    assert page.status_code == 200
    assert lines["Quand"].said == (("at", "2026-06-16T12:20"),)
    assert lines["Quand"].understood == "16 juin 2026, 12:20"
    assert lines["Quoi"].said == (("catégorie", "mot de la source"),)
    assert lines["Quoi"].by == "table de correspondance «\u202ftest\u202f», version 1"
    assert "coordonnées de la source" in lines["Où"].by
    assert page.context["rest"] == (("crew", "VTT 08"),)
    assert "musique forte" in page.content.decode()


def test_until_they_are_opened_the_source_s_words_are_closed_to_an_agent_too(
    sign_in: SignIn, one_fact: pa.Table
) -> None:
    page = sign_in(Role.AGENT).get(reverse("facts:page", args=[one_of(town.current_store())]))
    assert "musique forte" not in page.content.decode()
    assert "/rights/opening/?back=" in page.content.decode()


def test_the_page_speaks_english_to_those_who_ask(sign_in: SignIn, one_fact: pa.Table) -> None:
    page = sign_in(Role.AGENT, language="en").get(reverse("facts:page", args=[one_of(town.current_store())]))
    assert [line.label for line in page.context["lines"]][:3] == ["When", "What", "Where"]


def test_an_analyst_reads_no_free_text(sign_in: SignIn, one_fact: pa.Table) -> None:
    page = sign_in(Role.ANALYST).get(reverse("facts:page", args=[one_of(town.current_store())]))
    assert page.status_code == 200
    assert "musique forte" not in page.content.decode()
    assert "VTT 08" not in page.content.decode()


def test_a_fact_beyond_ones_rights_is_not_there(sign_in: SignIn, store: Store) -> None:
    penal = one_of(store, Filter(regimes=Choice(any_of=("TITRE_III",))))
    assert sign_in(Role.AGENT).get(reverse("facts:page", args=[penal])).status_code == 404


def test_elected_officials_open_no_single_fact(sign_in: SignIn, store: Store) -> None:
    assert sign_in(Role.ELECTED).get(reverse("facts:page", args=[one_of(store)])).status_code == 403


@pytest.mark.parametrize(
    "name", ["x", "202606-" + "0" * 32, "999999-" + "f" * 32], ids=["no name", "nothing", "no month"]
)
def test_a_name_that_leads_nowhere_is_not_found(sign_in: SignIn, store: Store, name: str) -> None:
    assert sign_in(Role.AGENT).get(reverse("facts:page", args=[name])).status_code == 404


def test_fictional_facts_say_so(sign_in: SignIn, store: Store) -> None:
    fictional = one_of(store, Filter(realities=Choice(any_of=("fictional",))))
    said = sign_in(Role.AGENT).get(reverse("facts:page", args=[fictional])).content.decode()
    assert "notice--fictional" in said


def test_versions_show_what_changed_and_an_old_address_stays_good(sign_in: SignIn, one_fact: pa.Table) -> None:
    store = town.current_store()
    old = one_of(store)
    before = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    table = changed(one_fact, "status", ["open"])
    table = changed(table, "occurred_from", [before])
    table = changed(table, "day", [before.date()])
    store.upsert(table)
    page = sign_in(Role.AGENT).get(reverse("facts:page", args=[old]))
    newest, oldest = page.context["changes"]
    differences = {field: (was, now) for field, was, now in newest.differences}
    assert (newest.version, oldest.version) == (2, 1)
    assert differences["Statut"] == ("clos", "ouvert")
    assert differences["Début"] == ("16 juin 2026 12:20", "2 mars 2026 10:00")
    assert oldest.differences == ()


def test_near_facts_are_those_within_300_metres_and_a_week(sign_in: SignIn, store: Store) -> None:
    name = one_of(store)
    (event, *_older) = store.event(SYSTEM, name)
    page = sign_in(Role.AGENT).get(reverse("facts:page", args=[name]))
    shown = [store.event(SYSTEM, other["id"])[0] for other in page.context["near"]]
    assert all(abs(other.day - event.day) <= timedelta(days=7) for other in shown)
    assert all(other.uid != event.uid for other in shown)
    metres = [111_195 * abs((other.lat_deg or 0) - (event.lat_deg or 0)) for other in shown]
    assert all(distance <= 300 for distance in metres)
