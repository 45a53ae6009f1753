"""Acts on documents: add, replace, describe, read again. Each is whole with its line in the journal, or not done."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.model.event import SENSITIVITY_ORDER, Sensitivity
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.attachments.taking import looked_at
from quietude.portal.documents import files
from quietude.portal.documents.changes import changed
from quietude.portal.documents.classes import OTHER, current_classes
from quietude.portal.documents.judging import FILE_BYTES_MAX, clean_name, media_type_of
from quietude.portal.documents.models import TITLE_MAX, UPLOADED, Document, OnlyFor, State, Step, Tag, Version
from quietude.portal.documents.scope import Reader
from quietude.portal.journal.recording import Act, note
from quietude.portal.services.models import Service
from quietude.portal.town import town_day
from quietude.portal.uploads.problem import UploadRefused

TAGS_MAX = 20
TAG_MAX = 40


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that may be kept as a document."""

    content: bytes
    name: str
    media_type: str
    is_scanned: bool

    @property
    def sha256(self) -> str:
        """Return the digest of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a document when it is added; what is left out comes from its class."""

    kind: str = OTHER
    title: str = ""
    sensitivity: str = ""
    service: Service | None = None
    dated_on: date | None = None
    tags: tuple[str, ...] = ()
    source: str = UPLOADED
    is_fictional: bool = False
    regime: str = ""
    until: date | None = None
    """Its last day, where its source says how long it is kept."""
    only_for: tuple[Service, ...] | None = None
    """Services that alone may see it, none at all where empty; None: whoever its sensitivity lets."""
    is_beside: bool = False
    """Whether it is kept even where another document has the same file: each place of documents keeps its own."""


class AlreadyThereError(Exception):
    """A document that the reader may see has the same file already."""

    def __init__(self, document: Document) -> None:
        super().__init__(str(document))
        self.document = document


def take(name: str, content: bytes) -> Taken:
    """Return a file as it may be kept: as it is, judged by its content, looked at by the virus scanner.

    Raises:
        UploadRefused: it is not taken; the message says why, and what to do.
    """
    media_type = media_type_of(content, name)
    return Taken(content, clean_name(name, media_type), media_type, looked_at(content))


