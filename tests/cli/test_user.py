from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONG_ENOUGH = "la mer est calme ce soir"


@pytest.fixture
def environ(tmp_path: Path, portal_database: dict[str, str]) -> dict[str, str]:
    """Return the environment of an installation of its own: Django starts once per process, so each command is one."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "QUIETUDE_TOWN": "valcombe",
        "QUIETUDE_TOWNS_DIR": str(ROOT / "tests" / "portal" / "towns"),
        "QUIETUDE_VAR_DIR": str(tmp_path),
        **portal_database,
    }


def quietude(environ: dict[str, str], *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "quietude.cli.main", *arguments]
    return subprocess.run(
        command,
        env=environ,
        input=said,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=environ["QUIETUDE_VAR_DIR"],
    )


@pytest.mark.slow
def test_an_account_is_made_listed_and_given_a_new_password(environ: dict[str, str]) -> None:
    made = quietude(environ, "user", "add", "camille", "--role", "agent", "--full-name", "Camille Roux")
    assert "the password is" in made.stdout, made.stderr
    given = quietude(environ, "user", "reset", "camille", "--password-stdin", said=f"{LONG_ENOUGH}\n")
    assert given.stdout == "camille: done.\n"
    assert LONG_ENOUGH not in given.stdout
    listed = quietude(environ, "user", "list")
    assert "camille" in listed.stdout
    assert "open" in listed.stdout


@pytest.mark.slow
def test_what_is_refused_is_a_sentence_not_a_trace(environ: dict[str, str]) -> None:
    short = quietude(environ, "user", "add", "camille", "--role", "agent", "--password-stdin", said="short\n")
    unknown = quietude(environ, "user", "reset", "nobody")
    assert (short.returncode, unknown.returncode) == (1, 1)
    assert "15" in short.stderr
    assert "no account 'nobody'" in unknown.stderr
    assert "Traceback" not in short.stderr + unknown.stderr


@pytest.mark.slow
def test_a_second_factor_that_is_not_there_changes_no_password(environ: dict[str, str]) -> None:
    quietude(environ, "user", "add", "camille", "--role", "agent")
    refused = quietude(environ, "user", "reset", "camille", "--second-factor")
    assert refused.returncode == 1
    assert "second facteur" in refused.stderr
    assert refused.stdout == ""
