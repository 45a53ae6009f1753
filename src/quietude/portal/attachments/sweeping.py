"""Erases files that no row keeps: what a crash left between the disk and the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from quietude.journal.api import Kind
from quietude.portal.attachments.models import Attachment, vault
from quietude.portal.journal.recording import Act, note

AGE = timedelta(hours=6)
"""A file is written before its row, and erased after it: what is younger may be on its way."""


def sweep(now: datetime) -> int:
    """Erase files without a row and files whose row says that they are gone; return how many."""
    oldest = (now - AGE).timestamp()
    old = [digest for digest, written in vault().kept() if written < oldest]
    lost = 0
    for begin in range(0, len(old), 500):
        some = old[begin : begin + 500]
        rows = Attachment.objects.filter(digest__in=some, gone_at=None)
        kept = set(rows.values_list("digest", flat=True))
        lost += sum(vault().forget(digest) for digest in some if digest not in kept)
    if lost:
        detail = {"of": "attachment", "act": "swept", "files": str(lost)}
        note(Act(kind=Kind.ERASE, who="task:attachments", detail=detail))
    return lost