def take_sent(sent: UploadedFile[bytes]) -> Taken:
    """Return a file of a form, as `take`.

    Raises:
        UploadRefused: as above.
    """
    if (sent.size or 0) > FILE_BYTES_MAX:
        said = gettext("The document is larger than %(most)s MB. Send it in parts.")
        raise UploadRefused(said % {"most": FILE_BYTES_MAX // 2**20})
    return take(sent.name or "", sent.read())


def add(by: User | None, reader: Reader | None, taken: Taken, said: Said, *, now: datetime | None = None) -> Document:
    """Keep a new document; its text is read in the background.

    Args:
        by: Who adds it; None for the software's own tasks, such as the inbox folder.
        reader: Who is told of a document that has the same file already; None: nobody asks, all count.
        taken: The file.
        said: What is said of it.
        now: Aware.

    Raises:
        PermissionDenied: `by` may not add documents.
        ValidationError: the class is not one of the town's, or what it says is closed would be opened.
        AlreadyThereError: the same file is there already, and the reader may see it.
        JournalUnavailableError: the line cannot be written; nothing was kept.
    """
    _may(by, Right.ADD_DOCUMENTS)
    now = now or timezone.now()
    kind = current_classes().get(said.kind)
    if kind is None:
        raise ValidationError({"kind": gettext("The town has no class of documents called “%s”.") % said.kind})
    _refuse_to_open(by, said.sensitivity, kind.sensitivity)
    if not said.is_beside:
        refuse_same(reader, taken)
    since = said.dated_on or town_day(now)
    document = Document(
        title=_clean(said.title)[:TITLE_MAX] or taken.name.rpartition(".")[0][:TITLE_MAX], kind=said.kind,
        source=said.source, sensitivity=said.sensitivity or kind.sensitivity.value,
        regime=said.regime or kind.regime.value, service=said.service, dated_on=said.dated_on, added_at=now,
        added_by=by, retain_until=said.until or kind.until(since), is_worm=kind.worm, is_fictional=said.is_fictional,
    )  # fmt: skip
    document.full_clean(exclude=["added_by"])
    with files.alone(), transaction.atomic():
        document.save()
        if reader is not None and not reader.documents().filter(pk=document.pk).exists():
            raise ValidationError(
                gettext("You could not see this document yourself. Choose a service of yours for it.")
            )
        Tag.objects.bulk_create(Tag(document=document, name=name) for name in tags_of(said.tags))
        limit(document, said.only_for)
        made = _kept(document, 1, taken, by, now)
        step(document, Step.What.ADDED, by, now, made.name)
        note(line(Kind.COLLECT, by, document, act="added", sha256=made.sha256, source=said.source))
        changed(document, has_work=True)
    return document


def add_version(by: User | None, document: Document, taken: Taken, *, now: datetime | None = None) -> Version:
    """Keep a new version of a document; the ones before stay. `by` is None for the software's own tasks.

    Raises:
        PermissionDenied: `by` may not add documents.
        ValidationError: the document is written once, or the file is that of its version now.
    """
    _may(by, Right.ADD_DOCUMENTS)
    now = now or timezone.now()
    with files.alone(), transaction.atomic():
        held = Document.objects.select_for_update().get(pk=document.pk)
        refuse_locked(held, now)
        last = held.current
        if last.sha256 == taken.sha256:
            raise ValidationError(gettext("This is the file that is there already: nothing was changed."))
        made = _kept(held, last.number + 1, taken, by, now)
        step(held, Step.What.REPLACED, by, now, made.name)
        note(line(Kind.MODIFY, by, held, act="new_version", version=str(made.number), sha256=made.sha256))
        changed(held, has_work=True)
    return made


@transaction.atomic
def describe(by: User, document: Document, said: Said, *, now: datetime | None = None) -> Document:
    """Change what is said of a document: title, class, sensitivity, service, date, tags.

    Raises:
        PermissionDenied: `by` may not add documents.
        ValidationError: the class is unknown, or what is closed or written once would be opened or loosened.
    """
    _may(by, Right.ADD_DOCUMENTS)
    now = now or timezone.now()
    held = Document.objects.select_for_update().get(pk=document.pk)
    kind = current_classes().get(said.kind)
    if kind is None and said.kind != held.kind:
        raise ValidationError({"kind": gettext("The town has no class of documents called “%s”.") % said.kind})
    _refuse_to_open(by, said.sensitivity, held.sensitivity)
    before = {name: getattr(held, name) for name in ("title", "kind", "sensitivity", "service_id", "dated_on")}
    if kind is not None and said.kind != held.kind:
        refuse_locked(held, now)
        held.is_worm = kind.worm
        since = said.dated_on or town_day(held.added_at)
        held.retain_until = max(held.retain_until, kind.until(since))  # only who keeps documents shortens a term
    held.title, held.kind = _clean(said.title)[:TITLE_MAX] or held.title, said.kind
    held.sensitivity, held.service, held.dated_on = said.sensitivity or held.sensitivity, said.service, said.dated_on
    held.full_clean(exclude=["added_by", "held_by"])
    held.save()
    names = set(tags_of(said.tags))
    had = set(held.tags.values_list("name", flat=True))
    held.tags.filter(name__in=had - names).delete()
    Tag.objects.bulk_create(Tag(document=held, name=name) for name in sorted(names - had))
    parts = [name.removesuffix("_id") for name, value in before.items() if getattr(held, name) != value]
    parts += ["tags"] if names != had else []
    if parts:
        step(held, Step.What.CHANGED, by, now, ", ".join(parts))
        note(line(Kind.MODIFY, by, held, act="described", parts=",".join(parts)))
        changed(held)
    return held


@transaction.atomic
def read_again(by: User, version: Version, *, now: datetime | None = None) -> None:
    """Have the text of a version read once more.

    Raises:
        PermissionDenied: `by` may not add documents.
    """
    _may(by, Right.ADD_DOCUMENTS)
    held = Version.objects.select_for_update().get(pk=version.pk)
    if held.state == State.WAITING:
        return
    held.state, held.fault, held.reason, held.tries = State.WAITING, "", "", 0
    held.save(update_fields=["state", "fault", "reason", "tries"])
    step(held.document, Step.What.AGAIN, by, now or timezone.now(), f"{held.number}")
    note(line(Kind.MODIFY, by, held.document, act="read_again", version=str(held.number)))
    changed(held.document, has_work=True)


def refuse_same(reader: Reader | None, taken: Taken) -> None:
    """Refuse a file that is the newest version of a document which the reader may see.

    Raises:
        AlreadyThereError: there is one.
    """
    seen = Document.objects.all() if reader is None else reader.documents()
    for version in Version.objects.filter(sha256=taken.sha256, document__in=seen).select_related("document"):
        if version.document.current.pk == version.pk:
            raise AlreadyThereError(version.document)


def limit(document: Document, only_for: tuple[Service, ...] | None) -> None:
    """Keep for whom alone a document is, as `Said.only_for` says it; whoever does notes that it changed."""
    OnlyFor.objects.filter(document=document).delete()
    if only_for is not None:
        OnlyFor.objects.bulk_create(OnlyFor(document=document, service=each) for each in only_for or (None,))


def refuse_locked(document: Document, now: datetime) -> None:
    """Refuse to change the file of what is written once.

    Raises:
        ValidationError: its term is not over.
    """
    if document.is_locked(town_day(now)):
        said = gettext("This document is written once: it stays as it is until %(day)s.")
        raise ValidationError(said % {"day": document.retain_until.strftime("%d/%m/%Y")})


def _refuse_to_open(by: User | None, wanted: str, least: str) -> None:
    """Refuse to make a document more open than it is, or than its class says, but to whoever keeps documents."""
    if not wanted or by is None or by.holds(Right.KEEP_DOCUMENTS):
        return
    if SENSITIVITY_ORDER.index(Sensitivity(wanted)) < SENSITIVITY_ORDER.index(Sensitivity(least)):
        said = gettext("Only whoever keeps documents makes one more open than it is, or than its class says.")
        raise ValidationError({"sensitivity": said})


def tags_of(names: Iterable[str]) -> list[str]:
    """Return tags as they are kept: in lower case, without doubles, a limited number."""
    said = [_clean(name).lower()[:TAG_MAX].strip() for name in names]
    return sorted(dict.fromkeys(name for name in said if name))[:TAGS_MAX]


def step(document: Document, what: Step.What, by: User | None, now: datetime, said: str = "") -> None:
    """Write a line of the document's own history."""
    Step.objects.create(document=document, what=what, at=now, by=by, said=said[:300])


def line(kind: Kind, by: User | None, document: Document, **detail: str) -> Act:
    """Return the line of the journal for an act on a document."""
    who = f"user:{by.pk}" if by is not None else "task:documents"
    said = {"of": "document", "class": document.kind} | detail
    return Act(kind=kind, who=who, ids=(f"document/{document.pk}",), detail=said)


def _kept(document: Document, number: int, taken: Taken, by: User | None, now: datetime) -> Version:
    """Keep the file on the disk, then its row: a file without a row is swept later."""
    return Version.objects.create(
        document=document, number=number, name=taken.name, sha256=files.vault().keep(taken.content),
        media_type=taken.media_type, size_bytes=len(taken.content), is_scanned=taken.is_scanned, added_at=now,
        added_by=by,
    )  # fmt: skip


def _may(by: User | None, right: Right) -> None:
    if by is not None and not by.holds(right):
        raise PermissionDenied


def _clean(text: str) -> str:
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())
