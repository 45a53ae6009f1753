"""The address holds the whole selection, and reads back as the same one."""

from __future__ import annotations

from urllib.parse import parse_qs

from bench.explore_facts import grid_town
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.strategies import questions

from quietude.model.filter.question import Filter
from quietude.model.filter.url import PARAMETERS
from quietude.portal.explore.paging import Order
from quietude.portal.explore.selection import (
    DISPLAY_KEYS,
    Colour,
    Display,
    Measure,
    Mode,
    Selection,
    default_display,
    read_selection,
)

TOWN = grid_town()
LEVELS = TOWN.level_names
DISPLAYS = st.builds(
    Display,
    mode=st.sampled_from(Mode),
    level=st.sampled_from(LEVELS),
    measure=st.sampled_from(Measure),
    colour=st.sampled_from(Colour),
    order=st.sampled_from(Order),
    page=st.integers(1, 20_000),
    at=st.none()
    | st.tuples(st.sampled_from([43.25, -33.5]), st.sampled_from([5.4, -70.1]), st.sampled_from([9.5, 14])),
    is_stacked=st.booleans(),
)


def read(query: str, *, exact: bool = True) -> Selection:
    return read_selection(parse_qs(query, keep_blank_values=True), TOWN, exact=exact)


@settings(max_examples=50)
@given(questions(LEVELS), DISPLAYS)
def test_an_address_reads_back_as_the_same_selection(question: Filter, display: Display) -> None:
    selection = Selection(question, display)
    query = selection.query(TOWN, exact=True)
    assert read(query) == selection
    assert read(query).query(TOWN, exact=True) == query


def test_the_plain_selection_has_an_empty_address() -> None:
    assert Selection(Filter(), default_display(TOWN, exact=True)).query(TOWN, exact=True) == ""
    assert Selection(Filter(), default_display(TOWN, exact=False)).query(TOWN, exact=False) == ""


def test_the_display_s_keys_are_none_of_the_filter_s() -> None:
    assert not set(DISPLAY_KEYS) & PARAMETERS


def test_odd_display_keys_read_as_the_default() -> None:
    odd = read("map=globe&level=planet&measure=weight&colour=pink&sort=random&page=-3&at=here&stack=maybe")
    assert odd.display == default_display(TOWN, exact=True)
    assert read("page=99999999999999999999").display.page == 1
    assert read("at=95,5,12").display.at is None


def test_who_sees_no_exact_place_gets_zones_whatever_the_address_says() -> None:
    assert read("map=points", exact=False).display.mode is Mode.ZONES
