"""Run every measurement (or those named) and write the table of docs/benchmarks.md: `python -m bench [name …]`."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bench.figure import Figure, machine, read_figures

FOLDER = Path(__file__).parent
TABLE = FOLDER.parent / "docs" / "benchmarks.md"
START, END = "<!-- figures of {name} -->", "<!-- end of {name} -->"


def names() -> list[str]:
    """Return the measurements there are: the modules that say how to be run."""
    marker = '__name__ == "__main__"'
    return sorted(
        path.stem
        for path in FOLDER.glob("*.py")
        if path.stem != "__main__" and marker in path.read_text(encoding="utf-8")
    )


def run(name: str) -> tuple[list[Figure], int]:
    """Run one measurement in its own process, showing what it prints."""
    process = subprocess.Popen([sys.executable, "-m", f"bench.{name}"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = []
    for line in process.stdout:
        print(line, end="", flush=True)
        printed.append(line)
    return read_figures("".join(printed)), process.wait()


def verdict(figure: Figure) -> str:
    """Return whether a figure holds, as the table says it."""
    if figure.limit is None:
        return "(compared)"
    return "yes" if figure.holds else "**no**"


def section(name: str, figures: list[Figure]) -> str:
    """Return the Markdown of one measurement."""
    rows = [
        f"| {figure.name} | {figure.value:.3g} {figure.unit} | {figure.bound} "
        f"| {verdict(figure)} | {figure.peer or '(absolute)'} | {figure.note} |"
        for figure in figures
    ]
    head = f"`python -m bench {name}`, {datetime.now(UTC):%Y-%m-%d}, {machine()}"
    columns = ["| Figure | Measured | Limit | Holds | Against | Note |", "|---|--:|--:|---|---|---|"]
    lines = [START.format(name=name), head, "", *columns]
    return "\n".join([*lines, *rows, END.format(name=name)])


def file_section(name: str, figures: list[Figure]) -> None:
    """Put the figures of one measurement in the table, in the place of its former ones."""
    text = TABLE.read_text(encoding="utf-8")
    start, end = START.format(name=name), END.format(name=name)
    if start not in text:
        text = f"{text.rstrip()}\n\n## {name}\n\n{start}\n{end}\n"
    before, rest = text.split(start, 1)
    after = rest.split(end, 1)[1]
    TABLE.write_text(before + section(name, figures) + after, encoding="utf-8")


def main() -> int:
    """Run what the command line names, or all; return 1 when one failed or missed its limit."""
    wanted = sys.argv[1:] or names()
    unknown = set(wanted) - set(names())
    if unknown:
        print(f"no measurement {sorted(unknown)}; there are {names()}")
        return 2
    status = 0
    for name in wanted:
        print(f"== {name}", flush=True)
        figures, code = run(name)
        if figures:
            file_section(name, figures)
        if code != 0 or not figures or not all(figure.holds for figure in figures):
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
