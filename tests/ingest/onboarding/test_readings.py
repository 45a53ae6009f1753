"""Times as people and programs write them: the way of reading is found, and doubt is said."""

from __future__ import annotations

import pytest

from quietude.ingest.onboarding.readings import LEADING, reading_of

WRITTEN = [
    pytest.param(["01/03/2025 21:30", "17/03/2025 08:05"], "%d/%m/%Y %H:%M", id="french"),
    pytest.param(["28/02/2025", "17/03/2025"], "%d/%m/%Y", id="day"),
    pytest.param(["6/28/10 2:45 PM", "7/1/10 12:42 PM"], "%m/%d/%y %I:%M %p", id="american"),
    pytest.param(["2018-04-16T07:11:51"], "iso", id="iso"),
    pytest.param(["2025-03-01 00:00:00 1899-12-31 21:30:00"], "spreadsheet", id="two-cells"),
    pytest.param(["45717", "45718.5"], "spreadsheet", id="serials"),
    pytest.param(["le 3 mars 2025 à 21h30"], "french", id="in-words"),
    pytest.param(["01/03/2025 21h30"], "%d/%m/%Y %Hh%M", id="h"),
]


@pytest.mark.parametrize(("texts", "way"), WRITTEN)
def test_the_way_is_found(texts: list[str], way: str) -> None:
    found = reading_of(texts)
    assert (found.parse[0], found.share) == (way, 1.0)


def test_serials_and_texts_in_one_column_are_both_read() -> None:
    found = reading_of(["45717", "45718", "03/03/2025", "04/03/2025"] * 5)
    assert set(found.parse) == {"spreadsheet", "%d/%m/%Y"}
    assert found.share == 1.0


def test_an_impossible_day_is_not_bent_to_fit() -> None:
    found = reading_of(["28/02/2025"] * 40 + ["29/02/2025"])
    assert found.parse == ("%d/%m/%Y",)
    assert 0.97 < found.share < 1


def test_of_a_range_the_beginning_is_taken() -> None:
    found = reading_of(["6/28/10 2:45 PM"] * 5 + ["6/29/10 to 7/1/10 3:00 PM to 1:50 PM"] * 5)
    assert found.extract == LEADING
    assert found.share == 1.0


def test_days_and_months_that_could_change_places_are_said_to_be_in_doubt() -> None:
    assert reading_of(["01/02/2025", "03/04/2025"]).is_ambiguous
    assert not reading_of(["01/02/2025", "13/04/2025"]).is_ambiguous


def test_a_person_settles_the_order() -> None:
    assert reading_of(["01/02/2025"], "month").parse == ("%m/%d/%Y",)


@pytest.mark.parametrize("texts", [[], ["", " "], ["tapage", "dépôt"], ["2025", "12"]])
def test_what_is_no_time_is_not_read_as_one(texts: list[str]) -> None:
    assert reading_of([text for text in texts if text != "2025"]).parse == ()
