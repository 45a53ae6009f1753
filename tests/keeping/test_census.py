from __future__ import annotations

from typing import Any

import pytest

from quietude.keeping.api import CensusError, census_from, load_census

LABEL = {"fr": "x", "en": "x"}
ACTIVITY = dict.fromkeys(("title", "purpose", "basis", "regime", "persons", "recipients", "duration", "notice"), LABEL)


def document(**table: Any) -> dict[str, Any]:
    """Return a census of one activity, one kind of data and one table."""
    return {"activities": {"work": ACTIVITY}, "categories": {"words": LABEL}, "tables": {"app.Note": table}}


def small(**changes: Any) -> dict[str, Any]:
    entry = {
        "activity": "work",
        "personal": {"text": "words"},
        "other": ["id", "zone_*"],
        "expires": {"from": "at", "after": "P1Y"},
    }
    return document(**{**entry, **changes})


def test_every_column_has_purpose_basis_regime_duration_and_recipients() -> None:
    census = census_from({"a.yml": small()})
    tag = census.tags({"app.Note": ["id", "text", "zone_quarter", "unknown"]})[1]
    assert (tag.column, tag.is_personal, tag.category, tag.purpose.fr) == ("text", True, "words", "x")
    assert [found.column for found in census.tags({"app.Note": ["id", "text", "unknown"]})] == ["id", "text"]


def test_an_untagged_column_is_a_fault_that_names_it() -> None:
    census = census_from({"a.yml": small()})
    (fault,) = census.faults({"app.Note": ["id", "text", "at", "zone_a"]})
    assert fault.startswith("app.Note.at is not tagged")


def test_an_unknown_table_is_a_fault_that_shows_what_to_write() -> None:
    census = census_from({"a.yml": small(other=["id", "at"])})
    (fault,) = census.faults({"app.Note": ["id", "text", "at"], "app.New": ["id", "name"]})
    assert "app.New is not in the census" in fault
    assert "other: [id, name]" in fault


def test_what_the_census_knows_and_the_tables_do_not_is_a_fault() -> None:
    census = census_from({"a.yml": small(other=["id", "at", "gone"])})
    assert census.faults({"app.Note": ["id", "text", "at"]}) == (
        "app.Note.gone is in the census but not in the table: take it out",
    )
    assert census.faults({}) == ("app.Note is in the census but there is no such table",)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        pytest.param({"activity": "play"}, "no activity 'play'", id="unknown activity"),
        pytest.param({"personal": {"text": "blood"}}, "no category", id="unknown kind of data"),
        pytest.param({"expires": None}, "exactly one of `expires` and `kept`", id="personal without a term"),
        pytest.param({"kept": LABEL}, "exactly one of `expires` and `kept`", id="two terms"),
        pytest.param({"expires": {"from": "at", "after": "3 years"}}, "not a duration", id="no duration"),
        pytest.param({"other": ["text"]}, "personal data and not to be", id="said twice"),
        pytest.param({"colour": "red"}, "Extra inputs", id="unknown key"),
    ],
)
def test_a_census_that_does_not_hold_together_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(CensusError, match=said):
        census_from({"a.yml": small(**wrong)})


def test_a_processing_without_a_notice_is_refused() -> None:
    silent = small()
    silent["activities"] = {"work": {name: text for name, text in ACTIVITY.items() if name != "notice"}}
    with pytest.raises(CensusError, match="without a notice is refused"):
        census_from({"a.yml": silent})


def test_two_files_may_not_say_the_same_table() -> None:
    with pytest.raises(CensusError, match=r"b\.yml: tables 'app\.Note' is said twice"):
        census_from({"a.yml": small(), "b.yml": {"tables": small()["tables"]}})


def test_the_census_of_the_software_is_whole() -> None:
    census = load_census()
    used = {entry.activity for entry in census.tables.values()}
    assert used == set(census.activities), "an activity without a table, or the other way round"
