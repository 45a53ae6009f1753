"""What `quietude vocabulary` prints about crosswalks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from quietude.ingest.api import Coverage, Proposal
from quietude.model.vocabulary import Vocabulary
from quietude.model.vocabulary.suggest import Suggestion

RELATIONS = ("exact", "broad", "narrow", "none", "unmapped")
NOT_STATED = "(empty)"
MOVES = 20  # lines of a preview; the total is told beside


def coverage_summary(coverages: Iterable[Coverage]) -> Table:
    """Return one line for each source: values, rows, shares by relation; whole in eighty columns."""
    table = Table(title="Coverage, in % of the rows", box=SIMPLE_HEAD, padding=0, pad_edge=False)
    table.add_column("source", overflow="fold")
    for name in ("values", "rows", "covered", *RELATIONS):
        table.add_column(name, justify="right", no_wrap=True)
    for found in coverages:
        rows = dict(found.relations.select("relation", "rows").iter_rows())
        shares = [f"{100 * rows.get(name, 0) / max(found.rows, 1):.1f}" for name in RELATIONS]
        table.add_row(found.source, f"{found.values.height}", f"{found.rows}", f"{100 * found.share:.2f}", *shares)
    return table


def coverage_table(found: Coverage, *, limit: int) -> Iterator[Table]:
    """Yield the tables of one source: relations, ambiguous values, unmapped values."""
    walk = f"{found.crosswalk.name}@{found.crosswalk.version}"
    title = f"{found.source}: {found.share:.2%} of {found.rows} rows have a code ({walk})"
    relations = Table("relation", "values", "rows", "share", title=title)
    for relation, values, rows in found.relations.iter_rows():
        relations.add_row(relation, f"{values}", f"{rows}", f"{rows / max(found.rows, 1):.2%}")
    yield relations
    if found.ambiguous.height:
        title = f"{found.ambiguous.height} values that patterns of different codes answer for; the first decided"
        ambiguous = Table("rows", "value", "codes, the first decided", title=title)
        for value, rows, codes in found.ambiguous.head(limit).iter_rows():
            ambiguous.add_row(f"{rows}", _shown(value), ", ".join(code or "none" for code in codes))
        yield ambiguous
    if found.unmapped.height:
        unmapped = Table("rows", "value", title=f"{found.unmapped.height} unmapped values")
        for value, rows in found.unmapped.head(limit).iter_rows():
            unmapped.add_row(f"{rows}", _shown(value))
        yield unmapped


def suggestion_rows(
    proposals: Sequence[tuple[str, int, tuple[Suggestion, ...]]], vocabulary: Vocabulary, *, is_csv: bool
) -> Iterator[str]:
    """Yield the lines that propose codes: for people, or as rows of a crosswalk to be reviewed."""
    for value, rows, suggestions in proposals:
        if is_csv:
            others = ", ".join(f"{one.code} {one.score:.2f}" for one in suggestions)
            yield _csv_line([value, suggestions[0].code if suggestions else "", "broad", f"to review: {others}"])
            continue
        yield f"{rows:>9}  {value}"
        for one in suggestions:
            yield f"           {one.score:.2f}  {one.code}  {vocabulary.path_label(one.code)}  (like {one.because!r})"


def moves_table(proposal: Proposal) -> Table:
    """Return what a recoding would change, most facts first."""
    table = Table(title=f"{proposal.source}: {proposal.changed} facts change")
    for name in ("facts", "source category", "from", "to"):
        table.add_column(name, justify="right" if name == "facts" else "left")
    for value, before, after, rows in proposal.moves.head(MOVES).iter_rows():
        table.add_row(f"{rows}", _shown(value), before or "none", after or "none")
    return table


def _shown(value: str | None) -> str:
    return NOT_STATED if value is None else escape(value)


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()
