"""The gate of algorithmic video: what no authorisation allows is refused, to the second; RULES rows 1 to 3."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.video.api import (
    FIELDS,
    Alert,
    Authorisation,
    AuthorisationError,
    Places,
    Refusal,
    event_types,
    refusal_of,
)

SINCE, UNTIL = datetime(2026, 12, 1, 18, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ALLOWED = Authorisation(
    legal_text="Arrêté du 20 novembre 2026",
    places=Places(frozenset({"quarter:port"})),
    cameras=frozenset({"cam-1"}),
    events=frozenset({"fire"}),
    since=SINCE,
    until=UNTIL,
)
ALERT = Alert("fire", "cam-1", SINCE, frozenset({"quarter:port", "town:valcombe"}))


def test_what_an_authorisation_names_goes_through() -> None:
    assert refusal_of(ALERT, [ALLOWED]) is None
    assert refusal_of(replace(ALERT, at=UNTIL - SECOND), [ALLOWED]) is None
    assert refusal_of(replace(ALERT, zones=frozenset()), [replace(ALLOWED, places=Places())]) is None


@pytest.mark.parametrize(
    ("alert", "reason"),
    [
        pytest.param(replace(ALERT, at=SINCE - SECOND), Refusal.WRONG_TIME, id="one-second-before"),
        pytest.param(replace(ALERT, at=UNTIL), Refusal.WRONG_TIME, id="at-the-end"),
        pytest.param(replace(ALERT, at=UNTIL + SECOND), Refusal.WRONG_TIME, id="one-second-after"),
        pytest.param(replace(ALERT, camera="cam-2"), Refusal.WRONG_CAMERA, id="wrong-camera"),
        pytest.param(replace(ALERT, event="weapon"), Refusal.WRONG_EVENT, id="wrong-type"),
        pytest.param(replace(ALERT, event="loitering"), Refusal.WRONG_EVENT, id="a-ninth-type"),
        pytest.param(replace(ALERT, zones=frozenset({"quarter:halles"})), Refusal.WRONG_PLACE, id="wrong-place"),
    ],
)
def test_what_it_does_not_name_is_refused_with_the_reason(alert: Alert, reason: Refusal) -> None:
    assert refusal_of(alert, [ALLOWED]) is reason


def test_without_an_authorisation_or_with_a_withdrawn_one_everything_is_refused() -> None:
    assert refusal_of(ALERT, []) is Refusal.NO_AUTHORISATION
    assert refusal_of(ALERT, [replace(ALLOWED, is_withdrawn=True)]) is Refusal.WITHDRAWN
    assert refusal_of(ALERT, [replace(ALLOWED, is_withdrawn=True), ALLOWED]) is None


def test_the_list_is_closed_a_ninth_event_is_rejected() -> None:
    assert len(event_types()) == 8
    with pytest.raises(AuthorisationError, match="'loitering' is none of the events that the law admits"):
        replace(ALLOWED, events=frozenset({"fire", "loitering"}))


@pytest.mark.parametrize(
    "changed",
    [
        {"events": frozenset()},
        {"cameras": frozenset()},
        {"legal_text": " "},
        {"until": SINCE},
        {"since": SINCE.replace(tzinfo=None)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_an_act_that_cannot_be_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(AuthorisationError):
        replace(ALLOWED, **changed)  # type: ignore[arg-type]  # that is the point


def test_an_alert_has_no_field_for_a_person_a_plate_or_an_incident() -> None:
    assert FIELDS == ("event", "camera", "at", "zones", "point")


def test_nothing_that_makes_situations_entries_or_links_is_known_to_the_gate(repository: Path) -> None:
    for path in (repository / "src" / "quietude" / "video").glob("*.py"):
        imports = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        names = {node.module or "" for node in imports if isinstance(node, ast.ImportFrom)}
        assert all(not name.startswith("quietude.") or name.startswith("quietude.video") for name in names), path


@given(
    event=st.sampled_from(sorted(event_types())),
    camera=st.sampled_from(["cam-1", "cam-2"]),
    seconds=st.integers(-100_000, 100_000),
)
def test_only_the_named_event_camera_and_time_ever_go_through(event: str, camera: str, seconds: int) -> None:
    alert = replace(ALERT, event=event, camera=camera, at=SINCE + seconds * SECOND)
    is_named = (event, camera) == ("fire", "cam-1") and SINCE <= alert.at < UNTIL
    assert (refusal_of(alert, [ALLOWED]) is None) == is_named
