"""The access cube: every address, by every role, under every purpose, on facts of both regimes, and on what others own.

Generated from the URL configuration: an address whose arguments nobody gave a meaning here fails the build. Whoever
lacks the right is refused by `test_access`; here stands what those who have it must not get: a fact of a regime that
their purpose is not for, or what belongs to another person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from django.test import Client
from tests.portal.conftest import LONG_AGO, NOW, MakeUser
from tests.portal.made_up import Recipe, facts
from tests.portal.test_access import CLOSED, Route, access_of

from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Viewer
from quietude.portal import town
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import RIGHTS, Right, Role
from quietude.portal.explore.models import SavedView
from quietude.portal.logbook.content import Content
from quietude.portal.logbook.models import Entry, EntryVersion
from quietude.portal.rights import actions
from quietude.portal.rights.groups import Access
from quietude.portal.rights.models import Grant, Opening, Purpose
from quietude.portal.rights.usual import USUAL
from quietude.store.api import Store

SYSTEM = Viewer.system("test")
REGIMES = ("RGPD", "TITRE_III")
MARKS = {"RGPD": "motadministratif", "TITRE_III": "motpenal"}
"""A word in every text column of the facts of a regime."""
WORDED = ("title", "text", "place_label", "source_key", "attributes")
ANSWERS_TO = {
    "name": ["logbook"],
    "username": ["agent"],
    "code": ["operations", "pm"],
    "rule_id": ["R13"],
    "kind": ["csv", "geojson", "parquet"],
    "form": ["json", "html", "csv", "md"],
    "level": ["quarter"],
    "logbook": ["patrols"],
    "label": ["PM-2026-0001", "PM-2026-0002"],  # one of each regime
    "z": ["11"], "x": ["1054"], "y": ["748"],
    "number": ["1"],
    "source": ["logbook"],
    "sensor": ["a"], "quantity": ["laeq"],
    "act": [str(uuid4())],
    "verb": ["start"],
    "secret": ["guess"],
    "link": ["x"],
    "page": ["1"],
    **{name: ["1"] for name in ("key", "pk", "import_id", "breach_id", "hold_id", "request_id", "run_id", "link_id")},
}  # fmt: skip
"""What stands for each argument of an address; `event_id` is the name of a fact that must not be seen."""


def marked(table: pa.Table, regime: str) -> pa.Table:
    """Return facts with the mark of their regime wherever words stand."""
    for name in WORDED:
        place, field = table.schema.get_field_index(name), table.schema.field(name)
        mark = MARKS[regime]
        said = f'{{"crew": "{mark}"}}' if name == "attributes" else mark
        values = [f"{said}-{row}" if name == "source_key" else said for row in range(table.num_rows)]
        table = table.set_column(place, field, [values])
    return table


@pytest.fixture
def both(empty_store: Store) -> Store:
    """Return a store with facts of both regimes, in the same places at the same times."""
    for regime in REGIMES:
        recipe = Recipe(until=NOW, days=3, per_day=4, regime=regime)
        empty_store.append(marked(facts(town.current_town().territory, recipe), regime))
    return empty_store


@pytest.fixture(autouse=True)
def entries(db: None, make_user: MakeUser) -> None:
    """Write an entry of each regime, in a logbook that everybody here may read."""
    author = make_user(Role.AGENT, username="author")
    for number, regime in enumerate(REGIMES, start=1):
        content = Content(occurred_at=NOW, category="noise.party", regime=regime, text=MARKS[regime])
        entry = Entry.objects.create(
            key=uuid4(), logbook="patrols", year=2026, number=number, label=f"PM-2026-{number:04}", author=author,
            written_at=NOW, occurred_at=NOW, retain_until=date(2029, 6, 17), category="noise.party",
            regime=regime, place_label=MARKS[regime],
        )  # fmt: skip
        EntryVersion.objects.create(
            entry=entry, version=1, at=NOW, author=author, content=content.dumped(), salt=b"", digest="",
            identities=[{"name": MARKS[regime], "contact": "", "born_on": ""}],
        )  # fmt: skip


def addresses(route: Route, hidden: str) -> Iterator[str]:
    """Yield a route's addresses with arguments that mean something."""
    found = [route.pattern]
    while any("<" in address for address in found):
        name = found[0].split("<", 1)[1].split(">", 1)[0].split(":")[-1]
        values = [hidden] if name == "event_id" else ANSWERS_TO.get(name)
        assert values is not None, f"{route.pattern}: say in ANSWERS_TO what <{name}> stands for"
        found = [address.split("<", 1)[0] + value + address.split(">", 1)[1] for address in found for value in values]
    yield from found


