"""How well the guard on free text marks what it should, on phrases it was tuned on and on phrases it never was.

The phrases are data in tests/guard/corpus: `{kind|words}` stands around what is to be marked; the others are clean.
"""

from __future__ import annotations

import csv
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.figure import Figure
from quietude.guard.api import Finding, findings

CORPUS = Path(__file__).parent.parent / "tests" / "guard" / "corpus"
PARTS = ("held_out", "tuning")
MARKED = re.compile(r"\{([a-z_]+)\|([^}]*)\}")
FAMILIES = {"nationality": "origin", "rescue": "health"}
"""Kinds whose border is a matter of degree, counted as one where the question is whether anything was marked."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of the corpus."""

    topic: str
    text: str
    expected: tuple[tuple[int, int, str], ...]
    """Where it begins and ends, and of what kind it is."""

    @property
    def is_clean(self) -> bool:
        return not self.expected


@dataclass(slots=True)
class Score:
    """What the guard did with one part of the corpus."""

    phrases: int = 0
    clean: int = 0
    clean_flagged: int = 0
    wanted: Counter[str] = field(default_factory=Counter)
    marked: Counter[str] = field(default_factory=Counter)
    """Expected stretches that a finding overlaps, of whatever kind."""
    right: Counter[str] = field(default_factory=Counter)
    """Expected stretches that a finding of the same kind overlaps."""
    extra: Counter[str] = field(default_factory=Counter)
    """Findings that overlap nothing expected, by the kind found."""
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.marked.total() / self.wanted.total()

    @property
    def false_alarm_rate(self) -> float:
        return self.clean_flagged / self.clean


def read_marked(topic: str, marked: str) -> Phrase:
    """Return a phrase from its marked form."""
    text, expected, at = "", [], 0
    for found in MARKED.finditer(marked):
        text += marked[at : found.start()]
        expected.append((len(text), len(text) + len(found[2]), found[1]))
        text += found[2]
        at = found.end()
    return Phrase(topic, text + marked[at:], tuple(expected))


def phrases(part: str) -> list[Phrase]:
    """Return one part of the corpus: "held_out", written before the rules, or "tuning"."""
    with (CORPUS / f"{part}.csv").open(encoding="utf-8", newline="") as lines:
        return [read_marked(row["topic"], row["marked"]) for row in csv.DictReader(lines)]


def overlapping(found: list[Finding], begin: int, end: int) -> Iterator[Finding]:
    """Yield the findings that share a character with a stretch."""
    return (finding for finding in found if finding.begin < end and begin < finding.end)


def judge(corpus: list[Phrase]) -> Score:
    """Return what the guard does with these phrases."""
    score = Score(phrases=len(corpus))
    for phrase in corpus:
        found = findings(phrase.text)
        score.clean += phrase.is_clean
        score.clean_flagged += phrase.is_clean and bool(found)
        for begin, end, kind in phrase.expected:
            hits = [finding.kind.code for finding in overlapping(found, begin, end)]
            score.wanted[kind] += 1
            score.marked[kind] += bool(hits)
            score.right[kind] += kind in hits
            if kind not in hits:
                score.missed.append(f"{kind} {phrase.text[begin:end]!r} is {hits}: {phrase.text}")
        for finding in found:
            if not any(finding.begin < end and begin < finding.end for begin, end, _ in phrase.expected):
                score.extra[finding.kind.code] += 1
                score.wrong.append(f"{finding.kind.code} {phrase.text[finding.begin : finding.end]!r}: {phrase.text}")
    return score
