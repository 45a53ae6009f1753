from __future__ import annotations

import pytest
from tests.ingest.little_town import HEADER, LittleTown, row

from quietude.ingest.api import Outcome
from quietude.model.viewer import Viewer


@pytest.fixture
def page(little: LittleTown) -> LittleTown:
    """Return a town whose source is a page, seen on two days: A2 left it, A3 came, A1 changed."""
    little.change(snapshot=True, read={"format": "csv", "path": "page-*.csv"})
    little.write(HEADER + row("A1") + row("A2"), "page-2026-01-01.csv")
    little.write(HEADER + row("A1", text="musique forte") + row("A3"), "page-2026-02-01.csv")
    return little


def test_what_left_the_page_is_closed_and_the_last_page_is_the_present(page: LittleTown) -> None:
    report = page.run()
    assert (report.read, report.filed, report.updated, report.withdrawn) == (4, 3, 1, 1)
    assert {fact["source_key"]: fact["status"] for fact in page.facts()} == {
        "A1": "unknown",
        "A2": "closed",
        "A3": "unknown",
    }
    assert page.facts()[1]["flags"] == ["withdrawn:snapshot"]


def test_the_history_of_a_fact_is_readable(page: LittleTown) -> None:
    page.run()
    versions = page.store.event(Viewer.system("test"), page.facts()[0]["id"])
    assert [version.text for version in versions] == ["musique forte", "musique"]


def test_reading_all_pages_again_changes_nothing(page: LittleTown) -> None:
    page.run()
    again = page.run()
    assert (again.filed, again.updated, again.unchanged, again.withdrawn) == (0, 0, 2, 0)
    assert [(file.name, file.is_skipped) for file in again.files] == [
        ("page-2026-01-01.csv", True),
        ("page-2026-02-01.csv", False),
    ]


def test_a_new_page_goes_on_from_the_last(page: LittleTown) -> None:
    page.run()
    page.write(HEADER + row("A2") + row("A3"), "page-2026-03-01.csv")
    report = page.run()
    assert report.withdrawn == 1
    assert {fact["source_key"]: fact["status"] for fact in page.facts()} == {
        "A1": "closed",
        "A2": "unknown",
        "A3": "unknown",
    }


def test_a_page_cut_short_closes_nothing(page: LittleTown) -> None:
    page.change(expect={"rows": [2, 9]})
    page.run()
    page.write(HEADER + row("A3"), "page-2026-03-01.csv")
    report = page.run()
    assert (report.outcome, report.error_code, report.withdrawn) == (Outcome.FAILED, "expect_rows", 0)
    assert {fact["source_key"]: fact["status"] for fact in page.facts()}["A1"] == "unknown"