def test_every_argument_of_every_address_has_a_meaning() -> None:
    assert all(list(addresses(route, "x")) for route in CLOSED)


def content(response: Any) -> bytes:
    """Return the whole of an answer."""
    return b"".join(response) if response.streaming else bytes(response.content)


@pytest.fixture
def person(make_user: MakeUser) -> Callable[[Role], User]:
    """Return a maker of persons who hold the usual grant of a role and, trained, a penal one that opens all."""

    def make(role: Role) -> User:
        user = make_user(role, username="someone")
        usual = USUAL[role]
        for code in {usual.purpose, "judicial"}:
            grant = Grant(
                holder=user, purpose=Purpose.objects.get(code=code), ceiling="restricted", title=Access.OPEN,
                text=Access.OPEN, record=Access.OPEN, place=Access.OPEN, since=LONG_AGO, designation="acte",
                trained_on=LONG_AGO, training_until=date.today() + timedelta(days=1),  # noqa: DTZ011  # a day is enough
            )  # fmt: skip
            actions.give(None, grant)
        make_user(
            Role.AGENT if role is not Role.AGENT else Role.ANALYST, username="agent" if role is not Role.AGENT else "x"
        )
        return user

    return make


def name_of(store: Store, regime: str) -> str:
    found = store.query(SYSTEM, Filter(regimes=Choice((regime,))), columns=["id"], limit=1)
    return str(found["id"].to_pylist()[0])


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("role", list(Role))
def test_under_a_purpose_no_address_shows_a_fact_of_the_other_regime(
    both: Store, person: Callable[[Role], User], role: Role, regime: str
) -> None:
    user = person(role)
    purpose = USUAL[role].purpose if regime == "RGPD" else "judicial"
    other = next(each for each in REGIMES if each != regime)
    hidden = name_of(both, other)
    client = Client()
    client.force_login(user)
    client.post("/rights/purpose/", {"purpose": purpose})
    shown = 0
    for route in CLOSED:
        if access_of(route).right not in RIGHTS[role]:
            continue
        for address in addresses(route, hidden):
            body = content(client.get(address))
            assert MARKS[other].encode() not in body, f"{address} shows a fact of the regime {other}"
            if hidden not in address:
                assert hidden.encode() not in body, f"{address} names a fact of the regime {other}"
            shown += MARKS[regime].encode() in body
    assert shown or Right.EXPLORE not in RIGHTS[role]  # what may be seen is: the check looks at real answers


@pytest.mark.parametrize("role", list(Role))
def test_without_a_grant_no_address_shows_a_fact(both: Store, person: Callable[[Role], User], role: Role) -> None:
    user = person(role)
    for grant in Grant.objects.filter(holder=user):
        actions.withdraw(None, grant)
    client = Client()
    client.force_login(user)
    for route in CLOSED:
        if access_of(route).right in RIGHTS[role]:
            for address in addresses(route, name_of(both, "RGPD")):
                body = content(client.get(address))
                assert not [mark for mark in MARKS.values() if mark.encode() in body], address


def test_what_another_person_owns_is_not_there(both: Store, make_user: MakeUser) -> None:
    owner, other = make_user(Role.AGENT), make_user(Role.SUPERVISOR)
    view = SavedView.objects.create(owner=owner, name="à moi", query="category=noise")
    purpose = Purpose.objects.get(code="operations")
    opening = actions.open_on_demand(owner, purpose, kind=Opening.Kind.ON_DEMAND, motive="report")
    client = Client()
    client.force_login(other)
    for verb in ("name", "delete", "restore"):
        assert client.post(f"/explore/views/{view.pk}/{verb}", {"name": "pris"}).status_code in {403, 404}
    client.post("/rights/opening/close/")
    view.refresh_from_db()
    opening.refresh_from_db()
    assert (view.name, view.removed_at, opening.closed_at) == ("à moi", None, None)
    assert "à moi" not in client.get("/explore/").content.decode()
