"""The wheel that is released can be made again, byte for byte, by whoever doubts it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("src", "towns", "rulebook", "tools", "web", "pyproject.toml", "README.md", "LICENSE")
EPOCH = 1_790_000_000  # a moment of September 2026


def copied(folder: Path, *, mode: int, mtime: int) -> Path:
    """Return a copy of what the wheel is made of, with other permissions and times."""
    left_out = shutil.ignore_patterns("__pycache__", "*.pyc", "dist", ".words")  # the front end is built again
    for part in PARTS:
        source, goal = ROOT / part, folder / part
        goal.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, goal, ignore=left_out if part != "web" else None, symlinks=True)
        else:
            shutil.copy(source, goal)
    for path in folder.rglob("*"):
        if path.is_file() and "node_modules" not in path.parts:
            path.chmod(mode)
            os.utime(path, (mtime, mtime))
    return folder


def wheel_of(folder: Path, epoch: int) -> Path:
    """Build the wheel of a copy."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "made")]
    done = subprocess.run(
        command, cwd=folder, env={**kept, "SOURCE_DATE_EPOCH": str(epoch)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (wheel,) = (folder / "made").glob("*.whl")
    return wheel


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.slow
def test_the_same_sources_give_the_same_wheel(tmp_path: Path) -> None:
    one = wheel_of(copied(tmp_path / "here", mode=0o644, mtime=1_700_000_000), EPOCH)
    other = wheel_of(copied(tmp_path / "elsewhere" / "deeper", mode=0o600, mtime=1_600_000_000), EPOCH)
    assert digest(one) == digest(other)
    names = zipfile.ZipFile(one).namelist()
    assert "quietude/portal/static/dist/manifest.json" in names
    assert "quietude/towns/marseille/town.yml" in names
    assert [name for name in names if name.startswith(("tests/", "bench/", "tools/")) or ".git/" in name] == []
    changed = tmp_path / "here" / "src" / "quietude" / "config.py"
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert digest(wheel_of(tmp_path / "here", EPOCH)) != digest(other)
