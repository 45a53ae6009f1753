"""Words to complete what is typed, as they stand in facts that a reader may read, and no other word.

The index's dictionary holds everyone's words. So the words of a reader's facts are gathered once for all who hold the
same rights, and what is typed is looked up there: neither answer nor time depends on what others may read. Gathering
takes some three seconds for a million facts; a look-up takes well below a millisecond.
"""

from __future__ import annotations

import sys
import threading
from array import array
from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic

import tantivy

from quietude.model.viewer import Grant, Viewer
from quietude.search.analysis import PARTING, Language, analyser
from quietude.search.conditions import Compiler
from quietude.search.fields import WORDS
from quietude.search.folded import fold_words
from quietude.search.folder import Part
from quietude.search.index import Index

MOST_RIGHTS = 16  # different rights whose words are kept, some megabytes each; a town's roles are fewer
FRESH_S = 30.0  # new words are gathered at most so often; what is gone is never offered, not for a moment
SHORTEST = 2  # letters; one begins a tenth of the dictionary, and completes nothing
_AFTER = "\U0010ffff"  # after every word that begins with what stands before it

Key = frozenset[Grant]


@dataclass(frozen=True, slots=True)
class Begun:
    """Words that begin as typed, the most frequent among the reader's facts first."""

    words: tuple[str, ...]
    is_fresh: bool
    """False when words are to be gathered (again): `Suggester.gather` does it."""


@dataclass(frozen=True, slots=True)
class _Words:
    """Words in order, each with the number of the reader's facts (once a column) that hold it."""

    words: Sequence[str] = ()
    counts: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The words of one set of rights, and of which state of the index they are."""

    parts: tuple[tuple[Part, _Words], ...]
    all: _Words
    at_s: float


@dataclass
class Suggester:
    """The words of the index by rights, for any number of threads."""

    index: Index
    _kept: OrderedDict[Key, _Gathered] = field(default_factory=OrderedDict)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def begun(self, viewer: Viewer, typed: str, limit: int, language: Language = "fr") -> Begun:
        """Return the words that complete what is typed; none while the reader's words are not gathered.

        Of forms of one word (agression, agressions) the most frequent stands for all: they find the same facts.
        """
        start, key = fold_words(typed), frozenset(viewer.grants)
        gathered = self._known(key)
        parts = [part for part, _ in self.index.parts()]
        if gathered is None or _lost(gathered, parts):
            return Begun((), is_fresh=not key)
        is_fresh = [part for part, _ in gathered.parts] == parts or monotonic() - gathered.at_s < FRESH_S
        found = _begun(gathered.all, start) if len(start) >= SHORTEST else []
        shown: dict[str, str] = {}
        for word in found:
            shown.setdefault(analyser(language).terms(word), word)
            if len(shown) == limit:
                break
        return Begun(tuple(shown.values()), is_fresh)

    def gather(self, viewer: Viewer) -> None:
        """Gather the words of the reader's rights, of those parts of the index that changed since."""
        key = frozenset(viewer.grants)
        before = self._known(key)
        known = dict(before.parts) if before is not None else {}
        made = self.index.compiler(viewer)
        parts = tuple((part, known.get(part) or _of_part(searcher, made)) for part, searcher in self.index.parts())
        with self._mutex:
            self._kept[key] = _Gathered(parts, _joined([words for _, words in parts]), monotonic())
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_RIGHTS:
                self._kept.popitem(last=False)

    def _known(self, key: Key) -> _Gathered | None:
        with self._mutex:
            return self._kept.get(key)


def _lost(gathered: _Gathered, parts: Sequence[Part]) -> bool:
    """Tell whether facts left the index since, with a part or with a file of one: their words must not be offered."""
    now = {part.folder: frozenset(part.files) for part in parts}
    return any(not frozenset(part.files) <= now.get(part.folder, frozenset()) for part, _ in gathered.parts)


def _of_part(searcher: tantivy.Searcher, made: Compiler) -> _Words:
    """Return the words of the facts of one part that exist for the reader, in columns that they may read."""
    found: Counter[str] = Counter()
    for column, name in WORDS.items():
        readable = made.readable(column)
        for word, count in searcher.terms_with_prefix(name, "", filter_query=readable or made.visible()):
            if count:
                found[sys.intern(word)] += count
    return _in_order(found)


def _joined(parts: Sequence[_Words]) -> _Words:
    found: Counter[str] = Counter()
    for each in parts:
        for word, count in zip(each.words, each.counts, strict=True):
            found[word] += count
    return _in_order(found)


def _in_order(found: Counter[str]) -> _Words:
    words = sorted(found)
    return _Words(words, array("I", [found[word] for word in words]))


def _begun(known: _Words, start: str) -> Iterator[str]:
    """Yield the words as they stand whose folded letters begin so, the most frequent first."""
    low, high = bisect_left(known.words, start), bisect_left(known.words, start + _AFTER)
    for at in sorted(range(low, high), key=lambda at: -known.counts[at]):
        yield known.words[at].rpartition(PARTING)[2]
