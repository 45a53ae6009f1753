"""What people add to a document: notes beside its pages, links to entries and situations."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.documents.acts import line, step
from quietude.portal.documents.changes import changed
from quietude.portal.documents.linked import ShownLink, linkers
from quietude.portal.documents.models import SAID_MAX, Document, Link, Note, Step
from quietude.portal.journal.recording import note
from quietude.portal.logbook.reading import Reader as LogbookReader

PK_DIGITS = 18
"""A number with as many digits is beyond what the database counts."""


@transaction.atomic
def write_note(by: User, document: Document, *, page: int, said: str, now: datetime | None = None) -> Note:
    """Write a note beside a page.

    Raises:
        PermissionDenied: `by` may not add to documents.
        ValidationError: nothing is said, or there is no such page.
    """
    _may(by)
    now = now or timezone.now()
    words = " ".join(said.split())[:SAID_MAX]
    if not words:
        raise ValidationError({"said": gettext("Nothing is said yet.")})
    if not 1 <= page <= max(document.current.page_count, 1):
        raise ValidationError({"page": gettext("This document has no page %s.") % page})
    made = Note.objects.create(document=document, page=page, said=words, at=now, by=by)
    step(document, Step.What.NOTED, by, now, f"p. {page}")
    changed(document)
    note(line(Kind.MODIFY, by, document, act="noted", page=str(page)))
    return made


@transaction.atomic
def remove_note(by: User, document: Document, pk: int, *, now: datetime | None = None) -> None:
    """Remove a note: one's own, or anybody's for whoever keeps documents.

    Raises:
        PermissionDenied: there is no such note that `by` may remove.
    """
    _may(by)
    found = document.notes.filter(pk=pk).first()
    if found is None or (found.by_id != by.pk and not by.holds(Right.KEEP_DOCUMENTS)):
        raise PermissionDenied
    page = found.page
    found.delete()
    step(document, Step.What.UNNOTED, by, now or timezone.now(), f"p. {page}")
    changed(document)
    note(line(Kind.MODIFY, by, document, act="note_removed", page=str(page)))


@transaction.atomic
def link(by: User, reader: LogbookReader, document: Document, ref: str, *, now: datetime | None = None) -> str:
    """Link a document to an entry (logbook/label) or a situation (its key) that the reader may see; return its name.

    Raises:
        PermissionDenied: `by` may not add to documents, or not change what it would be linked to.
        ValidationError: there is no such thing for them, or it takes nothing more.
    """
    _may(by)
    now, name = now or timezone.now(), ref.strip()
    for linker in linkers():
        if linker.knows(by, name):
            return linker.link(by, reader, document, name, now)
    if not _is_there(by, reader, name):
        raise ValidationError({"ref": gettext("There is nothing called “%(ref)s” that you may read.") % {"ref": name}})
    what = Link.What.ENTRY
    _, is_new = Link.objects.get_or_create(document=document, what=what, ref=name, defaults={"at": now, "by": by})
    if is_new:
        note_linked(by, document, f"{what}:{name}", now)
    return name


@transaction.atomic
def unlink(by: User, document: Document, key: str, *, now: datetime | None = None) -> None:
    """Remove a link, by the key that it is shown with; both stay what they are.

    Raises:
        PermissionDenied: `by` may not add to documents, or there is no such link.
        ValidationError: what it leads to is over.
    """
    _may(by)
    now = now or timezone.now()
    what, _, said = key.partition("-")
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < PK_DIGITS else 0
    for linker in linkers():
        if what == linker.WHAT:
            linker.unlink(by, document, number, now)
            return
    found = document.links.filter(pk=number).first() if what == Link.What.ENTRY else None
    if found is None:
        raise PermissionDenied
    name = f"{found.what}:{found.ref}"
    found.delete()
    note_unlinked(by, document, name, now)


def note_linked(by: User, document: Document, to: str, now: datetime) -> None:
    """Say in a document's history and in the journal that it was linked: what:name."""
    step(document, Step.What.LINKED, by, now, to.partition(":")[2])
    note(line(Kind.LINK, by, document, act="linked", to=to))


def note_unlinked(by: User, document: Document, to: str, now: datetime) -> None:
    """Say in a document's history and in the journal that a link was removed: what:name."""
    step(document, Step.What.UNLINKED, by, now, to.partition(":")[2])
    note(line(Kind.MODIFY, by, document, act="unlinked", to=to))


def links_of(document: Document, by: User, reader: LogbookReader) -> list[ShownLink]:
    """Return the links of a document as somebody may see them: of what is closed to them, that there is one."""
    shown = []
    for each in document.links.all():
        is_open = _is_there(by, reader, each.ref)
        url = reverse("logbook:entry", args=each.ref.split("/", 1)) if is_open else ""
        what = str(each.get_what_display())
        shown.append(ShownLink(f"{each.what}-{each.pk}", what, each.ref if is_open else "", url))
    return shown + [found for linker in linkers() for found in linker.links(by, document)]


def _is_there(by: User, reader: LogbookReader, ref: str) -> bool:
    logbook, _, label = ref.partition("/")
    return by.holds(Right.READ_LOGBOOK) and reader.entries().filter(logbook=logbook, label=label).exists()


def _may(by: User) -> None:
    if not by.holds(Right.ADD_DOCUMENTS):
        raise PermissionDenied
