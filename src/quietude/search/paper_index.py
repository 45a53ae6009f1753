"""Which documents are found: all under the reader's rights, counted by facets, each with the page that says most.

The index gives keys, counts and pages; what is shown of a document is read from the database as its reader may.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import tantivy

from quietude.model.filter.question import Filter
from quietude.search.building import all_of_them
from quietude.search.fields import NONE, day_number
from quietude.search.folder import NOTE, damaged
from quietude.search.paper_conditions import ANY, Of, PaperCompiler
from quietude.search.paper_folder import BLOCK, Progress, read_progress
from quietude.search.papers import KEY, RIGHT_OF, Mark, Way, schema
from quietude.search.query_tree import Node

HALF_LIFE_DAYS = 730.0  # a document of two years ago has lost half of what recency gives
RECENT_SHARE = 0.3  # of a score: a title that holds the word comes before a text that does, however old
FACET_VALUES = 400
PAGES_MOST = 2_000  # pages of one search that are looked through for the best one of each document shown


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPapers:
    """What is asked for."""

    conditions: Filter
    words: Node | None
    of: Of = ANY
    facets: tuple[str, ...] = ()
    """Of `papers.GROUPS`, and "tag"."""
    limit: int = 20
    offset: int = 0
    today: date


@dataclass(frozen=True, slots=True)
class BestPage:
    """Where a document says most of what is asked."""

    version: int
    number: int


@dataclass(frozen=True, slots=True)
class FoundPapers:
    """An answer."""

    keys: tuple[int, ...]
    """The best first; the newest where no words are asked for."""
    count: int
    facets: Mapping[str, Mapping[str, int]]
    """By field: value → documents with it, the most frequent first; "none" where there is no value."""
    is_whole: bool
    """False while the index is being built."""


Changes = Callable[[Mark], Collection[int]]
"""Returns the documents that changed after a mark: what the index says of them is not told."""


class PaperIndex:
    """The searchable documents, read by any number of threads; another process may write meanwhile."""

    def __init__(self, root: Path, changed: Changes) -> None:
        self._root = root
        self._changed = changed
        self._schema = schema()
        self._mutex = threading.Lock()
        self._mark: tuple[int, int] | None = None
        self._opened: dict[str, tantivy.Index] = {}
        self._progress = Progress()

    def find(self, ways: Sequence[Way], asked: AskedPapers) -> FoundPapers:
        """Return what a reader finds. Rights are part of the query and of each facet."""
        searchers, progress, made = self._ready(ways)
        query = made.query(asked.conditions, asked.words, asked.of)
        ranked = _ranked(searchers, query, asked)
        facets = {name: self._facet(searchers, made, query, name) for name in asked.facets}
        keys = tuple(key for _, key in ranked[asked.offset : asked.offset + asked.limit])
        return FoundPapers(keys, len(ranked), facets, progress.is_whole)

    def count(self, ways: Sequence[Way], conditions: Filter, words: Node | None, of: Of) -> int:
        """Return how many documents a reader would find."""
        searchers, _, made = self._ready(ways)
        query = made.query(conditions, words, of)
        return sum(_count(searcher, query) for searcher in searchers)

    def best_pages(self, ways: Sequence[Way], words: Node | None, keys: Sequence[int]) -> Mapping[int, BestPage]:
        """Return for documents whose words the reader may read the page that holds most of what is asked.

        The newest version comes before older ones, and earlier pages before later ones. Documents without such a page,
        and those that the reader may not read, are left out.
        """
        searchers, _, made = self._ready(ways)
        readable = all_of_them([made.visible(), made.opened(RIGHT_OF["text"]), made.keyed(keys)])
        found = [
            searcher.doc(address) for searcher in searchers for _, address in searcher.search(readable, BLOCK).hits
        ]
        open_keys = [int(stored[KEY][0]) for stored in found]
        query = made.pages(words, open_keys)
        if query is None:
            return {}
        best: dict[int, tuple[tuple[bool, float, int], BestPage]] = {}
        for searcher in searchers:
            for score, address in searcher.search(query, limit=PAGES_MOST).hits:
                stored = searcher.doc(address)
                key, page = int(stored[KEY][0]), BestPage(int(stored["version"][0]), int(stored["page"][0]))
                rank = (stored["is_newest"][0] == "yes", round(float(score), 3), -page.number)
                if key not in best or rank > best[key][0]:
                    best[key] = (rank, page)
        return {key: page for key, (_, page) in best.items()}

    def mark(self) -> Mark | None:
        """Return how far the index is; None while it is being built."""
        with self._mutex:
            self._renew()
            return self._progress.mark if self._progress.is_whole else None

    def size(self) -> int:
        """Return how many documents are in the index."""
        searchers, _, _ = self._ready(())
        query = tantivy.Query.term_query(self._schema, "what", "document", "basic")
        return sum(_count(searcher, query) for searcher in searchers)

    def _ready(self, ways: Sequence[Way]) -> tuple[list[tantivy.Searcher], Progress, PaperCompiler]:
        with self._mutex:
            self._renew()
            searchers, progress = [index.searcher() for index in self._opened.values()], self._progress
        return searchers, progress, PaperCompiler(self._schema, ways, self._changed(progress.mark))

    def _renew(self) -> None:
        for _ in range(3):  # the writer may put another state in place, and take folders away, while one is opened
            try:
                stated = (self._root / NOTE).stat()
            except FileNotFoundError:
                self._mark, self._opened, self._progress = None, {}, Progress()
                return
            mark = (stated.st_mtime_ns, stated.st_ino)
            if mark == self._mark or self._open(mark):
                return

    def _open(self, mark: tuple[int, int]) -> bool:
        progress = read_progress(self._root) or Progress()
        opened: dict[str, tantivy.Index] = {}
        for block in progress.blocks.values():
            try:
                index = self._opened.get(block.folder) or tantivy.Index.open(str(self._root / block.folder))
                index.reload()
            except (ValueError, OSError):
                if (read_progress(self._root) or Progress()) != progress:
                    return False
                damaged(self._root, block.folder)
                continue
            opened[block.folder] = index
        self._mark, self._opened = mark, opened
        is_whole = progress.is_whole and len(opened) == len(progress.blocks)
        self._progress = Progress(progress.mark, progress.blocks, is_whole)
        return True

    def _facet(
        self, searchers: Sequence[tantivy.Searcher], made: PaperCompiler, query: tantivy.Query, name: str
    ) -> Mapping[str, int]:
        counted = all_of_them([query, made.opened(RIGHT_OF["tags"])]) if name == "tag" else query
        found: Counter[str] = Counter()
        for searcher in searchers:
            told = searcher.aggregate(counted, {"values": {"terms": {"field": name, "size": FACET_VALUES}}})
            for bucket in told["values"]["buckets"]:
                found["none" if bucket["key"] == NONE else str(bucket["key"])] += int(bucket["doc_count"])
        return {value: count for value, count in found.most_common() if count}


def _count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    return int(searcher.search(query, limit=1).count)  # type: ignore[attr-defined]  # missing in its stubs


def _ranked(searchers: Sequence[tantivy.Searcher], query: tantivy.Query, asked: AskedPapers) -> list[tuple[float, int]]:
    """Return all hits, the best first: a block is no larger than what is asked of it at once."""
    today = day_number(asked.today)
    scored: list[tuple[float, int, int]] = []
    for searcher in searchers:
        hits = searcher.search(query, limit=BLOCK).hits
        addresses = [address for _, address in hits]
        if not addresses:
            continue
        keys = searcher.fast_field_values("key_number", addresses)
        days = searcher.fast_field_values("day", addresses)
        for (score, _), key, day in zip(hits, keys, days, strict=True):
            age_days = max(today - int(day or 0), 0)
            weight = 1 - RECENT_SHARE + RECENT_SHARE * 0.5 ** (age_days / HALF_LIFE_DAYS)
            scored.append(
                (round(float(score), 4) * weight if asked.words is not None else 0.0, int(day or 0), int(key or 0))
            )
    scored.sort(reverse=True)
    return [(score, key) for score, _, key in scored]
