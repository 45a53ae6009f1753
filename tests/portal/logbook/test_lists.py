"""Ready filters of the central list: what each lets through, its count, its pages, and that an index answers it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import MakeUser
from tests.portal.logbook.conftest import NOW, Write, desk, joined, said

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.logbook import acts, following
from quietude.portal.logbook.content import Place
from quietude.portal.logbook.lists import PAGE, READY, Asked, Selection
from quietude.portal.logbook.models import Entry, State
from quietude.portal.logbook.reading import PLACE, reader_of
from quietude.portal.logbook.streets import street_of
from quietude.portal.logbook.walking import COUNT_MAX
from quietude.portal.rights.standing import standing_of
from quietude.portal.town import current_town

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=8)


def selected(user: User, query: str, now: datetime = LATER) -> Selection:
    return Selection.of(reader_of(user, standing_of(user)), Asked.of(QueryDict(query)), now=now)


def shown(user: User, query: str, now: datetime = LATER) -> list[Entry]:
    return selected(user, query, now).page(Asked.of(QueryDict(query)))[0]


def many(by: User, count: int, **fields: object) -> None:
    """Write entries past the acts, in one go."""
    usual = {"author": by, "written_at": NOW, "retain_until": NOW.date() + timedelta(days=900), "year": 2026}
    Entry.objects.bulk_create(
        Entry(
            key=uuid4(), number=number, label=f"PM-{fields.get('year', 2026)}-{number:06}",
            **{"logbook": "patrols", "occurred_at": NOW - timedelta(minutes=number // 3)} | usual | fields,
        )
        for number in range(1, count + 1)
    )  # fmt: skip


def test_late_are_entries_with_a_follow_up_past_its_term_the_longest_first(write: Write, writer: User) -> None:
    first, second, third, none = write(), write(), write(), write()
    for entry, hours in ((first, 5), (second, 2), (third, 40)):
        following.follow_up(writer, entry, "Repasser", due_at=NOW + timedelta(hours=hours), now=NOW)
    assert shown(writer, "show=late") == [second, first]
    following.finish(writer, second.follow_ups.get(), outcome="vu sur place", now=LATER)
    acts.strike(writer, first, reason="doublon", now=LATER)
    assert shown(writer, "show=late") == []
    assert none.due_at is None


def test_open_are_those_that_are_not_closed(write: Write, writer: User) -> None:
    red, orange, green = write(), write(), write()
    following.follow_up(writer, orange, "Repasser", now=NOW)
    acts.settle(writer, green, State.CLOSED, now=NOW)
    assert {entry.pk for entry in shown(writer, "show=open")} == {red.pk, orange.pk}
    assert selected(writer, "show=open").count() == 2


@pytest.mark.parametrize(
    ("label", "street"),
    [
        ("12 bis, rue de Rome, 13006 Marseille", "rome"),
        ("Rue de Rome", "rome"),
        ("3-5 bd de la Libération", "liberation"),
        ("Quai du Port", "port"),
        ("devant le 12 rue d’Aubagne", "12 rue d'aubagne"),
        ("angle rue de Rome / rue Breteuil", "rome / rue breteuil"),
        ("La Canebière", "canebiere"),
        ("", ""),
        ("12", "12"),
    ],
)
def test_a_place_is_found_by_its_street(label: str, street: str) -> None:
    assert street_of(label) == street


def test_a_street_is_found_by_how_it_begins_and_another_place_by_its_words(write: Write, writer: User) -> None:
    port = write()
    rome = write(place=Place(label="3 rue de Rome"))
    romain = write(place=Place(label="avenue Romain Rolland"))
    assert shown(writer, "show=all&street=rue de rom") == [romain, rome]
    assert shown(writer, "show=all&street=Port") == [port]
    recent = selected(writer, "show=all&street=olland")
    assert (recent.is_recent, recent.page(Asked(ready="all"))[0]) == (True, [romain])
    assert shown(writer, "show=all&street=olland", LATER + timedelta(days=40)) == []


@pytest.mark.parametrize("few_max", [0, 20_000])
def test_many_streets_are_put_in_order_where_they_are_few_and_walked_where_they_are_many(
    writer: User, monkeypatch: pytest.MonkeyPatch, few_max: int
) -> None:
    monkeypatch.setattr("quietude.portal.logbook.streets.FEW_MAX", few_max)
    for n in range(12):
        many(writer, 2, street=f"street {n:02}", year=2010 + n, logbook="patrols")
    Entry.objects.filter(year=2013).update(regime="TITRE_III")
    found = shown(writer, "show=all&street=street")
    assert {entry.year for entry in found} == set(range(2010, 2022)) - {2013}
    assert [entry.occurred_at for entry in found] == sorted((each.occurred_at for each in found), reverse=True)
    assert selected(writer, "show=open&street=street").count() == 22
    assert [entry.year for entry in shown(writer, "show=all&street=street 04")] == [2014, 2014]


def test_a_zone_of_any_level_narrows_and_so_do_several(write: Write, writer: User) -> None:
    here, nowhere = write(), write(place=Place(label="loin"))
    assert here.zone_1
    name = current_town().territory.level_names[0]
    assert shown(writer, f"show=all&zone={name}:{here.zone_1}") == [here]
    assert shown(writer, f"show=all&zone={name}:nowhere") == []
    assert nowhere in shown(writer, "show=all&zone=unknown:x")


def test_pages_follow_each_other_without_a_gap_across_logbooks(writer: User, make_user: MakeUser) -> None:
    many(writer, 2 * PAGE + 10)
    clerk = joined(make_user(Role.AGENT, "clerk"), "desk")
    other = acts.write(
        clerk, desk(), said(occurred_at=NOW - timedelta(minutes=7), fields={"channel": "accueil"}), key=uuid4(), now=NOW
    )
    seen: list[int] = []
    before = ""
    for _page in range(3):
        query = QueryDict(mutable=True)
        query.update({"show": "all", "before": before})
        asked = Asked.of(query)
        rows, before = Selection.of(reader_of(writer, standing_of(writer)), asked, now=LATER).page(asked)
        seen += [row.pk for row in rows]
    assert before == ""
    assert (len(seen), len(set(seen)), other.pk in seen) == (2 * PAGE + 11, 2 * PAGE + 11, True)
    moments = [Entry.objects.get(pk=pk).occurred_at for pk in seen]
    assert moments == sorted(moments, reverse=True)


def test_a_count_ends_at_a_thousand_and_never_says_more_than_the_list(writer: User, make_user: MakeUser) -> None:
    many(writer, COUNT_MAX + 5)
    assert selected(writer, "show=all").count() == COUNT_MAX
    assert selected(writer, "show=mine").count() == COUNT_MAX
    stranger = make_user(Role.ADMINISTRATOR, "admin2")
    assert selected(stranger, "show=mine").count() == 0


def test_counts_and_places_come_as_a_part_of_the_page(at_work: Client, write: Write) -> None:
    write(occurred_at=timezone.now() - timedelta(minutes=5), now=timezone.now())
    part = at_work.get("/logbook/counts/?show=all").content.decode()
    assert 'href="/logbook/?show=late"' in part
    assert "street=port" in part
    page = at_work.get("/logbook/?show=all").content.decode()
    assert 'hx-get="/logbook/counts/?show=all"' in page
    assert [f'data-key="{key}"' in page for _name, _label, key in READY] == [True] * len(READY)


def test_a_place_that_is_closed_to_a_reader_is_not_found_by_its_words(write: Write, writer: User) -> None:
    write()
    reader = reader_of(writer, standing_of(writer))
    closed = tuple(replace(grant, masked=grant.masked | {PLACE}) for grant in reader.viewer.grants)
    blind = replace(reader, viewer=replace(reader.viewer, grants=closed))
    for query, found in (("show=all", 1), ("show=all&street=port", 0), ("show=all&street=ort", 0)):
        asked = Asked.of(QueryDict(query))
        assert len(Selection.of(blind, asked, now=LATER).page(asked)[0]) == found


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("show=all", "entry_by_all"),
        ("show=today", "entry_by_all"),
        ("show=open", "entry_by_state"),
        ("show=late", "entry_by_due"),
        ("show=mine", "entry_by_author"),
        ("show=all&street=port", "entry_by_street"),
        ("show=all&zone={level}:x", "entry_by_zone_1"),
        ("show=open&zone={level}:x", "entry_open_zone_1"),
    ],
)
def test_an_index_answers_each_ready_filter_in_its_order(write: Write, writer: User, query: str, index: str) -> None:
    write()
    asked = query.format(level=current_town().territory.level_names[0])
    chosen = selected(writer, asked)
    order = ("due_at", "pk") if "late" in asked else ("-occurred_at", "-pk")
    if connection.vendor == "postgresql":  # a table of one row is read whole, by whichever index: be it a large one
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )
            cursor.execute("UPDATE pg_class SET reltuples = 1e10, relpages = 1 WHERE oid = 'logbook_entry'::regclass")
    plans = [
        stream.filter(part).order_by(*order).values_list("occurred_at", "pk")[:51].explain()
        for stream in chosen.streams
        for part in chosen.split
    ]
    assert plans
    assert [plan for plan in plans if index not in plan or "TEMP B-TREE" in plan or "Sort" in plan] == []
