"""What the map asks for next is read while the list is counted, and never for who may not see it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.portal.conftest import viewer_of_role
from tests.portal.explore.conftest import reader_for

from quietude.model.filter.question import Filter
from quietude.portal.accounts.roles import Role
from quietude.portal.explore.ahead import read_ahead
from quietude.portal.explore.answers import Reader
from quietude.portal.explore.selection import Mode, Selection, default_display
from quietude.portal.rights.groups import Group
from quietude.store.api import Store, StoreError
from quietude.store.engines.duck import DuckEngine


def selection_in(reader: Reader, mode: Mode = Mode.POINTS) -> Selection:
    return Selection(Filter(severity_from=2), replace(default_display(reader.territory, exact=True), mode=mode))


def test_a_tile_read_ahead_is_not_read_again(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    selection = selection_in(reader)
    thread = read_ahead(reader, selection, "3/4/2")
    assert thread is not None
    thread.join()

    def run(*_args: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(DuckEngine, "run", run)
    assert reader.store.tile(reader.viewer, selection.question, 3, 4, 2)


@pytest.mark.parametrize("around", ["", "3/4", "-1/0/0", "3/4/2/1", "a/b/c"])
def test_nothing_is_read_for_what_is_no_tile(reader: Reader, around: str) -> None:
    assert read_ahead(reader, selection_in(reader), around) is None


@pytest.mark.parametrize("mode", [Mode.HEXES, Mode.ZONES])
def test_nothing_is_read_where_the_map_draws_no_tiles(reader: Reader, mode: Mode) -> None:
    assert read_ahead(reader, selection_in(reader, mode), "3/4/2") is None


def test_nothing_is_read_for_who_sees_no_exact_place(store: Store) -> None:
    reader = reader_for(store, viewer_of_role(Role.ELECTED, *Group))
    assert read_ahead(reader, selection_in(reader), "3/4/2") is None


@pytest.mark.parametrize("failure", [StoreError("gone"), ValueError("no tile 30/0/0")])
def test_a_tile_that_cannot_be_read_ahead_is_left_to_the_map(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    asked = []

    def fail(*args: object, **_named: object) -> bytes:
        asked.append(args)
        raise failure

    monkeypatch.setattr(Store, "tile", fail)
    thread = read_ahead(reader, selection_in(reader), "3/4/2")
    assert thread is not None
    thread.join()
    assert len(asked) == 1
    assert not thread.is_alive()
