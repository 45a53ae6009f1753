from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from tests.keeping.town import CONTROLLER, manifest, town

from quietude.keeping.api import Assessment, assess, from_json, load_census, to_json

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
QUESTIONS = {
    *(111, 112, 113, 121, 122, 123),
    *(211, 212, 213, 214, 215, 221, 222, 223, 224, 225, 226, 227),
    *(first + at for first in (320, 330, 340) for at in range(1, 7)),
}
"""Numbers of the questions in the tool's `pia_architecture.json`, read at source on 26 November 2026."""


def drafted(**changes: Any) -> Assessment:
    return assess(town(manifest("logbook", **changes)), load_census(), at=AT)


def imported(file: dict[str, Any]) -> dict[str, Any]:
    """Do what the tool's `importData` does with a file, and return what `exportData` would then write.

    Names, types and order follow LINCnil/pia, src/app/services/pia.service.ts.
    """
    head, answers, measures = file["pia"], file["answers"], file["measures"]
    kept = ("name", "category", "author_name", "evaluator_name", "validator_name", "created_at", "updated_at")
    evaluations = [{**each, "reference_to": each["reference_to"].startswith("3.1")} for each in file["evaluations"]]
    return {
        "pia": {**{name: head[name] for name in kept}, "status": int(head["status"])},
        "answers": [{name: each[name] for name in ("reference_to", "data", "created_at")} for each in answers],
        "measures": [
            {name: each[name] for name in ("title", "content", "placeholder", "created_at")} for each in measures
        ],
        "evaluations": evaluations,
        "comments": [each["description"] for each in file["comments"]],
    }


def test_round_trip() -> None:
    made = drafted()
    assert from_json(to_json(made)) == made


def test_the_file_has_the_shape_that_the_tool_reads() -> None:
    file = json.loads(to_json(drafted()))
    assert list(file) == ["pia", "answers", "measures", "evaluations", "comments"]
    through = imported(file)
    assert through["pia"]["name"] == "Quiétude – Petiteville"
    assert {each["reference_to"] for each in through["answers"]} == QUESTIONS
    assert len(through["answers"]) == len(QUESTIONS)
    assert all(set(each["data"]) == {"text", "gauge", "list"} for each in through["answers"])


def test_every_question_has_an_answer_of_its_kind() -> None:
    by_question = {each.reference_to: each.data for each in drafted().answers}
    for question, data in by_question.items():
        place = question % 10
        if question < 320:
            assert data.text
            assert data.text.startswith("<p>")
        elif place <= 4:
            assert data.list
        else:
            assert data.gauge in {1, 2, 3, 4}
            assert data.text


def test_risks_refer_to_measures_that_are_there() -> None:
    made = drafted()
    titles = {measure.title for measure in made.measures}
    for each in made.answers:
        if each.reference_to in {324, 334, 344}:
            assert set(each.data.list) <= titles


def test_the_answers_come_from_the_register() -> None:
    by_question = {each.reference_to: each.data.text or "" for each in drafted(owner="Bureau <des plaintes>").answers}
    assert CONTROLLER in by_question[112]
    assert "Bureau &lt;des plaintes&gt;" in by_question[112]
    assert "3 ans, puis élimination avec visa" in by_question[215]
    assert not any("{" in text for text in by_question.values())


def test_a_file_of_another_shape_is_refused() -> None:
    file = json.loads(to_json(drafted()))
    file["answers"][0]["data"]["gauge"] = 5
    with pytest.raises(ValidationError):
        from_json(json.dumps(file))
