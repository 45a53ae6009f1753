"""Reads a crosswalk from its CSV file and checks it against the vocabulary."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from quietude.model.crosswalk import Crosswalk, CrosswalkRow, Relation, fold_values
from quietude.model.event import SEVERITIES
from quietude.model.vocabulary import Vocabulary
from quietude.sources.yaml_file import Fault, ManifestError, suggest

REQUIRED = ("source_category", "code", "relation", "note")
OPTIONAL = ("severity",)
VERSION = re.compile(r"#\s*version:\s*([1-9]\d*)\s*$")


class CrosswalkError(ManifestError):
    """A crosswalk cannot be used; each fault names its line, the value, what was expected and a remedy."""


def read_crosswalk(path: Path, vocabulary: Vocabulary) -> Crosswalk:
    """Return the crosswalk that a CSV file holds; its name is the file's.

    The first line is `# version: N`; more lines of remarks may follow; then the header
    `source_category,code,relation,note` with, if need be, `severity`.

    Raises:
        CrosswalkError: the file cannot be used; all its faults are named.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise CrosswalkError(path, [Fault(1, 1, "the file does not exist")]) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CrosswalkError(path, [Fault(line, 1, "not UTF-8; save the file as UTF-8")]) from error
    faults: list[Fault] = []
    lines = text.splitlines()
    version = VERSION.match(lines[0]) if lines else None
    if version is None:
        faults.append(Fault(1, 1, "the first line must be '# version: 1' (2 after the next change, and so on)"))
    rows = list(_rows(lines, vocabulary, faults))
    faults.extend(_duplicates(rows))
    if faults or version is None:
        raise CrosswalkError(path, faults)
    return Crosswalk(name=path.stem, version=int(version[1]), rows=tuple(rows), severities=vocabulary.severities)


def _rows(lines: list[str], vocabulary: Vocabulary, faults: list[Fault]) -> Iterator[CrosswalkRow]:
    """Yield the rows that can be read; note what is wrong with the others."""
    remarks = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    reader = csv.reader(lines[remarks:], strict=True)
    header = next(reader, [])
    if faulty := _header_fault(header):
        faults.append(Fault(remarks + 1, 1, faulty))
        return
    try:
        for cells in reader:
            line = remarks + reader.line_num
            if not any(cells):
                continue
            if len(cells) != len(header):
                expected = f"expected {len(header)} ({', '.join(header)})"
                faults.append(Fault(line, 1, f"{len(cells)} values, {expected}; quote values that hold commas"))
                continue
            row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            if problem := _row_fault(row, vocabulary):
                faults.append(Fault(line, 1, problem))
                continue
            yield _row(row, line)
    except csv.Error as error:
        faults.append(Fault(remarks + reader.line_num, 1, f"not CSV: {error}"))


def _header_fault(header: list[str]) -> str | None:
    known = (*REQUIRED, *OPTIONAL)
    for name in header:
        if name not in known:
            return f"unknown column {name!r}{suggest(name, known)}; known: {', '.join(known)}"
    missing = [name for name in REQUIRED if name not in header]
    return f"missing columns: {', '.join(missing)}" if missing else None


def _row_fault(row: dict[str, str], vocabulary: Vocabulary) -> str | None:
    """Return what is wrong with a row, or None."""
    relations = [relation.value for relation in Relation]
    if row["relation"] not in relations:
        return f"relation {row['relation']!r}: expected one of {', '.join(relations)}"
    if row["relation"] == Relation.NONE:
        remedy = "leave the code empty, or say how the code relates"
        return f"relation none with code {row['code']!r}: {remedy}" if row["code"] else None
    if not row["code"]:
        return f"{row['source_category']!r} has no code; give one, or the relation none"
    if not vocabulary.has(row["code"]):
        nearest = ", ".join(vocabulary.nearest(row["code"], 3)) or "none is like it"
        return f"no term {row['code']!r} in the vocabulary; nearest: {nearest}"
    severity = row.get("severity", "")
    if severity and severity not in {str(value) for value in SEVERITIES}:
        return f"severity {severity!r}: expected 1 to 5, or nothing for the term's own"
    return None


def _row(row: dict[str, str], line: int) -> CrosswalkRow:
    severity = row.get("severity", "")
    return CrosswalkRow(
        source_category=row["source_category"],
        code=row["code"] or None,
        relation=Relation(row["relation"]),
        severity=int(severity) if severity else None,
        note=row["note"],
        line=line,
    )


def _duplicates(rows: Iterable[CrosswalkRow]) -> Iterator[Fault]:
    """Yield rows that answer for a value which an earlier row answers for already."""
    listed = list(rows)
    folded = fold_values(pl.Series([row.source_category for row in listed], dtype=pl.String)).to_list()
    first: dict[str, int] = {}
    for row, key in zip(listed, folded, strict=True):
        if key in first:
            yield Fault(row.line, 1, f"{row.source_category!r} is already on line {first[key]}; keep one")
        first.setdefault(key, row.line)
