"""Attacks a running portal of made-up facts with sqlmap and wapiti, signed in; fails when they find something.

python tools/attack.py [--seconds 45] [--database sqlite|postgresql]

First both attack `tools/weak_portal.py`: what finds nothing there proves nothing. The portal is made for the
occasion and is gone afterwards; nothing but this machine is asked. A tool that is not installed is told, with how to
install it.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
OWN_WAPITI = ROOT / "var" / "tools" / "wapiti3" / "bin" / "wapiti"
INSTALL = {"sqlmap": "apt-get install sqlmap", "wapiti": "make security makes it in var/tools"}
MODULES = "sql,xss,permanentxss,exec,file,redirect,crlf,csp,http_headers,cookieflags"
"""Of wapiti's, those that ask no server but ours (its ssrf, xxe and log4shell need one of its makers')."""
OF_HTTPS = re.compile(r"Strict-Transport-Security|Secure flag", re.IGNORECASE)
"""What cannot hold on a portal that speaks plain HTTP; tests/security/test_cookies.py holds it behind HTTPS."""
PLANTED = {
    "sqlmap": re.compile(r" name [BEU]+$"),
    "wapiti": re.compile(r"^(?:Blind )?(?:SQL Injection|.*Cross Site Scripting)\b.*\bparameter name\b", re.IGNORECASE),
}
"""What a tool says that found the SQL or the script planted in `name`; a missing header is neither."""
ENDS_THE_SESSION = ("sign-out", "sessions/", "password/", "close/")


@dataclass
class Report:
    """What one tool found."""

    tool: str
    faults: list[str] = field(default_factory=list)
    note: str = ""


def program(tool: str) -> str | None:
    """Return a tool's program, None where it is not installed."""
    return str(OWN_WAPITI) if tool == "wapiti" and OWN_WAPITI.is_file() else shutil.which(tool)


def run(command: list[str], folder: Path, seconds: int) -> str:
    """Run a tool for so long at most; return what it said, and "(cut)" at the end where its time was up."""
    try:
        env = {**os.environ, "PYTHONUNBUFFERED": "1"}  # what a tool had reached when its time was up counts
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        said = error.stdout or b""
        return (said.decode(errors="replace") if isinstance(said, bytes) else said) + "(cut)"
    return done.stdout + done.stderr


def sqlmap(addresses: list[str], cookie: str, folder: Path, seconds: int) -> Report:
    """Let sqlmap try each parameter and each marked part of the addresses."""
    listed, results = folder / "addresses.txt", folder / "found.csv"
    listed.write_text("\n".join(addresses) + "\n", encoding="utf-8")
    said = run(
        [
            *(str(program("sqlmap")), "-m", str(listed), "--batch", "--smart", "--technique=BEU", "--flush-session"),
            *("--threads=2", "--timeout=10", "--retries=1", "--disable-coloring", "--ignore-code=400,401,403,404,405"),
            *("--output-dir", str(folder / "sqlmap"), "--results-file", str(results)),
            *([f"--cookie={cookie}"] if cookie else []),
        ],
        folder,
        seconds,
    )
    with results.open(encoding="utf-8") if results.is_file() else (folder / "addresses.txt").open() as file:
        rows = list(csv.DictReader(file)) if results.is_file() else []
    found = [f"{row['Target URL']} {row['Parameter']} {row['Technique(s)']}" for row in rows if row.get("Technique(s)")]
    reached = len(re.findall(r"^\[\d+/\d+\] URL:|testing URL '", said, flags=re.MULTILINE))
    if not reached:
        found.append(f"sqlmap asked nothing: {said[-300:]}")
    return Report(
        "sqlmap", found, f"{reached} tries over {len(addresses)} addresses{', time was up' * said.endswith('(cut)')}"
    )


