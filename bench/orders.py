"""How well orders on traffic are read by their titles: precision and recall per field, on 200 labelled by hand.

The labels are in tests/documents/labelled, with how they were drawn; the titles are where the data lies. A field of
several values counts each value; of one value, its presence. Numbers are held against the source's own column.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.figure import Figure
from bench.source_values import data_folder
from quietude.documents.api import Order, read_order

LABELS = Path(__file__).parent.parent / "tests" / "documents" / "labelled" / "traffic_orders.csv"
TITLES = "incidents/paris_arretes_voirie_2025_2026/arretes_voirie_paris.csv.gz"
LEAST = 95.0  # %: below it, whoever confirms proposals corrects more than one in twenty
FIELDS = ("number", "natures", "districts", "ways", "names_others", "temporary", "day")


@dataclass(slots=True)
class Tally:
    """Values of one field: right, wrongly given, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Return which share of what was given is right; 1 where nothing was."""
        given = self.right + self.wrong
        return self.right / given if given else 1.0

    @property
    def recall(self) -> float:
        """Return which share of what is there was given; 1 where nothing is."""
        there = self.right + self.missed
        return self.right / there if there else 1.0


def labelled() -> Iterator[Mapping[str, frozenset[str]]]:
    """Yield the labels, each field as a set."""
    with LABELS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: frozenset(row[name].split("|")) - {"", "no"} for name in FIELDS}


def said_of(read: Order | None) -> Mapping[str, frozenset[str]]:
    """Return what was read, in the labels' form; nothing of a title that was not taken for an order on traffic."""
    if read is None:
        return dict.fromkeys(FIELDS, frozenset())
    return {
        "number": frozenset({read.number} if read.number else ()), "natures": read.natures,
        "districts": frozenset(read.districts), "ways": frozenset(read.ways),
        "names_others": frozenset({"yes"} if read.names_others else ()),
        "temporary": frozenset({"yes"} if read.is_temporary else ()),
        "day": frozenset({read.first_day.isoformat()} if read.first_day else ()),
    }  # fmt: skip


def titles(folder: Path) -> dict[str, str]:
    """Return the titles of the orders by their number."""
    with gzip.open(folder / TITLES, "rb") as packed:
        rows = csv.DictReader(io.TextIOWrapper(packed, encoding="utf-8-sig", newline=""))
        return {row["numero_arrete"]: row["titre"] for row in rows}


def measure(folder: Path) -> tuple[dict[str, Tally], int, int]:
    """Return a tally a field, in how many titles all fields are right, and how many there are."""
    tallies = {name: Tally() for name in FIELDS}
    whole = count = 0
    by_number = titles(folder)
    for label in labelled():
        (number,) = label["number"]
        said = said_of(read_order(by_number[number]))
        count += 1
        whole += said == label
        for name, tally in tallies.items():
            tally.right += len(said[name] & label[name])
            tally.wrong += len(said[name] - label[name])
            tally.missed += len(label[name] - said[name])
    return tallies, whole, count


def main() -> None:
    """Print precision and recall of each field."""
    tallies, whole, count = measure(data_folder())
    for name, tally in tallies.items():
        of = f"{tally.right} right, {tally.wrong} wrong, {tally.missed} missed"
        # days and further ways are said by too few of these titles to hold a rate against a limit
        least = LEAST if tally.right + tally.missed >= 100 else None
        for what, value in (("precision", tally.precision), ("recall", tally.recall)):
            said = f"{what} of {name} in {count} titles of orders"
            Figure(name=said, value=100 * value, unit="%", limit=least, at_most=False, note=of).show()
    said = f"titles of {count} of which every field is right"
    Figure(name=said, value=100 * whole / count, unit="%", limit=None, at_most=False, note=f"{whole} of {count}").show()


if __name__ == "__main__":
    main()
