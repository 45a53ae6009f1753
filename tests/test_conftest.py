"""In CI a skipped test fails the run; elsewhere it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(("in_ci", "exit_code"), [("true", 1), ("", 0)], ids=["ci", "elsewhere"])
def test_a_skip_fails_the_run_in_ci_only(tmp_path: Path, in_ci: str, exit_code: int) -> None:
    (tmp_path / "conftest.py").write_text(
        (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    fine, away = "def test_fine():\n    assert True\n", "def test_away():\n    pytest.skip('no such part here')\n"
    (tmp_path / "test_one.py").write_text(f"import pytest\n\n{fine}\n{away}", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "no:cacheprovider", str(tmp_path)]
    environment = {**os.environ, "CI": in_ci}
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == exit_code, result.stdout
    assert "1 skipped" in result.stdout
