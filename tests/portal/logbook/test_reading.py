"""Rights on entries: what a reader may not see does not exist, texts are closed row by row, each read has its line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.portal.conftest import Lines, MakeUser
from tests.portal.logbook.conftest import NOW, Write, said

from quietude.journal.api import Kind as JournalKind
from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Choice, Filter, ZoneChoice
from quietude.model.viewer import Grant, Viewer
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.logbook.content import Content, Identity
from quietude.portal.logbook.models import Entry, EntryVersion
from quietude.portal.logbook.reading import IDENTITIES, TEXT, Reader, admits, admitted, reader_of
from quietude.portal.rights import actions as rights
from quietude.portal.rights.models import Opening
from quietude.portal.rights.standing import standing_of


def reader(user: User) -> Reader:
    return reader_of(user, standing_of(user))


@pytest.mark.django_db
def test_whoever_keeps_the_logbook_reads_its_texts_and_leaves_a_line(write: Write, writer: User, lines: Lines) -> None:
    entry = write()
    (seen,) = reader(writer).seen(reader(writer).entries(), asked="show=today")
    assert seen.content is not None
    assert seen.content.text == "Fête au 3e étage."
    (line,) = [each for each in lines() if each.kind is JournalKind.CONSULT]
    assert (line.ids, line.filter_text, line.detail["columns"]) == ((entry.label,), "show=today", "text")


@pytest.mark.django_db
def test_identities_open_on_demand_only(write: Write, writer: User) -> None:
    write(parties=({"role": "witness", "note": "voisine"},), identities=(Identity(name="Claire Bonnet"),))
    (seen,) = reader(writer).seen(reader(writer).entries())
    assert (seen.identities, seen.content is not None) == (None, True)
    purpose = standing_of(writer).purpose
    assert purpose is not None
    rights.open_on_demand(writer, purpose, kind=Opening.Kind.ON_DEMAND, motive="report")
    (opened,) = reader(writer).seen(reader(writer).entries())
    assert opened.identities is not None
    assert opened.identities[0]["name"] == "Claire Bonnet"


@pytest.mark.django_db
def test_an_agent_of_another_service_reads_by_grants_the_text_being_closed(write: Write, make_user: MakeUser) -> None:
    write()
    other = make_user(Role.AGENT, "bruno")  # the usual grant: internal facts, texts on demand
    (seen,) = reader(other).seen(reader(other).entries())
    assert (seen.content, seen.version, seen.place_label) == (None, None, "12 quai du Port")


@pytest.mark.django_db
def test_a_penal_entry_does_not_exist_under_an_administrative_purpose(write: Write, writer: User) -> None:
    write(regime="TITRE_III")
    assert not reader(writer).entries().exists()


@pytest.mark.django_db
def test_without_a_grant_there_is_nothing_to_read_even_in_one_s_own_logbook(write: Write, writer: User) -> None:
    write()
    for grant in writer.grants.all():
        rights.withdraw(None, grant)
    assert not reader(writer).can_read
    assert not reader(writer).entries().exists()


@pytest.mark.django_db
def test_a_filter_that_is_no_grant_s_opens_nothing(write: Write) -> None:
    entry = write()
    strange = Grant(purpose="x", rows=Filter(ids=("202606-00",)))
    assert not Entry.objects.filter(admitted(strange)).exists()
    assert not admits(strange, entry)


SOURCES = st.sampled_from([(), ("patrols",), ("desk",), ("patrols", "desk")])
CATEGORIES = st.sampled_from([(), ("noise",), ("noise.party",), ("parking", "noise"), ("noi",)])
ZONES = st.sampled_from(
    [(), (("district", "west"),), (("quarter", "halles"),), (("quarter", "port"), ("district", "east"))]
)
PLACES = st.sampled_from([None, (5.38, 43.29), (5.42, 43.29), (5.38, 43.31), (1.0, 1.0)])


@dataclass(frozen=True)
class Written:
    """One entry to be made up."""

    category: str
    place: tuple[float, float] | None
    regime: str
    sensitivity: str


@st.composite
def grants(draw: Callable[..., Any]) -> Grant:
    rows = Filter(
        sources=Choice(draw(SOURCES)),
        categories=Choice(draw(CATEGORIES)),
        zones=ZoneChoice(draw(ZONES)),
    )
    masked = draw(st.sets(st.sampled_from([TEXT, IDENTITIES, "lon_deg"])))
    regimes = draw(st.sets(st.sampled_from(list(Regime)), min_size=1))
    ceiling = draw(st.sampled_from(list(Sensitivity)))
    return Grant(purpose="p", rows=rows, ceiling=ceiling, regimes=frozenset(regimes), masked=frozenset(masked))


WRITTEN = st.builds(
    Written,
    category=st.sampled_from(["noise.party", "noise", "parking.illegal", ""]),
    place=PLACES,
    regime=st.sampled_from(["RGPD", "TITRE_III"]),
    sensitivity=st.sampled_from(["public", "internal", "restricted", "confidential"]),
)


class TwoWorlds(TestCase):
    """Worlds that differ only in what a reader may not see look the same to them."""

    def filed(self, each: Written, text: str) -> Entry:
        author = User.objects.get_or_create(username="author", role=Role.AGENT)[0]
        lon, lat = each.place or (None, None)
        content = said(
            category=each.category, regime=each.regime, text=text,
            place={"label": text, "lon_deg": lon, "lat_deg": lat},
        )  # fmt: skip
        number = Entry.objects.count() + 1
        zones = {(5.38, 43.29): ("west", "port"), (5.42, 43.29): ("east", "halles"), (5.38, 43.31): ("west", "moulin")}
        zone_1, zone_2 = zones.get(each.place or (0, 0), ("", ""))
        entry = Entry.objects.create(
            key=uuid4(), logbook="patrols", year=2026, number=number, label=f"PM-2026-{number:04}", author=author,
            written_at=NOW, occurred_at=NOW, retain_until=date(2029, 6, 17), category=each.category,
            regime=each.regime, sensitivity=each.sensitivity,
            place_label=text, lon_deg=lon, lat_deg=lat, zone_1=zone_1, zone_2=zone_2,
        )  # fmt: skip
        EntryVersion.objects.create(
            entry=entry, version=1, at=NOW, author=author, content=content.dumped(), salt=b"", digest=""
        )
        return entry

    @settings(max_examples=60, deadline=None)
    @given(st.lists(grants(), max_size=3), st.lists(WRITTEN, max_size=6))
    def test_the_query_and_the_row_agree_and_nothing_hidden_is_shown(
        self, held: list[Grant], world: list[Written]
    ) -> None:
        found = [self.filed(each, f"secret {number}") for number, each in enumerate(world)]
        by = Reader(Viewer(who="user:1", grants=tuple(held), purpose="p"), 1)
        visible = {entry.pk for entry in by.entries()}
        assert visible == {entry.pk for entry in found if any(admits(grant, entry) for grant in held)}
        for seen in by.seen(by.entries()):
            opening = [grant for grant in held if admits(grant, seen.entry)]
            assert (seen.content is not None) == any(TEXT not in grant.masked for grant in opening)
            shows_place = any("lon_deg" not in grant.masked for grant in opening)
            assert bool(seen.place_label) == shows_place
            assert seen.content is None or bool(seen.content.place.label) == shows_place


def test_what_is_masked_is_no_part_of_what_is_seen() -> None:
    assert {TEXT, IDENTITIES} <= {"text", "attributes"}
    assert "identities" not in Content.model_fields
