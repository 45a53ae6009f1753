"""Categories proposed from an entry's text: learned for each logbook from what is written and corrected in it.

What was learned is counts of stems in memory, made from the entries at need: nothing of a text is kept besides them,
and an entry that is erased is forgotten with the process, after a day at the latest.
"""

from __future__ import annotations

import threading
import time

from django.db.models import F, QuerySet

from quietude.model.vocabulary.learner import Learner
from quietude.portal.logbook.content import Content
from quietude.portal.logbook.models import EntryVersion
from quietude.portal.town import current_vocabulary
from quietude.sources.api import Logbook

MOST = 10_000  # entries, the newest: a logbook of 300,000 a year changes its words no quicker than in ten days
STEP = 500  # entries read for one question: some 50 ms, so that nobody waits for the whole
FRESH_S = 24 * 3600.0  # seconds: what was erased meanwhile is forgotten then
CORRECTED = 2.0  # texts: somebody looked twice
PROPOSED = 3


class LearnedLogbook:
    """What one logbook's entries taught; it follows them, question by question."""

    def __init__(self, logbook: Logbook) -> None:
        vocabulary = current_vocabulary()
        self.logbook = logbook
        self.learner = Learner(vocabulary, logbook.words)
        self.offered = [term.code for term in vocabulary.terms if offers(logbook, term.code)]
        self.made = time.monotonic()
        self._since, self._until = 0, 0
        """Keys of the oldest and of the newest version that was read."""
        self._count = 0
        self._lock = threading.Lock()

    def follow(self) -> None:
        """Read what was written since the last question, and some of what was before."""
        with self._lock:
            versions = EntryVersion.objects.filter(entry__logbook=self.logbook.name)
            newer = list(
                versions.filter(pk__gt=self._until).select_related("entry").defer("identities").order_by("pk")[:STEP]
                if self._until
                else self._current(versions).order_by("-pk")[:STEP]
            )
            if not self._until and newer:
                self._since, self._until = newer[-1].pk, newer[0].pk
                self._learn(newer)
                return
            for version in newer:
                self._take(version)
            if self._until and self._count < MOST and len(newer) < STEP:
                self._learn(list(self._current(versions).filter(pk__lt=self._since).order_by("-pk")[:STEP]))

    def _current(self, versions: QuerySet[EntryVersion]) -> QuerySet[EntryVersion]:
        return versions.filter(version=F("entry__version"), entry__struck_at=None).defer("identities")

    def _learn(self, versions: list[EntryVersion]) -> None:
        for version in versions:
            self._count_one(version, _weight(version))
            self._since = min(self._since, version.pk)
        self._count += len(versions)

    def _take(self, version: EntryVersion) -> None:
        """Learn a new version, and forget the one that it replaces."""
        if version.version > 1:
            before = EntryVersion.objects.filter(entry=version.entry_id, version=version.version - 1).first()
            if before is not None and self._since <= before.pk <= self._until:
                self._count_one(before, -_weight(before))
        if version.what != EntryVersion.What.STRUCK:
            self._count_one(version, _weight(version))
        self._until = version.pk
        self._count += 1

    def _count_one(self, version: EntryVersion, weight: float) -> None:
        if not version.content:  # erased
            return
        content = Content.model_validate(version.content)
        if content.category:
            self.learner.learn(f"{content.words} {content.text}", content.category, weight)


def _weight(version: EntryVersion) -> float:
    return CORRECTED if version.what == EntryVersion.What.CORRECTED else 1.0


_learned: dict[str, LearnedLogbook] = {}


def proposed(logbook: Logbook, text: str, n: int = PROPOSED) -> list[str]:
    """Return the categories that a text most likely belongs to, best first; none while it says too little."""
    known = _learned.get(logbook.name)
    if known is None or known.logbook is not logbook or time.monotonic() - known.made > FRESH_S:
        known = _learned[logbook.name] = LearnedLogbook(logbook)
    known.follow()
    return known.learner.suggest(text, n, known.offered)


def offers(logbook: Logbook, code: str) -> bool:
    """Tell whether a logbook takes a category."""
    return not logbook.categories or any(code == each or code.startswith(f"{each}.") for each in logbook.categories)
