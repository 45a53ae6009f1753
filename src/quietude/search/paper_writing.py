"""The index of documents follows their changes, whichever process made them; a killed writer leaves nothing to repair.

A change is a line of the database, written with what it tells of. The note says which is the last one that is in; what
was taken in without the note is taken in again, which changes nothing.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock

import tantivy
from filelock import FileLock, Timeout

from quietude.search.analysis import Language, analyser
from quietude.search.building import one_of
from quietude.search.folder import LOCK, new_folder, take_damaged
from quietude.search.following import HEAP_BYTES, Followed
from quietude.search.paper_folder import Block, Progress, block_of, read_progress, write_progress
from quietude.search.papers import KEY, Changed, Mark, Papers, documents_of, schema

CHANGES = 500  # taken in at a time: the first can be found while the last are read
MOST_GHOSTS = 64  # documents that changed in a block before it is built anew
GHOST_S = 600.0  # words that were taken out of a document (a note, a title) are in no file after ten minutes
MOST_GAPS = 1_000  # numbers that are waited for: of transactions that are open on a server of several writers


class PaperWriter:
    """Writes the index of documents. One process writes at a time; between threads of a process the rounds take turns.

    `clock` tells seconds since 1970.
    """

    def __init__(
        self, root: Path, papers: Papers, language: Language = "fr", clock: Callable[[], float] = time.time
    ) -> None:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._root = root
        self._papers = papers
        self._schema = schema()
        self._analyser = analyser(language)
        self._clock = clock
        self._lock = FileLock(root / LOCK, thread_local=False)
        self._turn = Lock()

    @contextmanager
    def _held(self, wait_s: float) -> Iterator[bool]:
        try:
            with self._turn, self._lock.acquire(timeout=wait_s):
                yield True
        except Timeout:
            yield False

    def follow(self, *, wait_s: float = -1) -> Followed | None:
        """Take in what changed since; all of it where there is no index, or one of another edition or database.

        Args:
            wait_s: how long to wait for another process that writes; for ever when negative.

        Returns:
            What was done, None where another process kept writing.
        """
        with self._held(wait_s) as holds:
            return self._follow() if holds else None

    def rebuild(self) -> Followed:
        """Forget the index and build it from the database alone."""
        with self._held(-1):
            write_progress(self._root, Progress())
            return self._follow()

    def _follow(self) -> Followed:
        known = read_progress(self._root)
        if known is None or not self._papers.holds(known.mark):
            known = Progress(self._now())
            write_progress(self._root, known)
        lost = take_damaged(self._root)
        if any(block.folder in lost for block in known.blocks.values()):
            kept = {number: block for number, block in known.blocks.items() if block.folder not in lost}
            known = replace(known, blocks=kept, is_whole=False)
        done = Followed()
        if not known.is_whole:
            known, done = self._complete(known)
        while changes := self._papers.changes(known.mark, CHANGES):
            known, more = self._take(known, changes)
            done = Followed(done.added + more.added, done.rebuilt + more.rebuilt)
        return self._cleaned(known, done)

    def _now(self) -> Mark:
        last = self._papers.last()
        return Mark(last.number, last.at) if last is not None else Mark()

    def _complete(self, known: Progress) -> tuple[Progress, Followed]:
        """Build the blocks that are missing, the newest first; a killed building goes on where it was."""
        wanted = _by_number(self._papers.keys())
        added = rebuilt = 0
        for number in sorted(wanted.keys() - known.blocks.keys(), reverse=True):
            folder, count = self._built(number, wanted[number])
            known = replace(known, blocks={**known.blocks, number: Block(folder)})
            write_progress(self._root, known)
            added, rebuilt = added + count, rebuilt + 1
        known = replace(known, is_whole=True)
        self._put(known)
        return known, Followed(added, rebuilt)

    def _take(self, known: Progress, changes: Sequence[Changed]) -> tuple[Progress, Followed]:
        blocks = dict(known.blocks)
        added = rebuilt = 0
        for number, of_block in _by_block(changes).items():
            block = blocks.get(number)
            is_anew = block is None or any(each.is_gone for each in of_block)
            changed = None if is_anew or block is None else self._changed(block, [each.key for each in of_block])
            if changed is None:
                folder, count = self._built(number, _by_number(self._papers.keys()).get(number, []))
                blocks[number], added, rebuilt = Block(folder), added + count, rebuilt + 1
            else:
                blocks[number], count = changed
                added += count
        progress = replace(known, mark=_after(known.mark, changes), blocks=blocks)
        self._put(progress)
        return progress, Followed(added, rebuilt)

    def _cleaned(self, known: Progress, done: Followed) -> Followed:
        """Build blocks anew whose taken-out words have been in files for long enough."""
        due = [
            number
            for number, block in known.blocks.items()
            if len(block.ghosts) > MOST_GHOSTS or (block.ghosts and self._clock() - block.since > GHOST_S)
        ]
        if not due:
            return done
        keys = _by_number(self._papers.keys())
        blocks = dict(known.blocks)
        for number in due:
            blocks[number] = Block(self._built(number, keys.get(number, []))[0])
        self._put(replace(known, blocks=blocks))
        return Followed(done.added, done.rebuilt + len(due))

    def _put(self, progress: Progress) -> None:
        """Write the note, then delete the folders that it does not name."""
        write_progress(self._root, progress)
        used = {block.folder for block in progress.blocks.values()}
        for path in self._root.iterdir():
            if path.is_dir() and path.name not in used:
                shutil.rmtree(path, ignore_errors=True)

    def _built(self, number: int, keys: Sequence[int]) -> tuple[str, int]:
        folder = new_folder(self._root, str(number))
        index = tantivy.Index(self._schema, path=str(self._root / folder))
        writer = index.writer(HEAP_BYTES, 1)
        count = self._write(writer, keys)
        writer.commit()
        writer.wait_merging_threads()
        return folder, count

    def _changed(self, block: Block, keys: Sequence[int]) -> tuple[Block, int] | None:
        """Take some documents out of a block and in again; None where it cannot be opened."""
        try:
            index = tantivy.Index.open(str(self._root / block.folder))
        except (ValueError, OSError):  # damaged: the documents are in the database
            return None
        there = [key for key in dict.fromkeys(keys) if self._is_in(index, key)]
        writer = index.writer(HEAP_BYTES, 1)
        for key in dict.fromkeys(keys):
            writer.delete_documents_by_term(KEY, str(key))
        count = self._write(writer, list(dict.fromkeys(keys)))
        writer.commit()
        writer.wait_merging_threads()
        since = block.since if block.ghosts else self._clock()
        return Block(block.folder, (*block.ghosts, *there), since if block.ghosts or there else 0.0), count

    def _is_in(self, index: tantivy.Index, key: int) -> bool:
        query = one_of(self._schema, KEY, [str(key)])
        return bool(index.searcher().search(query, limit=1).hits)

    def _write(self, writer: tantivy.IndexWriter, keys: Sequence[int]) -> int:
        count = 0
        for paper in self._papers.papers(keys):
            count += 1
            for document in documents_of([paper], self._analyser):
                writer.add_document(document)
        return count


def _by_block(changes: Iterable[Changed]) -> Mapping[int, list[Changed]]:
    found: dict[int, list[Changed]] = {}
    for change in changes:
        found.setdefault(block_of(change.key), []).append(change)
    return found


def _by_number(keys: Iterable[int]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = {}
    for key in keys:
        found.setdefault(block_of(key), []).append(key)
    return found


def _after(mark: Mark, changes: Sequence[Changed]) -> Mark:
    """Return the mark with some changes in: a number that is passed over may come yet, of an open transaction."""
    numbers = {change.number for change in changes}
    last = max(changes, key=lambda change: change.number)
    missing = [number for number in mark.gaps if number not in numbers]
    if last.number <= mark.number:
        return replace(mark, gaps=tuple(missing))
    missing += [
        number for number in range(max(mark.number, last.number - MOST_GAPS) + 1, last.number) if number not in numbers
    ]
    return Mark(last.number, last.at, tuple(missing[-MOST_GAPS:]))
