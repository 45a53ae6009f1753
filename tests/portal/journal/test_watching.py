"""Every read of a nominative column has its line, whoever reads, wherever."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client
from tests.portal.conftest import Lines, SignIn

from quietude.journal.api import Kind
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Grant, Viewer
from quietude.portal.accounts.roles import Role
from quietude.portal.journal.watching import NOMINATIVE
from quietude.store.api import Store

AGENT = Viewer(who="user:7", grants=(Grant(purpose="operations", rows=Filter()),), purpose="operations", motive="asked")
MASKED = replace(AGENT, grants=(Grant(purpose="operations", rows=Filter(), masked=NOMINATIVE),))
NOISE = Filter(categories=Choice(("noise",)))


@pytest.mark.parametrize("column", sorted(NOMINATIVE))
def test_a_read_of_a_nominative_column_has_its_line(store: Store, lines: Lines, column: str) -> None:
    rows = store.query(AGENT, NOISE, columns=["id", column], limit=3)
    [line] = lines()
    assert (line.kind, line.who, line.purpose, line.motive) == (Kind.CONSULT, "user:7", "operations", "asked")
    assert line.ids == tuple(rows["id"].to_pylist())
    assert line.filter_text == "category=noise"
    assert line.detail == {"columns": column, "rows": "3"}


def test_a_fact_opened_and_an_export_have_theirs(store: Store, lines: Lines) -> None:
    name = store.query(MASKED, NOISE, columns=["id"], limit=1)["id"].to_pylist()[0]
    store.event(AGENT, name)
    batches = store.stream(AGENT, NOISE, columns=["id", "day"])
    assert [line.kind for line in lines()] == [Kind.CONSULT, Kind.COMMUNICATE]  # before the first batch is read
    assert next(batches).num_rows
    assert lines()[0].ids == (name,)


def test_the_past_is_watched_too(store: Store, lines: Lines) -> None:
    store.at(version=store.version).query(AGENT, NOISE, columns=["id", "title"], limit=1)
    assert [line.kind for line in lines()] == [Kind.CONSULT]


def test_what_shows_nobody_s_words_has_none(store: Store, lines: Lines) -> None:
    store.query(MASKED, NOISE, limit=3)
    store.query(AGENT, NOISE, columns=["id", "day"], limit=3)
    store.count(AGENT, NOISE, by=("day",))
    store.tile(AGENT, NOISE, 11, 1056, 748)
    store.query(Viewer.system("test"), NOISE, limit=3)
    store.query(AGENT, Filter(ids=("202601-00000000000000000000000000000000",)))
    assert lines() == []


def test_a_count_by_a_nominative_column_is_a_list(store: Store, lines: Lines) -> None:
    store.count(AGENT, NOISE, by=("title",))
    assert [line.kind for line in lines()] == [Kind.CONSULT]


def test_the_pages_leave_their_lines(store: Store, lines: Lines, sign_in: SignIn) -> None:
    agent: Client = sign_in(Role.AGENT)
    before = len(lines())
    agent.get("/explore/?category=noise")
    read = lines()[before:]
    assert {line.kind for line in read} == {Kind.CONSULT}
    assert all("category=noise" in line.filter_text and line.ids for line in read)
    for _ in agent.get("/explore/export.csv?category=noise"):
        pass
    assert lines()[-1].kind is Kind.COMMUNICATE
