"""Our own rules of semgrep over the code, and over made-up code where each must fire. No network is asked.

python tools/static_rules.py

semgrep lives in an environment of its own (`var/tools/semgrep`, made by `make security`): it pins packages of ours.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "tools" / "semgrep"
CONFIG = RULES / "ours.yml"
SAMPLES = RULES / "samples"
OWN = ROOT / "var" / "tools" / "semgrep" / "bin" / "semgrep"
CODE = ("src", "tools", "web/src")
ANNOTATED = re.compile(r"^\s*(?:#|//) (ruleid|ok): ([\w-]+)$")
Finding = tuple[str, str, int]
"""Rule, path, line."""


def program() -> str | None:
    """Return semgrep's program, None where it is not installed."""
    return str(OWN) if OWN.is_file() else shutil.which("semgrep")


def found_in(*paths: str, folder: Path = ROOT) -> list[Finding]:
    """Return what the rules find.

    Raises:
        RuntimeError: semgrep is not installed, or could not read a rule or a file.
    """
    semgrep = program()
    if semgrep is None:
        raise RuntimeError("semgrep is not installed: make security makes it")
    quiet = ["--metrics=off", "--disable-version-check", "--no-git-ignore", "--json", "--quiet"]
    command = [semgrep, "scan", "--config", str(CONFIG), *quiet, "--jobs", "2", *paths]
    path = f"{Path(semgrep).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # its own parts lie beside it
    env = {**os.environ, "SEMGREP_SEND_METRICS": "off", "PATH": path}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"semgrep failed: {(done.stderr or done.stdout).strip()[-1000:]}")
    said = json.loads(done.stdout)
    if faults := [error["message"] for error in said["errors"] if error["level"] == "error"]:
        raise RuntimeError(f"semgrep failed: {faults[0][:1000]}")
    return [(found["check_id"].rpartition(".")[2], found["path"], found["start"]["line"]) for found in said["results"]]


def marked_lines() -> Iterator[tuple[str, Finding]]:
    """Yield ("ruleid" or "ok", rule and line that it is said of) of the made-up code."""
    for sample in sorted(SAMPLES.glob("*.txt")):
        for number, line in enumerate(sample.read_text(encoding="utf-8").splitlines(), start=1):
            if said := ANNOTATED.match(line):
                yield said[1], (said[2], sample.stem, number + 1)


def rules() -> set[str]:
    """Return the names of our rules."""
    return set(re.findall(r"^  - id: ([\w-]+)$", CONFIG.read_text(encoding="utf-8"), flags=re.MULTILINE))


def faults_of_the_rules() -> list[str]:
    """Return the rules that do not fire where they must, or fire where they must not, on made-up code."""
    with tempfile.TemporaryDirectory() as name:
        for sample in SAMPLES.glob("*.txt"):
            shutil.copy(sample, Path(name) / sample.stem)
        fired = set(found_in(".", folder=Path(name)))
    told = list(marked_lines())
    silent = [f"{place}: does not fire" for kind, place in told if kind == "ruleid" and place not in fired]
    loud = [f"{place}: fires on harmless code" for kind, place in told if kind == "ok" and place in fired]
    untried = rules() - {place[0] for kind, place in told if kind == "ruleid"}
    return [*silent, *loud, *(f"{rule}: no made-up code for it" for rule in sorted(untried))]


def main() -> int:
    """Try the rules, then the code."""
    faults = faults_of_the_rules() + [f"{path}:{line} {rule}" for rule, path, line in found_in(*CODE)]
    print("\n".join(faults) or f"semgrep: {len(rules())} rules, each tried, nothing found")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
