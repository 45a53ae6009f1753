"""What the portal does by itself while it is served: the journal's contents leave at their term, lost files too."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from django.db import DatabaseError, connection
from django.utils import timezone

from quietude.keeping.api import Held, Visa
from quietude.portal.alarms.exercises import KEPT, clear
from quietude.portal.attachments.sweeping import sweep
from quietude.portal.documents import sweeping as documents
from quietude.portal.flows.inbox import forget_old_hours
from quietude.portal.journal.recording import JournalUnavailableError
from quietude.portal.protection.journal_parts import JournalShelf
from quietude.portal.protection.scrubbing import scrub_database
from quietude.portal.town import current_town
from quietude.store.api import StoreError

LOG = logging.getLogger("quietude.upkeep")
EVERY_S = 6 * 3600.0
"""A portal that is started again each day, at whatever hour, still looks once a day."""
NOBODY_ELSE = Held(frozenset(), frozenset())
"""Legal holds are on facts: none keeps a line of the journal."""


def forget_old_lines(now: datetime) -> int:
    """Erase the contents of the lines that are past their term at a moment; the proof stays. Return how many lines.

    It needs no visa: the term is the law's (CNIL 2021-122), and its erasure is a line of its own.
    """
    shelf = JournalShelf(current_town().timezone)
    day = timezone.localdate(now)
    visa = Visa(by="task:protection", reason=f"term of {shelf.months} months", list_digest="")
    gone = sum(shelf.clear(due, visa) for due in shelf.due(day, NOBODY_ELSE))
    if gone:
        scrub_database()
    return gone


async def keep_up() -> None:
    """Look again and again, until cancelled; a fault is told, and tried again next time."""
    while True:
        await asyncio.to_thread(_once)
        await asyncio.sleep(EVERY_S)


def _once() -> None:
    try:
        gone = forget_old_lines(timezone.now())
        if gone:
            LOG.info("the contents of %d lines of the journal were past their term, and are erased", gone)
        played = clear(timezone.now(), ended_before=timezone.now() - KEPT)
        if played:
            LOG.info("%d facts and values of exercises were a week old, and are out of the store", played)
        forget_old_hours(timezone.now())
        swept = sweep(timezone.now())
        if swept:
            LOG.info("%d files that no entry has were left behind, and are erased", swept)
        lost = documents.sweep(timezone.now())
        if lost:
            LOG.info("%d files that no document has were left behind, and are erased", lost)
    except (DatabaseError, JournalUnavailableError, StoreError, OSError) as error:
        LOG.error("what is past its term could not be erased: %s", type(error).__name__)
    finally:
        connection.close()
