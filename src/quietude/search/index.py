"""What is found: by words, recency and nearness, counted by facets, all under the reader's rights.

The index says which facts; what is shown of them is read from the store as the reader may read it. A fact that the
store would not list is not shown, whatever the index says.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import tantivy

from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.search.conditions import Compiler
from quietude.search.fields import NONE, schema_of
from quietude.search.folder import NOTE, Part, damaged, read_note
from quietude.search.following import Facts
from quietude.search.query_tree import Node
from quietude.search.ranking import Order, Ranked, metres, rank

FACET_VALUES = 400  # of one facet: more than the zones of a large town's finest level that anyone reads


class Readable(Facts, Protocol):
    """A store whose facts can be read."""

    def query(
        self,
        viewer: Viewer,
        question: Filter,
        *,
        columns: Sequence[str] | None = None,
        order_by: Sequence[str] = ("-occurred_from",),
        limit: int | None = None,
        offset: int = 0,
    ) -> pa.Table:
        """Return facts as rows."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One fact that was found."""

    id: str
    score: float
    row: Mapping[str, Any]
    """The fact as the reader may read it."""
    distance_m: float | None = None
    """From the place that was asked for; None without one, and where the reader may not see where the fact was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: a search, and how its answer is to be."""

    conditions: Filter
    words: Node | None
    facets: tuple[str, ...] = ()
    """Fields of the index with few values: `fields.GROUPS`, "year", `zone_<level>`."""
    limit: int = 20
    offset: int = 0
    now: datetime
    """What recency is measured from."""
    around: tuple[float, float] | None = None
    """(lon_deg, lat_deg) that nearness is measured from; only for readers who may see exact places."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer."""

    hits: tuple[Hit, ...]
    count: int
    facets: Mapping[str, Mapping[str, int]]
    """By field: value → facts with it, the most frequent first; "none" where there is no value, or a masked one."""
    is_whole: bool
    """False while the index is being built: more will be found."""


class Index:
    """The searchable texts of a store, read by any number of threads; other processes may write meanwhile."""

    def __init__(self, root: Path, facts: Readable) -> None:
        self._root = root
        self._facts = facts
        self._schema = schema_of(facts.levels)
        self._mutex = threading.Lock()
        self._mark: tuple[int, int] | None = None
        self._opened: dict[str, tantivy.Index] = {}
        self._parts: Mapping[str, Part] = {}
        self._is_whole = False

    def find(self, viewer: Viewer, asked: Asked) -> Found:
        """Return what a reader finds. Rights are part of the query, of the facets and of what is read of each hit."""
        searchers = self._searchers()
        made = self.compiler(viewer)
        query = made.query(asked.conditions, asked.words)
        order = Order(asked.now, asked.around, has_words=asked.words is not None)
        count, ranked = rank(searchers, query, made, order, max(asked.offset + asked.limit, 1))
        facets = _facets(searchers, made, query, asked.facets)
        hits = self._read(viewer, ranked[asked.offset : asked.offset + asked.limit], asked.around)
        return Found(tuple(hits), count, facets, self._is_whole)

    def count(self, viewer: Viewer, conditions: Filter, words: Node | None) -> int:
        """Return how many facts a reader would find."""
        query = self.compiler(viewer).query(conditions, words)
        return sum(_count(searcher, query) for searcher in self._searchers())

    def size(self) -> int:
        """Return how many facts are in the index, for whoever checks it against the store."""
        return sum(searcher.num_docs for searcher in self._searchers())

    def parts(self) -> list[tuple[Part, tantivy.Searcher]]:
        """Return the parts as they are now, each with what searches it."""
        with self._mutex:
            for _ in range(3):
                try:
                    self._renew()
                    break
                except _RenewedError:
                    continue
            return [(self._parts[folder], index.searcher()) for folder, index in self._opened.items()]

    def compiler(self, viewer: Viewer) -> Compiler:
        """Return what compiles a reader's questions."""

        def uids(reader: Viewer, part: Filter) -> Sequence[str]:
            table = self._facts.query(reader, part, columns=("uid",), order_by=())
            return [str(uid) for uid in table["uid"].to_pylist()]

        return Compiler(self._schema, viewer, uids)

    def _searchers(self) -> list[tantivy.Searcher]:
        return [searcher for _, searcher in self.parts()]

    def _renew(self) -> None:
        try:
            stated = (self._root / NOTE).stat()
        except FileNotFoundError:
            self._mark, self._opened, self._parts, self._is_whole = None, {}, {}, False
            return
        mark = (stated.st_mtime_ns, stated.st_ino)
        if mark == self._mark:
            return
        state = read_note(self._root, self._facts.levels)
        parts = state.parts if state is not None else {}
        opened: dict[str, tantivy.Index] = {}
        for part in parts.values():
            try:
                index = self._opened.get(part.folder) or tantivy.Index.open(str(self._root / part.folder))
                index.reload()
            except (ValueError, OSError) as error:
                if not (self._root / part.folder).is_dir() and read_note(self._root, self._facts.levels) != state:
                    raise _RenewedError from error
                damaged(self._root, part.folder)
                continue
            opened[part.folder] = index
        self._mark, self._opened = mark, opened
        self._parts = {part.folder: part for part in parts.values() if part.folder in opened}
        self._is_whole = state is not None and state.is_whole and len(opened) == len(parts)

    def _read(self, viewer: Viewer, ranked: Sequence[Ranked], around: tuple[float, float] | None) -> Iterator[Hit]:
        if not ranked:
            return
        scores = {each.id: each.score for each in ranked}
        table = self._facts.query(viewer, Filter(ids=tuple(scores)), order_by=("id",))
        rows = {row["id"]: row for row in table.to_pylist()}
        for name, score in scores.items():
            if name in rows:
                yield Hit(name, score, rows[name], _distance_m(rows[name], around))


class _RenewedError(Exception):
    """The writer put another state in place while this one was opened."""


def _distance_m(row: Mapping[str, Any], around: tuple[float, float] | None) -> float | None:
    lon, lat = row["lon_deg"], row["lat_deg"]
    return metres(around, (lon, lat)) if around is not None and lon is not None and lat is not None else None


def _count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    return int(searcher.search(query, limit=1).count)  # type: ignore[attr-defined]  # missing in its stubs


def _facets(
    searchers: Sequence[tantivy.Searcher], made: Compiler, query: tantivy.Query, names: Sequence[str]
) -> dict[str, Mapping[str, int]]:
    """Count the values of each facet, in one pass over the facts for all whose column is masked nowhere."""
    readable = {name: made.readable("day" if name == "year" else name) for name in names}
    found = _values(searchers, query, [name for name in names if readable[name] is None])
    for name, within in readable.items():
        if within is not None:
            counted = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, within)])
            values = _values(searchers, counted, [name])[name]
            values["none"] += sum(_count(searcher, query) - _count(searcher, counted) for searcher in searchers)
            found[name] = values
    return {name: {value: count for value, count in found[name].most_common() if count} for name in names}


def _values(
    searchers: Sequence[tantivy.Searcher], query: tantivy.Query, names: Sequence[str]
) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {name: Counter() for name in names}
    wanted = {name: {"terms": {"field": name, "size": FACET_VALUES}} for name in names}
    for searcher in searchers if wanted else ():
        told = searcher.aggregate(query, wanted)
        for name, values in found.items():
            for bucket in told[name]["buckets"]:
                values["none" if bucket["key"] == NONE else str(bucket["key"])] += int(bucket["doc_count"])
    return found
