"""Attachments as their reader may see them: to whom an entry's text and place are open; each opening is noted first."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from quietude.journal.api import Kind as JournalKind
from quietude.portal.accounts.access import user_of
from quietude.portal.attachments.models import Attachment, State
from quietude.portal.journal.recording import Act, note
from quietude.portal.logbook.models import Entry
from quietude.portal.logbook.reading import PLACE, TEXT, Reader, Seen, reader_of
from quietude.portal.logbook.writers import may_write
from quietude.portal.rights.standing import standing_in
from quietude.portal.town import current_town

SHOWN = (State.CURRENT, State.STRUCK)
"""States in which an attachment has a page; of a replaced one its successor is shown."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An entry of which somebody asks for the attachments, which are open to them."""

    reader: Reader
    entry: Entry
    writes: bool
    """Whether they write in its logbook."""


def asked_of(request: HttpRequest, logbook: str, label: str) -> Asked:
    """Return the entry whose attachments are asked for.

    Raises:
        Http404: there is no such entry for whoever asks.
        PermissionDenied: its text is closed to them, or its place: a photograph shows both.
    """
    reader = reader_of(user_of(request), standing_in(request))
    entry = reader.entries().filter(logbook=logbook, label=label).select_related("author").first()
    if entry is None:
        raise Http404
    if not reader.opens(entry) >= {TEXT, PLACE}:
        raise PermissionDenied
    configured = current_town().logbooks.get(logbook)
    return Asked(reader, entry, configured is not None and may_write(user_of(request), configured))


def are_open(seen: Seen) -> bool:
    """Tell whether the attachments of an entry are open to whoever sees it so."""
    return seen.content is not None and seen.shows_place


def attachments_of(entry: Entry) -> list[Attachment]:
    """Return the attachments of an entry that have a page, in order."""
    found = entry.attachments.filter(state__in=SHOWN)
    return list(found.select_related("added_by", "struck_by", "entry"))


def attachment_of(asked: Asked, number: int) -> Attachment:
    """Return one attachment of an entry.

    Raises:
        Http404: it has none of this number, or it was erased.
    """
    found = asked.entry.attachments.filter(number=number, state__in=SHOWN)
    shown = found.select_related("entry", "added_by", "struck_by").first()
    if shown is None:
        raise Http404
    return shown


def note_opening(asked: Asked, found: Attachment, columns: str) -> None:
    """Note that an attachment is opened, before anything of it is shown.

    Raises:
        JournalUnavailableError: the line cannot be written; nothing is shown.
    """
    viewer = asked.reader.viewer
    note(
        Act(
            kind=JournalKind.CONSULT, who=viewer.who, purpose=viewer.purpose or "", motive=viewer.motive or "",
            ids=(asked.entry.label,),
            detail={
                "of": "attachment", "logbook": asked.entry.logbook, "attachment": str(found.number),
                "attachment_version": str(found.version), "digest": found.digest, "columns": columns,
            },
        )
    )  # fmt: skip
