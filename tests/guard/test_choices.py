"""The writer's choices as the form brings them: kinds and reasons, never words."""

from __future__ import annotations

import json

import pytest

from quietude.guard.api import Answer, Choice, ChoiceError, read_choices, summed


def test_choices_are_read_and_summed_for_the_journal() -> None:
    field = json.dumps(
        [
            {"kind": "origin", "choice": "changed"},
            {"kind": "health", "choice": "kept", "reason": "rescue"},
            {"kind": "health", "choice": "kept", "reason": "rescue"},
            {"kind": "person", "choice": "left"},
        ]
    )
    choices = read_choices(field)
    assert choices[1] == Choice("health", Answer.KEPT, "rescue")
    assert summed(choices) == {"changed origin": 1, "kept health rescue": 2, "left person": 1}


@pytest.mark.parametrize("field", ["", "  "])
def test_a_form_without_javascript_brings_none(field: str) -> None:
    assert read_choices(field) == ()


@pytest.mark.parametrize(
    "field",
    [
        pytest.param("{", id="no-json"),
        pytest.param("{}", id="no-list"),
        pytest.param("[" * 100_000, id="deep"),
        pytest.param(json.dumps([{"kind": "origin", "choice": "left"}] * 201), id="endless"),
        pytest.param('[{"kind": "origin"}]', id="no-answer"),
        pytest.param('[{"kind": "zodiac", "choice": "left"}]', id="unknown-kind"),
        pytest.param('[{"kind": ["origin"], "choice": "left"}]', id="kind-that-is-a-list"),
        pytest.param('[{"kind": "origin", "choice": "kept"}]', id="kept-for-no-reason"),
        pytest.param('[{"kind": "origin", "choice": "kept", "reason": "I wanted to"}]', id="a-reason-of-ones-own"),
        pytest.param('[{"kind": "origin", "choice": "left", "words": "maghrébin"}]', id="words"),
    ],
)
def test_what_the_guard_did_not_write_is_refused(field: str) -> None:
    with pytest.raises(ChoiceError, match="safe"):
        read_choices(field)
