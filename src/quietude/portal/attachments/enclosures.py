"""What attachments add to an entry: files that come with its form, and what a certified extract encloses."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from uuid import uuid5
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from quietude.portal.accounts.models import User
from quietude.portal.attachments.acts import attach
from quietude.portal.attachments.models import Attachment
from quietude.portal.attachments.reading import are_open
from quietude.portal.attachments.taking import Taken, take
from quietude.portal.logbook.enclosed import Brought, Enclosed
from quietude.portal.logbook.models import Entry
from quietude.portal.logbook.reading import Seen
from quietude.portal.logbook.wording import Line
from quietude.portal.town import current_town
from quietude.portal.uploads.keeping import Damaged
from quietude.portal.uploads.problem import UploadRefused


def brought(request: HttpRequest) -> Brought:
    """Judge the files that come with an entry's form, before the entry is written: one that is refused refuses all."""
    faults: list[str] = []
    taken: list[Taken] = []
    for each in request.FILES.getlist("files"):
        if not isinstance(each, UploadedFile):
            continue
        try:
            taken.append(take(each))
        except UploadRefused as refused:
            faults.append(f"{each.name}: {refused}")

    def enclose(by: User, entry: Entry, purpose: str) -> None:
        for each in taken:
            name = f"{each.name} {sha256(each.content).hexdigest()}"  # a form that is sent twice attaches once
            attach(by, entry, each, key=uuid5(entry.key, name), purpose=purpose)

    return Brought(tuple(faults), enclose)


def enclosed(seen: Seen) -> Sequence[Enclosed]:
    """Return what an extract says of an entry's attachments, with their files: those of the reader who makes it."""
    rows = list(seen.entry.attachments.select_related("added_by", "struck_by"))
    if rows and not are_open(seen):
        closed = _("left out: closed to whoever made this extract")
        return [Enclosed(lines=(Line("attachments", _("Attachments"), closed),))]
    return [_enclosed(each) for each in rows]


def _enclosed(found: Attachment) -> Enclosed:
    begin = f"a{found.number}" if found.version == 1 else f"a{found.number}.{found.version}"
    zone = ZoneInfo(current_town().timezone)
    added = f"{found.added_by}, {found.added_at.astimezone(zone):%d/%m/%Y %H:%M:%S}"
    heading = _("Attachment %(number)d") % {"number": found.number}
    lines = [Line(f"{begin}.added", heading, f"{added} · {found.get_state_display()}")]
    if found.reason and found.struck_by is not None:
        lines.append(Line(f"{begin}.struck", _("Struck through"), f"{found.struck_by} · {found.reason}"))
    if found.caption:
        lines.append(Line(f"{begin}.caption", _("Caption"), found.caption))
    lines.append(Line(f"{begin}.digest", _("Digest in the journal"), found.digest))
    content: bytes | None
    try:
        content = found.content()
    except (FileNotFoundError, Damaged):
        content = None
    if content is None:
        if found.gone_at is None:
            missing = _("the file is missing or damaged")
            lines.append(Line(f"{begin}.missing", _("File"), missing))
        return Enclosed(lines=tuple(lines))
    name = f"{found.number}-{found.name.replace(' ', '_')}"
    lines += [
        Line(f"{begin}.file", _("File"), name),
        Line(f"{begin}.sha256", _("SHA-256 of the file"), sha256(content).hexdigest()),
    ]
    return Enclosed(lines=tuple(lines), name=name, content=content)
