"""The walk through a sheet: the way, what is next, what was left out, what is late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quietude.situations.sheet import Sheet
from quietude.situations.walk import Acted, Fate, walk

BEGAN = datetime(2026, 6, 5, 22, tzinfo=UTC)


def label(text: str) -> dict[str, str]:
    return {"fr": text, "en": text}


SHEET = Sheet.model_validate(
    {
        "steps": [
            {"key": "size", "text": label("How many?"), "mandatory": True, "within": "PT2M", "answers": [
                {"key": "many", "text": label("Many"), "next": "police"},
                {"key": "few", "text": label("Few"), "next": "crew"},
            ]},
            {"key": "police", "text": label("Call the police"), "mandatory": True},
            {"key": "crew", "text": label("Send a crew"), "within": "PT5M"},
            {"key": "report", "text": label("Have it reported"), "mandatory": True},
        ]
    }
)  # fmt: skip


def after(minutes: float) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


def way(acted: dict[str, Acted]) -> list[tuple[str, Fate]]:
    return [(stage.step.key, stage.fate) for stage in walk(SHEET, acted, BEGAN).stages]


def test_the_way_is_known_up_to_the_question() -> None:
    found = walk(SHEET, {}, BEGAN)
    assert [stage.step.key for stage in found.stages] == ["size"]
    assert not found.is_foreseen
    assert found.current is not None
    assert found.current.due_at == after(2)


def test_the_answer_says_what_follows() -> None:
    assert way({"size": Acted(after(1), answer="few")}) == [
        ("size", Fate.DONE), ("crew", Fate.OPEN), ("report", Fate.OPEN),
    ]  # fmt: skip
    assert [key for key, _ in way({"size": Acted(after(1), answer="many")})] == ["size", "police", "crew", "report"]


def test_another_answer_is_another_way_and_what_was_done_on_it_counts() -> None:
    acted = {"size": Acted(after(1), answer="many"), "police": Acted(after(2)), "crew": Acted(after(3))}
    acted["size"] = Acted(after(4), answer="few")
    found = walk(SHEET, acted, BEGAN)
    assert [(stage.step.key, stage.fate) for stage in found.stages] == [
        ("size", Fate.DONE), ("crew", Fate.DONE), ("report", Fate.OPEN),
    ]  # fmt: skip
    crew = found.stages[1]
    assert crew.took == timedelta(0)  # done before its turn came
    assert not crew.is_late(after(60))


def test_a_mandatory_step_that_is_left_out_is_told_apart_from_one_still_to_do() -> None:
    found = walk(SHEET, {"size": Acted(after(1), answer="many"), "police": Acted(after(2), is_skipped=True)}, BEGAN)
    assert [stage.step.key for stage in found.left_out] == ["police"]
    assert [stage.step.key for stage in found.missing] == ["report"]
    assert found.current is not None
    assert found.current.step.key == "crew"


def test_a_question_that_is_left_out_goes_the_first_and_careful_way() -> None:
    assert [key for key, _ in way({"size": Acted(after(1), is_skipped=True)})] == ["size", "police", "crew", "report"]


@pytest.mark.parametrize(
    ("minutes", "late"), [pytest.param(5, False, id="on-the-edge"), pytest.param(5.1, True, id="after")]
)
def test_a_step_is_late_after_its_limit_from_the_step_before(minutes: float, late: bool) -> None:
    found = walk(SHEET, {"size": Acted(after(3), answer="few")}, BEGAN)
    assert found.stages[1].is_late(after(3 + minutes)) is late


def test_what_took_is_from_the_step_before() -> None:
    acted = {"size": Acted(after(1), answer="few"), "crew": Acted(after(5)), "report": Acted(after(25))}
    found = walk(SHEET, acted, BEGAN)
    assert [stage.took for stage in found.stages] == [timedelta(minutes=n) for n in (1, 4, 20)]
    assert found.current is None
    assert found.done == 3


def test_an_empty_sheet_has_no_step() -> None:
    found = walk(Sheet(), {}, BEGAN)
    assert (found.stages, found.is_foreseen, found.current) == ((), True, None)
