"""The states of an alarm against the diagram of ISA-18.2, and in any order of acts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.alarms.standing import LONGEST_SHELF, ActError, Standing, State

NOW = datetime(2026, 6, 5, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)
RAISED = Standing(is_active=True)
LATCHING = Standing(is_active=True, latches=True)


@pytest.mark.parametrize(
    ("standing", "state", "rings"),
    [
        pytest.param(RAISED, State.UNACKNOWLEDGED, True, id="normal to unacknowledged"),
        pytest.param(RAISED.acknowledge(NOW), State.ACKNOWLEDGED, False, id="unacknowledged to acknowledged"),
        pytest.param(RAISED.cleared(), State.RETURNED, True, id="unacknowledged to returned"),
        pytest.param(RAISED.cleared().acknowledge(NOW), State.NORMAL, False, id="returned to normal"),
        pytest.param(RAISED.acknowledge(NOW).cleared(), State.NORMAL, False, id="acknowledged to normal"),
        pytest.param(RAISED.acknowledge(NOW).raised(), State.UNACKNOWLEDGED, True, id="it rings again"),
        pytest.param(LATCHING.cleared(), State.LATCHED, True, id="latched, nobody took it"),
        pytest.param(LATCHING.acknowledge(NOW).cleared(), State.LATCHED, False, id="latched, taken"),
        pytest.param(LATCHING.acknowledge(NOW).cleared().reset(NOW), State.NORMAL, False, id="latched to normal"),
        pytest.param(RAISED.shelve(NOW + HOUR, NOW), State.SHELVED, False, id="shelved"),
        pytest.param(RAISED.shelve(NOW + HOUR, NOW).unshelve(NOW), State.UNACKNOWLEDGED, True, id="from the shelf"),
        pytest.param(RAISED.suppress("carnival"), State.SUPPRESSED, False, id="suppressed"),
        pytest.param(RAISED.suppress("works").cleared().unsuppress(), State.RETURNED, True, id="over meanwhile"),
        pytest.param(RAISED.serve(is_in_service=False), State.OUT_OF_SERVICE, False, id="out of service"),
    ],
)
def test_each_way_of_the_diagram(standing: Standing, state: State, *, rings: bool) -> None:
    assert (standing.state(NOW), standing.rings(NOW)) == (state, rings)


def test_a_shelf_ends_by_itself() -> None:
    shelved = RAISED.shelve(NOW + HOUR, NOW)
    assert shelved.state(NOW + HOUR - timedelta(seconds=1)) is State.SHELVED
    assert shelved.state(NOW + HOUR) is State.UNACKNOWLEDGED


Act = Callable[[Standing], Standing]
REFUSED: list[tuple[str, Act, str]] = [
    ("twice", lambda _: RAISED.acknowledge(NOW).acknowledge(NOW), "already"),
    ("aside", lambda _: RAISED.suppress("x").acknowledge(NOW), "set aside"),
    ("reset of what goes on", lambda _: LATCHING.reset(NOW), "latched and over"),
    ("reset before it is taken", lambda _: LATCHING.cleared().reset(NOW), "acknowledge it first"),
    ("a shelf in the past", lambda _: RAISED.shelve(NOW, NOW), "expected a moment"),
    ("a shelf for ever", lambda _: RAISED.shelve(NOW + LONGEST_SHELF + HOUR, NOW), "expected a moment"),
    ("a shelf twice", lambda _: RAISED.shelve(NOW + HOUR, NOW).shelve(NOW + HOUR, NOW), "set aside"),
    ("not shelved", lambda _: RAISED.unshelve(NOW), "not shelved"),
]


@pytest.mark.parametrize(("act", "said"), [pytest.param(act, said, id=name) for name, act, said in REFUSED])
def test_an_act_that_the_state_does_not_allow_says_why(act: Act, said: str) -> None:
    with pytest.raises(ActError, match=said):
        act(RAISED)


ACTS: dict[str, Act] = {
    "raised": Standing.raised,
    "cleared": Standing.cleared,
    "acknowledge": lambda standing: standing.acknowledge(NOW),
    "reset": lambda standing: standing.reset(NOW),
    "shelve": lambda standing: standing.shelve(NOW + HOUR, NOW),
    "unshelve": lambda standing: standing.unshelve(NOW),
    "suppress": lambda standing: standing.suppress("carnival"),
    "unsuppress": Standing.unsuppress,
    "out": lambda standing: standing.serve(is_in_service=False),
    "in": lambda standing: standing.serve(is_in_service=True),
}


@given(st.booleans(), st.lists(st.sampled_from(sorted(ACTS)), max_size=12))
def test_what_goes_on_and_was_not_taken_rings_once_nothing_sets_it_aside(latches: bool, names: list[str]) -> None:
    standing = Standing(is_active=True, latches=latches)
    for name in names:
        with suppress(ActError):
            standing = ACTS[name](standing)
    free = standing.unsuppress().serve(is_in_service=True)
    later = NOW + LONGEST_SHELF
    assert not standing.rings(NOW) or standing.state(NOW) not in {State.SHELVED, State.SUPPRESSED, State.OUT_OF_SERVICE}
    assert free.rings(later) == (not free.is_acknowledged and not (free.latches and free.is_reset))
