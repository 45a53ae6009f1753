from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.leaving import leaving

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environ(tmp_path: Path, portal_database: dict[str, str]) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "QUIETUDE_TOWN": "valcombe",
        "QUIETUDE_TOWNS_DIR": str(ROOT / "tests" / "portal" / "towns"),
        "QUIETUDE_VAR_DIR": str(tmp_path),
        **portal_database,
    }


@pytest.fixture
def taken() -> Iterator[int]:
    """Return a port that someone else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def serve(environ: dict[str, str], port: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-u", "-m", "quietude.cli.main", "serve", "--port", str(port)]
    return subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=environ["QUIETUDE_VAR_DIR"]
    )


@pytest.mark.slow
def test_serve_says_its_address_answers_and_stops_when_asked(environ: dict[str, str]) -> None:
    with serve(environ, 0) as server, leaving(server):
        assert server.stdout is not None
        address = server.stdout.readline().split()[3]
        with urllib.request.urlopen(f"{address}readyz", timeout=30) as answer:
            assert answer.status == 200
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) == 0


def test_a_port_that_is_taken_is_said_with_the_remedy(environ: dict[str, str], taken: int) -> None:
    with serve(environ, taken) as server, leaving(server):
        said = server.communicate(timeout=60)[1]
    assert server.returncode == 1
    assert f"127.0.0.1:{taken}" in said
    assert "--port" in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_a_town_that_cannot_be_opened_is_said(environ: dict[str, str]) -> None:
    with serve({**environ, "QUIETUDE_TOWN": "nowhere"}, 0) as server, leaving(server):
        said = server.communicate(timeout=60)[1]
    assert server.returncode == 1
    assert "nowhere" in said
    assert "Traceback" not in said
