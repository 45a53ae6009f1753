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
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from bench.figure import Figure
from bench.source_values import ROOT, data_folder
from quietude.guard.api import Finding, findings
from quietude.sources.api import load_town, read_batches

CORPUS = Path(__file__).parent.parent / "tests" / "guard" / "corpus"
PARTS = ("held_out", "tuning")
RAIL = "narratives of rail incidents, the half never looked at"
OF_EACH_LOGBOOK = 500
FICTIONAL_NOW = datetime(2026, 11, 1, tzinfo=UTC)  # the same texts at each run
MARKED = re.compile(r"\{([a-z_]+)\|([^}]*)\}")


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


def print_kinds(part: str, score: Score) -> None:
    """Print what was marked of each kind."""
    print(f"{part}: {score.phrases} phrases, {score.clean} clean of which {score.clean_flagged} were marked")
    print(f"  {'kind':12} wanted marked  right  extra")
    for kind in sorted({*score.wanted, *score.extra}):
        counts = (score.wanted[kind], score.marked[kind], score.right[kind], score.extra[kind])
        print(f"  {kind:12} {counts[0]:6} {counts[1]:6} {counts[2]:6} {counts[3]:6}")


def slowest_ms(text: str, times: int = 5) -> float:
    """Return the median milliseconds that one text takes."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        findings(text)
        taken.append(1000 * (time.perf_counter() - begun))
    return sorted(taken)[times // 2]


def real_texts() -> dict[str, list[str]]:
    """Return real and fictional French texts that nobody labelled, where the data folder has them."""
    texts: dict[str, list[str]] = {}
    folder = data_folder() / "incidents" / "sncf_incidents_securite_2014_2018"
    narratives = folder / "incidents-securite_avec_commentaires.csv.gz"
    if narratives.is_file():
        column = pl.read_csv(narratives, separator=";", infer_schema_length=0)["Commentaires"].drop_nulls().to_list()
        texts[RAIL] = column[1::2]
    texts["fictional logbooks of five services"] = list(fictional_texts())
    return texts


def fictional_texts() -> Iterator[str]:
    """Yield the first free texts of each of the demonstration town's fictional logbooks."""
    town = load_town(ROOT / "towns" / "marseille", data_folder())
    for manifest in town.sources.values():
        column = manifest.map.text.column if manifest.map.text is not None else None
        if not manifest.is_simulated or not isinstance(column, str):
            continue
        batches = read_batches(manifest, data_folder(), town=town, now=FICTIONAL_NOW, batch_rows=OF_EACH_LOGBOOK)
        texts = next(iter(batches)).frame[column]
        yield from texts.drop_nulls().to_list()[:OF_EACH_LOGBOOK]


def main() -> None:
    """Show the figures."""
    findings("")  # reads and compiles the rules
    for part in PARTS:
        score = judge(phrases(part))
        print_kinds(part, score)
        note = f"{score.phrases} phrases; right kind {score.right.total() / score.wanted.total():.3f}"
        Figure(name=f"recall, {part}", value=score.recall, unit="", limit=0.9, at_most=False, note=note).show()
        clean = f"{score.clean} clean phrases, {score.clean_flagged} marked; {score.extra.total()} marks beside"
        rate = score.false_alarm_rate
        Figure(name=f"clean phrases marked, {part}", value=rate, unit="", limit=0.05, note=clean).show()
    entry = " ".join(phrase.text for phrase in phrases("tuning")[:12])
    note = f"{len(entry)} characters, in Python"
    Figure(name="one long entry", value=slowest_ms(entry), unit="ms", limit=100, note=note).show()
    for name, texts in real_texts().items():
        counts = Counter(found.kind.code for text in texts for found in findings(text))
        thousands = sum(len(text.split()) for text in texts) / 1000
        kinds = ", ".join(f"{count} {kind}" for kind, count in counts.most_common())
        print(f"{name}: {len(texts)} texts, {1000 * thousands:.0f} words, {counts.total()} marks: {kinds}")
        if name == RAIL:
            note = f"{len(texts)} texts; true and false together: {kinds}"
            rate = counts.total() / thousands
            Figure(name=f"marks per 1,000 words, {name}", value=rate, unit="", limit=2, note=note).show()


if __name__ == "__main__":
    main()
