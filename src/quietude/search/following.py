"""The index follows the store: the facts of each of its files, no more and no less, whoever wrote them.

The store's files are never changed, only added and taken away. So the note of what is in the index is a list of
files, and nothing has to be announced. Of files that came in place of others the rows are compared, and only what
differs is taken out and in. A writer that is killed between its change and its note is found out by the change's stamp:
that part is built anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import tantivy
from filelock import FileLock, Timeout

from quietude.search.analysis import Language, analyser
from quietude.search.changes import Changes, Prints, chosen
from quietude.search.fields import UID, columns, documents, schema_of
from quietude.search.folder import (
    LOCK,
    Part,
    State,
    new_folder,
    read_note,
    stamp_of,
    sweep,
    take_damaged,
    write_note,
)

MOST_GHOSTS = 512  # files of corrected facts that went, before a part is built anew and their words leave it
HEAP_BYTES = 48_000_000  # a writer's memory: three segments of a year of a large town, far below a gibibyte
BATCH_ROWS = 20_000  # read at a time, some 20 MB of rows


class Facts(Protocol):
    """What the index needs of a store."""

    @property
    def levels(self) -> tuple[str, ...]:
        """Return the levels of the territory."""

    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """Return the names of the current files of facts, by year."""

    def holds_part(self, name: str) -> bool:
        """Tell whether a file is still on the disk."""

    def part(self, name: str, columns: Sequence[str], batch_rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the facts of one file, by the system's own right."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What one round did."""

    added: int = 0
    """Facts taken in."""
    rebuilt: int = 0
    """Parts built anew."""
    dropped: int = 0
    """Parts deleted, the last fact of their year being gone."""


class Writer:
    """Writes the index of a store. One process writes at a time; another one's turn comes when that one ends.

    Between threads of a process the rounds take turns.
    """

    def __init__(self, root: Path, facts: Facts, language: Language = "fr") -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._root = root
        self._facts = facts
        self._levels = facts.levels
        self._schema = schema_of(self._levels)
        self._analyser = analyser(language)
        self._prints = Prints(self._batches)
        self._lock = FileLock(root / LOCK, thread_local=False)
        self._turn = threading.Lock()

    @contextmanager
    def _held(self, wait_s: float) -> Iterator[bool]:
        try:
            with self._turn, self._lock.acquire(timeout=wait_s):
                yield True
        except Timeout:
            yield False

    def follow(self, *, wait_s: float = -1, said: Callable[[int, int], None] | None = None) -> Followed | None:
        """Take in what the store has and the index has not, take out what the store has no more.

        Args:
            wait_s: how long to wait for another process that writes; for ever when negative.
            said: told the number of files taken in and of all that are to be.

        Returns:
            What was done, None where another process kept writing.
        """
        with self._held(wait_s) as holds:
            return self._follow(said) if holds else None

    def rebuild(self, *, said: Callable[[int, int], None] | None = None) -> Followed:
        """Forget the index and build it from the store alone."""
        with self._held(-1):
            write_note(self._root, self._levels, State())
            return self._follow(said)

    def _follow(self, said: Callable[[int, int], None] | None) -> Followed:
        state = read_note(self._root, self._levels) or State()
        lost = take_damaged(self._root)
        wanted = self._facts.parts()
        kept = {year: part for year, part in state.parts.items() if year in wanted and part.folder not in lost}
        is_changed = kept.keys() != state.parts.keys() or not state.is_whole
        plans = {year: self._plan(kept.get(year), files) for year, files in wanted.items()}
        count = sum(len(plan.added) for plan in plans.values())
        done = Followed(dropped=len(state.parts.keys() - wanted.keys()))
        files_done = 0
        busy = [year for year in sorted(wanted, reverse=True) if not plans[year].is_idle]  # the newest are looked for
        for year in busy:
            plan = plans[year]
            kept[year], rows, is_anew = self._carry_out(year, plan)
            files_done += len(plan.added)
            done = replace(done, added=done.added + rows, rebuilt=done.rebuilt + is_anew)
            if year != busy[-1]:
                write_note(self._root, self._levels, State(dict(kept), is_whole=False))
            is_changed = True
            if said is not None:
                said(files_done, count)
        if is_changed:
            written = State(dict(kept), is_whole=True)
            write_note(self._root, self._levels, written)
            sweep(self._root, written)
        return done

    def _plan(self, part: Part | None, files: tuple[str, ...]) -> _Plan:
        if part is None:
            return _Plan(None, files, files)
        current, known = set(files), set(part.files)
        gone = tuple(name for name in part.files if name not in current)
        ghosts = (*part.ghosts, *gone)
        if len(part.ghosts) > MOST_GHOSTS or not all(map(self._facts.holds_part, ghosts)):
            return _Plan(None, files, files)
        return _Plan(part, files, tuple(name for name in files if name not in known), gone)

    def _carry_out(self, year: str, plan: _Plan) -> tuple[Part, int, bool]:
        """Return the part as it is now, how many facts were taken in, and whether it was built anew."""
        part = plan.part
        opened = self._opened(part, plan) if part is not None else None
        if part is None or opened is None:
            part = Part(new_folder(self._root, year), ())
            opened = tantivy.Index(self._schema, path=str(self._root / part.folder)), Changes()
            plan = _Plan(None, plan.files, plan.files)
        index, changes = opened
        writer = index.writer(HEAP_BYTES, 1)
        for uid in changes.lost:  # before what comes in their place
            writer.delete_documents_by_term(UID, uid)
        rows = 0
        for name in plan.added:
            mask = changes.fresh.get(name)
            if mask is None or mask.any():
                for batch in chosen(self._batches(name), mask):
                    for document in documents(batch.to_pylist(), self._analyser):
                        writer.add_document(document)
                    rows += batch.num_rows
        if rows or changes.lost:
            writer.commit()
        writer.wait_merging_threads()  # a writer that is dropped earlier loses the work of its merges
        ghosts = (*part.ghosts, *changes.stale)
        made = replace(part, files=plan.files, ghosts=ghosts, stamp=stamp_of(self._root, part.folder))
        return made, rows, plan.part is None

    def _opened(self, part: Part, plan: _Plan) -> tuple[tantivy.Index, Changes] | None:
        """Return a part's index and what is to change in it; None where it is to be built anew from the store."""
        if stamp_of(self._root, part.folder) != part.stamp:
            return None
        try:
            index = tantivy.Index.open(str(self._root / part.folder))
            return index, self._prints.changes(plan.gone, plan.added)
        except (ValueError, OSError):  # damaged, or a file that went is not there any more to be compared
            return None

    def _batches(self, name: str) -> Iterator[pa.RecordBatch]:
        return self._facts.part(name, columns(self._levels), BATCH_ROWS)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a part needs."""

    part: Part | None
    """None where it is to be built anew."""
    files: tuple[str, ...]
    """That the store has."""
    added: tuple[str, ...]
    gone: tuple[str, ...] = ()

    @property
    def is_idle(self) -> bool:
        return self.part is not None and not self.added and not self.gone
