"""The form and the text of a rule: each from the other without loss, faults at the field they are about."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.alarms.api import Condition
from quietude.portal.alarm_editions.standing import compiled
from quietude.portal.alarm_rules.faults import placed
from quietude.portal.alarm_rules.kinds import JOINED, KINDS, kinds, values_of
from quietude.portal.alarm_rules.tree import ROOT, condition_of, fields_of, node_of, with_one_more, without
from quietude.portal.alarm_rules.writing import values_in, values_typed, written
from quietude.sources.api import ManifestError

LENGTH = st.sampled_from(["PT10M", "PT2H", "P1D"])
SCOPE = st.sampled_from(["nature:noise", 'severity>=4 "a: b"', "source:logbook"])
LEAF = st.one_of(
    st.builds(lambda scope, holds: {"match": {"scope": scope, "holds": holds}}, SCOPE, LENGTH),
    st.builds(lambda least, within: {"count": {"at_least": least, "within": within}}, st.integers(2, 99), LENGTH),
    st.builds(
        lambda first, then, within: {"sequence": {"first": first, "then": then, "within": within}}, SCOPE, SCOPE, LENGTH
    ),
    st.builds(lambda lasts: {"silence": {"lasts": lasts}}, LENGTH),
)
CONDITION = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(
            lambda parts, lasting: {"any": parts, "lasting": lasting}, st.lists(inner, min_size=1, max_size=3), LENGTH
        ),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)
TEXT = """# why this rule is there
title: {fr: "Bruit", en: "Noise"}   # shown
scope: "nature:noise"
by: town
when: {count: {at_least: 2, within: PT12H}}  # twice
severity: 3
tell: [watch]
"""


@given(CONDITION)
def test_a_condition_goes_through_the_form_without_loss(stated: dict[str, Any]) -> None:
    assert condition_of(fields_of(node_of(stated))) == stated


@given(CONDITION, st.sampled_from(["22-6", ""]), st.booleans(), st.lists(st.sampled_from(["mon", "sat"]), unique=True))
def test_a_rule_goes_from_form_to_text_and_back(
    stated: dict[str, Any], hours: str, latches: bool, days: list[str]
) -> None:
    typed = {
        "title_fr": "Été : « bruit »", "title_en": "Noise", "instruction_fr": "Voir", "instruction_en": "See",
        "scope": "#1", "by": "source", "hours": hours, "lateness": "PT2H", "severity": "4",
        "latching": "on" if latches else "",
    }  # fmt: skip
    values = values_typed({**typed, **fields_of(node_of(stated))}, days)
    text = written(values, "")
    assert values_in(text) == values
    assert written(values, text) == text


def test_what_did_not_change_keeps_its_comments_and_keys_the_form_does_not_know() -> None:
    values = {**values_in(TEXT), "severity": 5, "scope": "nature:violence"}
    text = written(values, TEXT)
    assert text == TEXT.replace("severity: 3", "severity: 5").replace("nature:noise", "nature:violence")
    del values["scope"]
    assert "scope" not in written(values, TEXT)


def test_conditions_are_put_in_and_taken_out() -> None:
    stated = {"any": [{"silence": {"lasts": "PT1H"}}, {"not": {"match": {}}}]}
    assert with_one_more(stated, ROOT)["any"][2] == {"match": {}}
    assert without(stated, "w.0") == {"any": [{"not": {"match": {}}}]}
    assert without(stated, "w") == {"match": {}}


def test_every_kind_of_the_rules_model_has_a_form() -> None:
    leaves = {info.alias or name for name, info in Condition.model_fields.items()} - set(JOINED) - {"lasting"}
    assert leaves == set(kinds()) - set(JOINED)
    assert all(values_of(kind) for kind in KINDS)


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        pytest.param("PT12H", "12h", "w.f.within", id="length"),
        pytest.param("at_least: 2", "at_least: 1", "w.f.at_least", id="number"),
        pytest.param("severity: 3", "severity: 9", "severity", id="severity"),
        pytest.param('"nature:noise"', '"nature:nothing"', "scope", id="scope"),
        pytest.param("by: town", "by: zone:none", "by", id="by"),
        pytest.param('en: "Noise"', 'en: ""', "title_en", id="title"),
        pytest.param("tell: [watch]", "calendar: {hours: 25-3}", "hours", id="hours"),
    ],
)
def test_a_fault_stands_at_its_field_with_line_and_column(before: str, after: str, field: str) -> None:
    text = TEXT.replace("tell: [watch]\n", "" if "tell" not in before else "tell: [watch]\n").replace(before, after)
    with pytest.raises(ManifestError) as raised:
        compiled("noise", text)
    found = placed(text, raised.value)
    assert list(found.at) == [field]
    assert found.at[field][0].line > 1
