"""Which scopes hold a fact: asked by the kind of fact, it is what asking each fact says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.alarms.conftest import MakeRule, Said, frame

from quietude.alarms.compiled import Compiled
from quietude.alarms.index import KIND, OF_KIND, Index
from quietude.model.event import event_of

SCOPES = (
    "", "nature:noise", "nature:violence severity>=3", "quarter:port", "quarter:none", "source:desk",
    "nature:noise quarter:halles,port", "near:43.29,5.38,150m", "hours:14-15", "located:no severity<=2",
)  # fmt: skip
some_facts = st.lists(
    st.builds(
        Said,
        key=st.uuids().map(str),
        minute=st.integers(0, 200),
        category=st.sampled_from(["noise.party", "violence.fight"]),
        zone=st.sampled_from(["port", "halles", None]),
        source=st.sampled_from(["patrols", "desk"]),
        severity=st.integers(1, 5),
        east_m=st.sampled_from([0.0, 100.0, 1_000.0, None]),
    ),
    max_size=30,
)


def rules_of_scopes(make: MakeRule) -> tuple[Compiled, ...]:
    return tuple(make({"match": {}}, f"rule_{n}", scope=scope) for n, scope in enumerate(SCOPES))


@given(some_facts)
def test_facts_of_one_kind_are_held_as_each_is(make: MakeRule, facts: list[Said]) -> None:
    index, found = Index(rules_of_scopes(make)), frame(facts)
    held = {number: set(places) for number, places in index.held(found)}
    rows = enumerate(found.iter_rows(named=True))
    each = {number: index.holding(event_of(row)) for number, row in rows}
    assert held == {number: places for number, places in each.items() if places}


def test_every_condition_that_a_kind_answers_is_in_what_says_the_kind() -> None:
    columns = {
        "sources": "source", "categories": "category", "severity_from": "severity", "severity_to": "severity",
        "statuses": "status", "origins": "origin", "realities": "reality", "regimes": "regime",
        "sensitivities": "sensitivity",
    }  # fmt: skip
    assert set(columns) == OF_KIND - {"zones", "flags"}
    assert set(columns.values()) == set(KIND)
