"""What was erased from the portal's tables, by key and never by words, so that a restored backup forgets it again.

Each erasure adds lines to a file beside the facts, which backups copy. A restore puts those that are later than its
backup in a second file (`quietude.backup`); the portal carries them out before it serves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import orjson
from django.db import connection, transaction
from django.utils import timezone

from quietude.backup.api import PORTAL_ERASURES, PORTAL_ERASURES_LATER
from quietude.journal.api import Kind
from quietude.keeping.api import Asked, Found
from quietude.portal.participants import participant_of
from quietude.portal.protection.journal import note_act
from quietude.portal.protection.journal_parts import JOURNAL
from quietude.portal.protection.scrubbing import scrub_database
from quietude.portal.town import installation

COMMAND = "command"


def remember(erased: Sequence[Found], asked: Asked) -> None:
    """Note what an erasure erases, once it is final; nothing of what the rows held."""
    lines = []
    for each in erased:
        named = [name for name, text in each.content.items() if asked.finds([text])]
        columns = named or list(each.content)
        line = {"at": timezone.now().isoformat(), "place": each.place, "key": each.key, "columns": columns}
        lines.append(orjson.dumps(line) + b"\n")
    if lines:
        transaction.on_commit(partial(_append, _folder() / PORTAL_ERASURES, b"".join(lines)))


def repeat_later() -> int:
    """Erase again what a restored database still has though it was erased since; return how much was asked for.

    Done once: row numbers that are given anew after a restore are others'.
    """
    path = _folder() / PORTAL_ERASURES_LATER
    if not path.is_file():
        return 0
    by_place: dict[str, list[Found]] = defaultdict(list)
    for line in path.read_bytes().splitlines():
        said = orjson.loads(line)
        content = dict.fromkeys(said["columns"], "")
        by_place[said["place"]].append(Found(place=said["place"], key=said["key"], source="", content=content))
    count = sum(map(len, by_place.values()))
    with transaction.atomic():
        for place, found in by_place.items():
            participant = participant_of(place)
            if participant is not None:
                participant.erase(_there(place, found), Asked())
        note_act(Kind.ERASE, COMMAND, f"{count} erasures repeated after a restore")
    scrub_database()
    path.unlink()
    return count


def _there(place: str, found: Sequence[Found]) -> Sequence[Found]:
    """Leave out lines that the restored journal does not have: it is shorter than the one of the erasure."""
    if place != JOURNAL:
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_leaf")
        size = cursor.fetchone()[0]
    return [each for each in found if int(each.key) < size]


def _append(path: Path, lines: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(lines)


def _folder() -> Path:
    return installation().facts_dir.parent
