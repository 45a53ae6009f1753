"""What every test may ask for, and the rule that in CI a skipped test is a failed one."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

settings.register_profile("shared machine", deadline=None)
settings.load_profile("shared machine")
DATABASE = {"db", "transactional_db", "portal_database"}
"""Fixtures through which a test asks the portal's database."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks the portal's database, so that these tests can be run on another server alone."""
    for item in items:
        if item.get_closest_marker("django_db") or DATABASE & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)


FILLED_ONCE = {"tests/portal/test_moving.py"}
"""Files whose tests share an installation that takes half a minute to fill."""


class Apart(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Give each test to whoever is free, but the browser's all to one process: they share a portal.

    That portal takes a minute to fill and start. Groups by mark would do, did xdist 3.8 find them under pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith("tests/browser/"):
            return "tests/browser"
        path = nodeid.split("::", 1)[0]
        return path if path in FILLED_ONCE else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Apart:
    """Return what shares the tests out."""
    return Apart(config, log)


def pytest_collection_finish() -> None:
    """Let no collection of garbage walk through what was collected: thousands of tests, which stay to the end."""
    gc.collect()
    gc.freeze()


REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of real data; skip where this machine has none."""
    folder = Path(os.environ.get("QUIETUDE_DATA_DIR", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data here: {folder} is missing; set QUIETUDE_DATA_DIR")
    return folder


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """Return the address of an empty PostgreSQL database of the test's own; skip where no server answers."""
    from tests import postgresql  # test_conftest copies this file to where there is no such module

    if reason := postgresql.why_silent():
        pytest.skip(reason)
    with postgresql.new_database() as url:
        yield url


@pytest.fixture
def portal_database(request: pytest.FixtureRequest) -> dict[str, str]:
    """Return the environment that gives a command its own portal database: PostgreSQL where the run is on it."""
    if not os.environ.get("QUIETUDE_TEST_DATABASE_URL"):
        return {}
    return {"DATABASE_URL": request.getfixturevalue("postgresql_url")}


class SkipsAreFailures:
    """Counts skipped tests and fails the session for them: a CI that skips proves nothing."""

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that was skipped (an expected failure is not one)."""
        if report.skipped and not hasattr(report, "wasxfail"):
            self.skipped.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a module that was skipped whole."""
        if report.skipped:
            self.skipped.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the session when anything was skipped."""
        if self.skipped and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which tests were skipped."""
        if self.skipped:
            terminalreporter.section("skipped, which in CI is a failure")
            for nodeid in self.skipped:
                terminalreporter.line(nodeid)


def pytest_configure(config: pytest.Config) -> None:
    """Take skips for failures in CI, in the process that reports."""
    if os.environ.get("CI") == "true" and not hasattr(config, "workerinput"):
        config.pluginmanager.register(SkipsAreFailures(), "skips-are-failures")
