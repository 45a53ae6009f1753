"""`quietude guard`: what one column of free text should not hold."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
import polars as pl
from rich.console import Console
from rich.table import Table

from quietude.guard.api import Finding, findings, rule_book

SEPARATORS = (",", ";", "\t", "|")


@click.command(name="guard")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--column", required=True, help="Name of the column of free text.")
@click.option("--separator", type=click.Choice(SEPARATORS), help="Between columns (default: as the header has it).")
@click.option("--regime", type=click.Choice(["RGPD", "TITRE_III"]), help="Regime the records are under.")
@click.option("--rows/--no-rows", default=True, show_default=True, help="Whether to list the rows, or the kinds only.")
@click.option("--words", is_flag=True, help="Show the words themselves: personal data on the screen.")
def command(*, file: Path, column: str, separator: str | None, regime: str | None, rows: bool, words: bool) -> None:
    """Say which rows of FILE (CSV, UTF-8) to look at, a column being read as an entry would be. Changes nothing."""
    texts = _texts(file, column, separator)
    found = [
        (row, text, each) for row, text in enumerate(texts, start=1) for each in findings(text, regime=regime or "")
    ]
    if rows:
        for row, text, each in found:
            shown = f": {text[each.begin : each.end]}" if words else ""
            click.echo(f"row {row}, characters {each.begin + 1} to {each.end}, {each.kind.code}{shown}")
    _sum_up(len(texts), [(row, each) for row, _, each in found])


def _texts(file: Path, column: str, separator: str | None) -> list[str]:
    try:
        with file.open(encoding="utf-8-sig") as lines:
            header = lines.readline()
        sign = separator or max(SEPARATORS, key=header.count)
        frame = pl.read_csv(file, separator=sign, infer_schema_length=0)
    except UnicodeDecodeError as error:
        raise click.ClickException(
            f"{file} is not UTF-8 at byte {error.start}; save it as UTF-8 and try again"
        ) from error
    except pl.exceptions.PolarsError as error:
        said = str(error).splitlines()[0]
        raise click.ClickException(
            f"{file} can't be read as CSV: {said}. Nothing was changed; check --separator"
        ) from error
    if column not in frame.columns:
        raise click.ClickException(f"{file} has no column {column!r}; it has {', '.join(frame.columns)}")
    return frame[column].fill_null("").to_list()


def _sum_up(texts: int, found: list[tuple[int, Finding]]) -> None:
    counts = Counter(each.kind.code for _, each in found)
    touched = len({row for row, _ in found})
    click.echo(f"{texts} texts, {touched} to look at, {len(found)} passages.")
    if not counts:
        return
    table = Table("kind", "level", "passages", "what to do")
    for code, count in counts.most_common():
        kind = rule_book().kinds[code]
        table.add_row(code, kind.level, str(count), kind.remedy["en"])
    Console().print(table)
