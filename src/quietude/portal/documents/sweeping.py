"""Erases files and pictures that no document has: what a crash left between the disk and the database."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta

from quietude.journal.api import Kind
from quietude.portal.documents import files
from quietude.portal.journal.recording import Act, note
from quietude.portal.town import installation

AGE = timedelta(hours=6)
"""A file is written before its row: what is younger may be on its way."""


def sweep(now: datetime) -> int:
    """Erase files without a row, and pictures of such files; return how many files."""
    oldest = (now - AGE).timestamp()
    lost = [digest for digest, written in files.vault().kept() if written < oldest and not files.is_named(digest)]
    files.forget(lost)
    for folder in installation().document_pages_dir.glob("[0-9a-f][0-9a-f]/*"):
        if not files.is_named(folder.parent.name + folder.name):
            shutil.rmtree(folder, ignore_errors=True)
    if lost:
        detail = {"of": "document", "act": "swept", "files": str(len(lost))}
        note(Act(kind=Kind.ERASE, who="task:documents", detail=detail))
    return len(lost)
