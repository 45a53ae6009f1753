"""One rule: what must be said of it, and what follows from that."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from quietude.rulebook.rule import InForce, Rule, Status

TEST = "tests/ingest/test_masks.py::test_the_words_around_stay"
LATER = {"issue": 3, "what": {"fr": "le reste", "en": "the rest"}}
PLACE = {"module": "quietude.ingest.masks"}


def rule(**said: Any) -> Rule:
    """Return a rule that can be used, with some of it said otherwise."""
    usual: dict[str, Any] = {
        "id": "R7",
        "title": {"fr": "Plaques", "en": "Plates"},
        "text": {"fr": "Elles sont masquées.", "en": "They are masked."},
        "sources": [{"name": "Code de la sécurité intérieure"}],
        "mark": "secondary",
        "read_on": "2026-11",
        "in_force": {"from": None, "to": None},
        "enforced": [PLACE],
        "tests": [TEST],
    }
    return Rule.model_validate(usual | said)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        pytest.param({}, Status.PROVEN, id="tests-and-nothing-left"),
        pytest.param({"later": [LATER]}, Status.PARTLY, id="tests-and-something-left"),
        pytest.param({"tests": [], "later": [LATER]}, Status.ENFORCED, id="a-place-without-test"),
        pytest.param({"tests": [], "enforced": [], "later": [LATER]}, Status.TO_COME, id="nothing-yet"),
    ],
)
def test_the_status_follows_from_what_is_named(said: dict[str, Any], status: Status) -> None:
    assert rule(**said).status is status


@pytest.mark.parametrize(
    ("said", "why"),
    [
        pytest.param({"tests": []}, "name a test, or the issue that will bring it", id="neither-test-nor-issue"),
        pytest.param({"enforced": []}, "say where the rule is enforced", id="a-test-without-a-place"),
        pytest.param({"tests": [TEST, TEST]}, "is named twice; name it once", id="a-test-twice"),
        pytest.param({"tests": ["test_the_words_stay"]}, "called by its file and name", id="a-test-without-its-file"),
        pytest.param({"enforced": [{}]}, "exactly one of module, page, file", id="a-place-without-name"),
        pytest.param({"enforced": [PLACE | {"page": "home"}]}, "exactly one of", id="a-place-with-two-names"),
        pytest.param({"enforced": [{"module": "masks"}]}, "dotted name", id="a-module-outside-the-package"),
        pytest.param({"mark": "choice"}, "a choice of our own has no sources", id="a-choice-with-a-source"),
        pytest.param({"sources": [], "mark": "source"}, "name the text that was read", id="read-at-no-source"),
        pytest.param({"title": {"fr": "Plaques"}}, "title.en", id="one-language-only"),
        pytest.param({"read_on": "2026-13"}, "read_on", id="a-month-that-is-none"),
        pytest.param({"in_force": {"from": "2026-02-01", "to": "2026-01-31"}}, "is after to", id="dates-exchanged"),
        pytest.param({"in_force": {"from": None}}, "in_force.to", id="a-date-left-out"),
        pytest.param({"sources": [{"name": "Code", "address": "http://example.org"}]}, "address", id="no-https"),
        pytest.param({"id": "Q7"}, "id", id="an-id-of-no-kind"),
        pytest.param({"proof": "yes"}, "proof", id="an-unknown-key"),
    ],
)
def test_a_rule_that_says_too_little_is_refused(said: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        rule(**said)
    faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in refusal.value.errors()]
    assert any(why in fault for fault in faults), faults


@given(since=st.none() | st.dates(), length=st.none() | st.integers(0, 5_000), day=st.dates())
def test_a_rule_holds_from_its_first_day_to_its_last(since: date | None, length: int | None, day: date) -> None:
    first = since or date.min
    until = None if length is None else min(first, date.max - timedelta(days=5_000)) + timedelta(days=length)
    if until is not None and since is not None and until < since:
        until = None
    holds = rule(in_force=InForce(since=since, until=until)).holds_on(day)
    assert holds == (first <= day <= (until or date.max))
