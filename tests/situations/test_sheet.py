"""Reflex sheets: what is refused with its reason, and that every walk ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from quietude.situations.sheet import END, Sheet


def step(key: str, *, following: str = "", answers: dict[str, str] | None = None) -> dict[str, object]:
    said = [
        {"key": f"a{n}", "text": {"fr": name, "en": name}, "next": to}
        for n, (name, to) in enumerate((answers or {}).items())
    ]
    return {"key": key, "text": {"fr": key, "en": key}, "next": following, "answers": said}


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        pytest.param([step("one"), step("one")], "the step 'one' is there twice", id="twice"),
        pytest.param([step("one", following="two"), step("two", following="one")], "one → two → one", id="loop of two"),
        pytest.param([step("one", following="one")], "one → one", id="its own follower"),
        pytest.param(
            [step("ask", answers={"yes": "act", "no": "end"}), step("act", following="ask")],
            "ask → act → ask",
            id="loop through an answer",
        ),
        pytest.param([step("one", following="tow"), step("two")], "did you mean 'two'", id="unknown follower"),
        pytest.param([step("one", following="end"), step("two")], "no answer leads to 'two'", id="never reached"),
        pytest.param([step("ask", answers={"yes": ""})], "two answers at least", id="one answer"),
        pytest.param([step("a", following="x", answers={"b": "", "c": ""}), step("x")], "answers say", id="two ways"),
        pytest.param([step("end")], "expected a short name", id="a step called end"),
        pytest.param([step("Call 17")], "expected a short name", id="no name"),
    ],
)  # fmt: skip
def test_a_sheet_that_cannot_be_walked_is_refused_with_the_reason(steps: list[dict[str, object]], said: str) -> None:
    with pytest.raises(ValidationError, match=said.replace("(", r"\(")):
        Sheet.model_validate({"steps": steps})


def test_what_follows_is_the_step_below_unless_it_is_named() -> None:
    sheet = Sheet.model_validate({"steps": [step("one", following="three"), step("three"), step("last")]})
    assert sheet.following("one", "three") == "three"
    assert sheet.following("three", "") == "last"
    assert sheet.following("last", "") is None
    assert sheet.following("three", END) is None
    assert not sheet.is_dynamic


@st.composite
def drawn(draw: st.DrawFn) -> list[dict[str, object]]:
    keys = [f"s{n}" for n in range(draw(st.integers(1, 8)))]
    to = st.sampled_from(["", END, *keys])
    steps = []
    for key in keys:
        answers = {f"w{n}": draw(to) for n in range(draw(st.sampled_from([0, 2, 3])))}
        steps.append(step(key, following="" if answers else draw(to), answers=answers))
    return steps


@given(drawn())
def test_each_walk_of_a_sheet_that_is_taken_ends(steps: list[dict[str, object]]) -> None:
    try:
        sheet = Sheet.model_validate({"steps": steps})
    except ValidationError:
        return
    todo = [(sheet.steps[0].key, 0)]
    while todo:
        key, length = todo.pop()
        assert length < len(sheet.steps)
        found = sheet.step(key)
        assert found is not None
        for name in [answer.next for answer in found.answers] or [found.next]:
            following = sheet.following(key, name)
            if following is not None:
                todo.append((following, length + 1))
