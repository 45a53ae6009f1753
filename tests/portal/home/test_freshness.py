from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quietude.ingest.api import ImportReport, Outcome
from quietude.portal.home.freshness import State, freshness_of, state_of
from quietude.portal.town import current_town
from quietude.sources.api import Duration, parse_duration

NOW = datetime(2026, 6, 17, tzinfo=UTC)
DAILY = parse_duration("P1D")
MONTHLY = parse_duration("P1M")


def report(days_ago: float, outcome: Outcome = Outcome.DONE) -> ImportReport:
    at = NOW - timedelta(days=days_ago)
    return ImportReport(source="logbook", town="valcombe", started_at=at, finished_at=at, outcome=outcome)


@pytest.mark.parametrize(
    ("last", "every", "state"),
    [
        pytest.param(None, DAILY, State.NEVER, id="never"),
        pytest.param(report(1), DAILY, State.FRESH, id="in-time"),
        pytest.param(report(2), DAILY, State.FRESH, id="one-missed"),
        pytest.param(report(2.1), DAILY, State.LATE, id="two-missed"),
        pytest.param(report(60), MONTHLY, State.FRESH, id="a-month-has-31-days-at-most"),
        pytest.param(report(63), MONTHLY, State.LATE, id="two-months-missed"),
        pytest.param(report(900), None, State.STILL, id="without-a-schedule"),
        pytest.param(report(0, Outcome.FAILED), DAILY, State.FAILED, id="failed"),
        pytest.param(report(0, Outcome.INTERRUPTED), None, State.FAILED, id="interrupted"),
        pytest.param(report(0, Outcome.RUNNING), DAILY, State.RUNNING, id="running"),
    ],
)
def test_state(last: ImportReport | None, every: Duration | None, state: State) -> None:
    assert state_of(last, every, NOW) is state


def test_sources_that_need_someone_come_first() -> None:
    sources = {name: current_town().sources["logbook"] for name in ("calm", "broken")}
    found = freshness_of(sources, {"calm": report(1), "broken": report(1, Outcome.FAILED)}, NOW, "fr")
    assert [one.name for one in found] == ["broken", "calm"]
    assert found[0].title == "Main courante"
