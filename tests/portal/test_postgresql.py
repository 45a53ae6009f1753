"""What only a real PostgreSQL can show: requests at the same moment, several machines, the move from SQLite."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = [sys.executable, "-c"]

TOGETHER = """
import os, sys, threading
from pathlib import Path
from quietude.config import read_settings
from quietude.portal.api import start
start(read_settings(os.environ, working_dir=Path.cwd()))
from django.core.exceptions import ValidationError
from django.db import connection
from quietude.portal.accounts import actions
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.explore import saving

def together(*acts):
    ready, errors = threading.Barrier(len(acts)), []
    def run(act):
        connection.ensure_connection()
        ready.wait()
        try:
            act()
        except ValidationError:
            pass
        except Exception as error:
            errors.append(repr(error))
        finally:
            connection.close()
    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return errors
"""
TWO_ADMINISTRATORS = """
first, second = (User.objects.create_user(name, "x", role=Role.ADMINISTRATOR) for name in ("anne", "bruno"))
for _ in range(20):
    User.objects.update(is_active=True)
    one, other = ([User.objects.get(pk=user.pk) for user in (first, second)] for _ in range(2))  # a request each
    errors = together(lambda: actions.close_user(one[0], one[1]), lambda: actions.close_user(other[1], other[0]))
    print(errors, User.objects.filter(is_active=True).count())
"""
ONE_NAME = """
user = User.objects.create_user("anne", "x", role=Role.ANALYST)
for number in range(10):
    errors = together(*[lambda: saving.save(user, f"Vue {number}", "q=bar") for _ in range(4)])
    print(errors, len(saving.views_of(user)) - number)
"""


def environ(folder: Path, url: str | None = None) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "QUIETUDE_TOWN": "valcombe",
        "QUIETUDE_TOWNS_DIR": str(ROOT / "tests" / "portal" / "towns"),
        "QUIETUDE_VAR_DIR": str(folder),
        **({"DATABASE_URL": url} if url is not None else {}),
    }


def said(command: list[str], environment: dict[str, str], given: str = "") -> str:
    done = subprocess.run(
        command, env=environment, input=given, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def quietude(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "quietude.cli.main", *arguments]


@pytest.mark.postgres
@pytest.mark.slow
def test_portals_that_start_together_on_an_empty_database_take_turns(tmp_path: Path, postgresql_url: str) -> None:
    started = []
    for number in range(4):  # a var folder each, as on four machines
        (tmp_path / str(number)).mkdir()
        environment = environ(tmp_path / str(number), postgresql_url)
        command = quietude("user", "add", f"agent-{number}", "--role", "agent")
        started.append(subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True))
    assert [process.communicate(timeout=120)[1] for process in started] == [""] * 4
    with psycopg.connect(postgresql_url) as connection:
        assert connection.execute("SELECT count(*) FROM accounts_user").fetchone() == (4,)
        # of this database alone: another test, in its own, may hold its lock at this moment
        held = "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database WHERE locktype = 'advisory'"
        assert connection.execute(f"{held} AND datname = current_database()").fetchone() == (0,)


@pytest.mark.postgres
def test_two_administrators_who_close_each_other_s_account_leave_one(tmp_path: Path, postgresql_url: str) -> None:
    lines = said([*PYTHON, TOGETHER + TWO_ADMINISTRATORS], environ(tmp_path, postgresql_url)).splitlines()
    assert lines == ["[] 1"] * 20


@pytest.mark.postgres
def test_a_view_saved_by_four_requests_at_once_is_one_view_and_no_error(tmp_path: Path, postgresql_url: str) -> None:
    lines = said([*PYTHON, TOGETHER + ONE_NAME], environ(tmp_path, postgresql_url)).splitlines()
    assert lines == ["[] 1"] * 10


@pytest.mark.postgres
@pytest.mark.slow
def test_a_database_that_does_not_answer_is_said_with_the_setting(tmp_path: Path) -> None:
    nowhere = environ(tmp_path, "postgresql://anne@127.0.0.1:1/quietude")
    done = subprocess.run(quietude("user", "list"), env=nowhere, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
