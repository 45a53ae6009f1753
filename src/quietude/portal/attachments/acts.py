"""Acts on attachments: attach, blur, strike through. Each is whole with its line in the journal, or did not happen."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext

from quietude.journal.api import Kind as JournalKind
from quietude.model.identity import event_uid
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.attachments.blurring import Marks, blurred
from quietude.portal.attachments.models import CAPTION_MAX, Attachment, State, vault
from quietude.portal.attachments.taking import MAKING, Taken, size_px
from quietude.portal.journal.recording import Act, note
from quietude.portal.logbook.acting import REASON_MIN
from quietude.portal.logbook.acts import SALT_BYTES
from quietude.portal.logbook.content import clean
from quietude.portal.logbook.models import Entry
from quietude.portal.logbook.writers import may_write
from quietude.portal.protection.durations import current_held
from quietude.portal.town import current_town
from quietude.portal.uploads.judging import Kind

FILES_MAX = 40  # of one entry: an extract of it stays one that can be sent


class ConflictError(Exception):
    """The attachment was blurred or struck through by somebody else since it was opened."""


def attach(
    by: User,
    entry: Entry,
    taken: Taken,
    *,
    key: UUID,
    caption: str = "",
    purpose: str = "",
    now: datetime | None = None,
) -> Attachment:
    """Attach a file to an entry and return it; one that was attached already under its key is returned as it is.

    Raises:
        PermissionDenied: `by` does not write in the entry's logbook, or the key is of somebody else's file.
        ValidationError: the entry is struck through, or has as many files as it may.
        JournalUnavailableError: the line cannot be written; nothing was kept.
    """
    _allowed(by, entry)
    known = Attachment.objects.filter(key=key).first()
    if known is not None:
        if known.added_by_id != by.pk or known.entry_id != entry.pk:
            raise PermissionDenied
        return known
    made = _made(entry, taken.kind, taken.content, taken.size_px, by=by, key=key, now=now or timezone.now())
    made.name, made.is_scanned = taken.name, taken.is_scanned
    made.caption = " ".join(clean(caption).split())[:CAPTION_MAX]
    with _Kept(made, taken.content), transaction.atomic():
        held = Entry.objects.select_for_update().get(pk=entry.pk)
        if held.is_struck:
            raise ValidationError(gettext("This entry is struck through; nothing is attached to it any more."))
        last = held.attachments.aggregate(last=Max("number"))["last"] or 0
        if last >= FILES_MAX:
            raise ValidationError(
                gettext("An entry takes %(most)s files at most. Write a second one.") % {"most": FILES_MAX}
            )
        made.number = last + 1
        made.save()
        note(_line(JournalKind.COLLECT, by, made, purpose, {"act": "attached", "scanned": _word(made.is_scanned)}))
    return made


def blur(
    by: User,
    found: Attachment,
    marks: Marks,
    *,
    seen_version: int,
    purpose: str = "",
    now: datetime | None = None,
) -> Attachment:
    """Put a blurred picture in the place of a photograph, whose own file is erased for good.

    Raises:
        PermissionDenied: `by` does not write in the entry's logbook.
        ConflictError: it is not the version that was seen any more.
        ValidationError: it is no photograph, or a legal hold keeps its file.
        FileNotFoundError, Damaged: its file is not there, or not what was attached.
    """
    _allowed(by, found.entry)
    now = now or timezone.now()
    if not found.is_photograph:
        raise ValidationError(gettext("Only photographs are blurred. Blur the paper, and attach a new PDF."))
    if found.version != seen_version or found.state != State.CURRENT:
        raise ConflictError
    _not_held(found.entry)
    with MAKING:
        content = blurred(found.content(), Kind(found.kind), marks)
    made = _made(found.entry, Kind(found.kind), content, size_px(content), by=by, key=uuid4(), now=now)
    made.number, made.version = found.number, found.version + 1
    made.name, made.caption, made.is_scanned = found.name, found.caption, found.is_scanned
    with _Kept(made, content), transaction.atomic():
        held = Attachment.objects.select_for_update().get(pk=found.pk)
        if held.state != State.CURRENT:
            raise ConflictError
        made.save()
        held.state, held.gone_at, held.salt = State.REPLACED, now, b""
        held.save(update_fields=["state", "gone_at", "salt"])
        said = {"act": "blurred", "marks": str(len(marks.marks)), "replaces": held.digest}
        note(_line(JournalKind.MODIFY, by, made, purpose, said))
        held.forget_file()
    return made


@transaction.atomic
def strike(by: User, found: Attachment, *, reason: str, purpose: str = "", now: datetime | None = None) -> Attachment:
    """Strike an attachment through: it stays, with who struck it and why, and counts no more.

    Raises:
        PermissionDenied: `by` neither attached it nor supervises, or does not write in the logbook.
        ValidationError: the reason is missing, or it is not attached any more.
    """
    _allowed(by, found.entry)
    held = Attachment.objects.select_for_update().get(pk=found.pk)
    if by.pk not in {held.added_by_id, held.entry.author_id} and not by.holds(Right.SUPERVISE):
        raise PermissionDenied
    said = " ".join(clean(reason).split())
    if len(said) < REASON_MIN:
        raise ValidationError({"reason": gettext("Say why, in a few words.")})
    if held.state != State.CURRENT:
        raise ValidationError(gettext("This attachment is struck through or replaced already."))
    held.state, held.reason, held.struck_at, held.struck_by = State.STRUCK, said, now or timezone.now(), by
    held.full_clean(exclude=["salt"])
    held.save(update_fields=["state", "reason", "struck_at", "struck_by"])
    note(_line(JournalKind.MODIFY, by, held, purpose, {"act": "attachment_struck", "reason": said}))
    return held


class _Kept:
    """Keeps a file on the disk before its row says so, and erases it again when the row is refused."""

    def __init__(self, made: Attachment, content: bytes) -> None:
        self.made, self.content = made, content

    def __enter__(self) -> None:
        self.made.digest = vault().keep(self.content, bytes(self.made.salt))

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is not None:
            vault().forget(self.made.digest)


def _made(
    entry: Entry, kind: Kind, content: bytes, size: tuple[int, int] | None, *, by: User, key: UUID, now: datetime
) -> Attachment:
    width_px, height_px = size or (None, None)
    return Attachment(
        key=key, entry=entry, kind=kind.value, size_bytes=len(content), width_px=width_px, height_px=height_px,
        added_at=now, added_by=by, salt=secrets.token_bytes(SALT_BYTES),
    )  # fmt: skip


def _not_held(entry: Entry) -> None:
    held = current_held()
    if held.names(entry.logbook) or event_uid(entry.logbook, entry.label) in held.uids:
        raise ValidationError(
            gettext(
                "A legal hold keeps what this entry holds: blurring would erase the photograph as it was taken. Blur "
                "it when the hold is lifted; until then, ask the data-protection officer."
            )
        )


def _allowed(by: User, entry: Entry) -> None:
    logbook = current_town().logbooks.get(entry.logbook)
    if logbook is None or not may_write(by, logbook):
        raise PermissionDenied


def _word(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _line(kind: JournalKind, by: User, found: Attachment, purpose: str, detail: dict[str, str]) -> Act:
    said = {
        "of": "attachment", "logbook": found.entry.logbook, "attachment": str(found.number),
        "attachment_version": str(found.version), "type": found.kind, "bytes": str(found.size_bytes),
        "digest": found.digest,
    }  # fmt: skip
    return Act(kind=kind, who=f"user:{by.pk}", purpose=purpose, ids=(found.entry.label,), detail=said | detail)