def wapiti(base: str, addresses: list[str], cookie: str, folder: Path, seconds: int) -> Report:
    """Let wapiti attack the addresses and what they lead to."""
    written = folder / "wapiti.json"
    starts = [part for address in addresses for part in ("-s", address.replace("*", ""))]
    excluded = [part for word in ENDS_THE_SESSION for part in ("-x", f"{base}*{word}*")]
    said = run(
        [
            *(str(program("wapiti")), "-u", base, *starts, *excluded, "-m", MODULES, "-d", "2", "--flush-session"),
            *("--max-scan-time", str(seconds), "--max-attack-time", str(max(5, seconds // 8)), "--scope", "domain"),
            *("-f", "json", "-o", str(written), "--no-bugreport", "--store-session", str(folder / "wapiti")),
            *(["-C", cookie, "--drop-set-cookie"] if cookie else []),
        ],
        folder,
        seconds * 3,
    )
    if not written.is_file():
        return Report("wapiti", [f"wapiti wrote no report: {said[-300:]}"])
    told = json.loads(written.read_text(encoding="utf-8"))
    found = [
        f"{kind}: {one['method']} {one['path']} {one['info']}"
        for group in ("vulnerabilities", "anomalies")
        for kind, ones in told[group].items()
        for one in ones
        if not OF_HTTPS.search(f"{kind} {one['info']}")
    ]
    return Report("wapiti", found, f"{told['infos'].get('crawled_pages_nbr', '?')} pages")


@contextmanager
def serving(command: list[str], env: dict[str, str], folder: Path) -> Iterator[str]:
    """Start a server that says its address, and give that address; it is stopped afterwards."""
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(command, env=env, cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True) as server,
    ):
        said = server.stdout.readline() if server.stdout is not None else ""
        try:
            found = re.search(r"http://\S+", said)
            if found is None:
                raise RuntimeError((folder / "server.log").read_text(encoding="utf-8")[-2000:])
            yield found[0]
        finally:
            server.terminate()
            server.wait(timeout=20)


def weak(tools: list[str], seconds: int) -> list[str]:
    """Return the tools that find nothing in a portal that is weak on purpose."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with serving([sys.executable, str(ROOT / "tools" / "weak_portal.py")], dict(os.environ), folder) as base:
            addresses = [f"{base}?name=1"]
            found = {
                "sqlmap": lambda: sqlmap(addresses, "", folder, seconds),
                "wapiti": lambda: wapiti(base, addresses, "", folder, seconds),
            }
            reports = {tool: found[tool]() for tool in tools}
    for tool, report in reports.items():
        print(f"{tool}, on a portal that is weak on purpose: {len(report.faults)} found, {report.note}", flush=True)
    return [
        f"{tool} does not find the planted weaknesses: {report.faults}"
        for tool, report in reports.items()
        if not any(map(PLANTED[tool].search, report.faults))
    ]


def attacked(tools: list[str], database: str, url: str | None, seconds: int) -> list[str]:
    """Attack a portal on one database, as each role that some address needs; return what was found."""
    from tools.attacked_portal import addresses_by_role, environment, prepare  # noqa: PLC0415  # the path is set by then

    faults: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = environment(folder, url)
        cookies, event = prepare(folder, env)
        command = [sys.executable, "-u", "-m", "quietude.cli.main", "serve", "--port", "0"]
        with serving(command, env, folder) as base:
            for role, paths in addresses_by_role(event).items():
                own = folder / role
                own.mkdir()
                addresses = [f"{base.rstrip('/')}{path}?{urlencode(query)}" for path, query in paths]
                cookie = f"session={cookies[role]}"
                for tool in tools:
                    report = (
                        sqlmap(addresses, cookie, own, seconds)
                        if tool == "sqlmap"
                        else wapiti(base, addresses, cookie, own, seconds)
                    )
                    print(f"{tool}, {database}, {role}: {len(report.faults)} found, {report.note}", flush=True)
                    faults += [f"{tool}, {database}, {role}: {fault}" for fault in report.faults]
        traces = (folder / "server.log").read_text(encoding="utf-8").count("Traceback")
        faults += [f"{database}: {traces} faults in the server's log"] if traces else []
    return faults


def main() -> int:
    """Attack, and say what was found."""
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=45, help="for each tool and role")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    asked = parser.parse_args()
    tools = [tool for tool in INSTALL if program(tool)]
    for tool in sorted(INSTALL.keys() - set(tools)):
        print(f"{tool}: skipped: it is not installed: {INSTALL[tool]}")
    faults = weak(tools, 40)
    for database in asked.database or ("sqlite", "postgresql"):
        if database == "sqlite":
            faults += attacked(tools, database, None, asked.seconds)
            continue
        from tests import postgresql  # noqa: PLC0415  # the path is set by now

        if reason := postgresql.why_silent():
            print(f"postgresql: skipped: {reason}")
            continue
        with postgresql.new_database() as url:
            faults += attacked(tools, database, url, asked.seconds)
    print("\n".join(faults) or "nothing found" * bool(tools))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
