"""Looks for known weaknesses: bandit and our rules of semgrep over the code, Django's check, known holes in packages.

python tools/security.py

What needs the network (known holes of Python and npm packages) is skipped with its reason where there is none.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ACCEPTED = ROOT / "tools" / "accepted_findings.toml"


@dataclass(frozen=True)
class Outcome:
    """What one look found."""

    name: str
    faults: tuple[str, ...] = ()
    skipped: str = ""
    """Why nothing was looked at; empty when it was."""


def run(*command: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program in the checkout."""
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def found_by_bandit(*folders: str) -> list[tuple[str, str, str]]:
    """Return (test, path, sentence) of every finding of bandit."""
    done = run(sys.executable, "-m", "bandit", "-q", "-r", *folders, "-f", "json")
    return [
        (found["test_id"], found["filename"].removeprefix("./"), f"line {found['line_number']}: {found['issue_text']}")
        for found in json.loads(done.stdout)["results"]
    ]


def judged(found: list[tuple[str, str, str]], accepted: list[dict[str, Any]]) -> tuple[str, ...]:
    """Return the findings that nobody accepted, and the acceptances that nothing needs."""
    known = {(entry["test"], path) for entry in accepted for path in entry["paths"]}
    met = {(test, path) for test, path, _ in found}
    new = [f"{path} {test} {said}" for test, path, said in found if (test, path) not in known]
    stale = [f"{path} {test}: nothing is found there any more, drop it" for test, path in sorted(known - met)]
    silent = [f"{entry['test']}: an acceptance without a reason" for entry in accepted if len(entry["reason"]) < 20]
    return (*new, *stale, *silent)


def accepted_of(*, bandit: bool) -> list[dict[str, Any]]:
    """Return what a reviewer accepted of bandit's findings (B101), or of those of our own rules."""
    accepted = tomllib.loads(ACCEPTED.read_text(encoding="utf-8"))["accepted"]
    return [entry for entry in accepted if (re.fullmatch(r"B\d+", entry["test"]) is not None) == bandit]


def code() -> Outcome:
    """Look at the code."""
    return Outcome("bandit", judged(found_by_bandit("src", "tools"), accepted_of(bandit=True)))


def own_rules() -> Outcome:
    """Try our own rules on made-up code, then look at the code with them."""
    from tools import static_rules  # noqa: PLC0415  # the path is set by then

    if static_rules.program() is None:
        return Outcome("semgrep", skipped="semgrep is not installed: make security makes it in var/tools")
    try:
        faults = static_rules.faults_of_the_rules()
        found = [(rule, path, f"line {line}") for rule, path, line in static_rules.found_in(*static_rules.CODE)]
    except RuntimeError as error:
        return Outcome("semgrep", (str(error),))
    return Outcome("semgrep", (*faults, *judged(found, accepted_of(bandit=False))))


def deployment() -> Outcome:
    """Let Django judge the settings of an installation behind HTTPS."""
    with tempfile.TemporaryDirectory() as var_dir:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("QUIETUDE_", "DATABASE_"))}
        env = {
            **kept,
            "DJANGO_SETTINGS_MODULE": "quietude.portal.settings",
            "PYTHONPATH": str(ROOT / "src"),
            "QUIETUDE_HOSTS": "portal.example",
            "QUIETUDE_HTTPS": "1",
            "QUIETUDE_VAR_DIR": var_dir,
        }
        done = run(sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING", env=env)
    return Outcome("django check --deploy", () if done.returncode == 0 else (done.stderr.strip()[-2000:],))


def python_packages() -> Outcome:
    """Ask for known holes of the locked Python packages."""
    program = shutil.which("pip-audit")
    if program is None:
        return Outcome("pip-audit", skipped="pip-audit is not installed: pipx install pip-audit")
    done = run(program, "--no-deps", "--disable-pip", "-r", "requirements.lock", "-f", "json")
    if not done.stdout.strip():
        return Outcome("pip-audit", skipped=f"its database was not reached: {done.stderr.strip()[-200:]}")
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}, fixed in {hole['fix_versions'] or 'none yet'}"
        for package in json.loads(done.stdout)["dependencies"]
        for hole in package.get("vulns", [])
    ]
    return Outcome("pip-audit", tuple(holes))


def npm_packages() -> Outcome:
    """Ask for known holes of the locked npm packages that browsers get."""
    from tools.build_web import NODE, NPM  # noqa: PLC0415  # only where Node's wheel is installed

    done = run(str(NODE), str(NPM), "--prefix", "web", "audit", "--omit=dev", "--package-lock-only", "--json")
    try:
        holes = json.loads(done.stdout)["vulnerabilities"]
    except (json.JSONDecodeError, KeyError):
        return Outcome("npm audit", skipped="the registry gave no advisories")
    return Outcome("npm audit", tuple(f"{name}: {hole['severity']}" for name, hole in holes.items()))


def main() -> int:
    """Look, and say what was found."""
    sys.path.insert(0, str(ROOT))
    outcomes = [code(), own_rules(), deployment(), python_packages(), npm_packages()]
    for outcome in outcomes:
        said = f"skipped: {outcome.skipped}" if outcome.skipped else f"{len(outcome.faults)} to look at"
        print(f"{outcome.name}: {said}")
        for fault in outcome.faults:
            print(f"  {fault}")
    return 1 if any(outcome.faults for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
