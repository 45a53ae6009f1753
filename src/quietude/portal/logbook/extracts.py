"""A certified extract of an entry: every version on paper, and beside it the proof that the journal signed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quietude.journal.api import Kind as JournalKind
from quietude.portal.accounts.models import User
from quietude.portal.journal.certifying import certify
from quietude.portal.journal.recording import Act, log_key
from quietude.portal.logbook.enclosed import Enclosed, enclosed_with
from quietude.portal.logbook.reading import Seen
from quietude.portal.logbook.wording import Line, lines_of
from quietude.portal.paper import Paper, drawable
from quietude.portal.town import current_town

ENCLOSED = "attachments"
"""Folder of the archive with the files of the entry."""
LANGUAGE = "fr"
"""Extracts go to French courts, whatever the language of the screen."""


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom an extract is made, and why."""

    to_whom: str
    reference: str
    """Of the request it answers: a number of the prosecutor's office, a requisition."""


@dataclass(frozen=True, slots=True)
class Part:
    """One version, or what stands above them all, field by field."""

    heading: str
    lines: tuple[Line, ...]


@transaction.atomic
def make(by: User, seen: Seen, asked: Asked, *, purpose: str, now: datetime | None = None) -> bytes:
    """Return the extract of an entry as an archive: the PDF, its proof, and how to check them.

    What the reader may not see is not in it: without identities opened on demand, it says that they are left out.

    Raises:
        JournalUnavailableError: the line cannot be written; there is no extract then.
    """
    now = now or timezone.now()
    enclosed = enclosed_with(seen)
    parts = parts_of(seen, by, asked, now, enclosed)
    fields = [
        {"name": line.name, "label": line.label, "said": drawable(line.said)} for part in parts for line in part.lines
    ]
    hashes = [sha256(json.dumps(field, sort_keys=True, ensure_ascii=False).encode()).hexdigest() for field in fields]
    digest = sha256("".join(hashes).encode()).hexdigest()
    pdf = _drawn(seen, parts, digest, now)
    entry = seen.entry
    line = certify(
        Act(
            kind=JournalKind.COMMUNICATE, who=f"user:{by.pk}", purpose=purpose, motive=asked.reference,
            ids=(entry.label,), to_whom=asked.to_whom,
            detail={
                "act": "extract", "logbook": entry.logbook, "version": str(entry.version), "fields": digest,
                "pdf": sha256(pdf).hexdigest(),
            },
        )
    )  # fmt: skip
    proof = {"v": 1, "fields": fields, "hashes": hashes, "journal": line}
    files = {each.name: each.content for each in enclosed if each.content is not None}
    return _packed(entry.label, pdf, json.dumps(proof, ensure_ascii=False, indent=1).encode(), files)


def parts_of(seen: Seen, by: User, asked: Asked, now: datetime, enclosed: Sequence[Enclosed] = ()) -> list[Part]:
    """Return what the extract says: what it is, each version with author, reason and fields, then what it encloses."""
    town, entry = current_town(), seen.entry
    logbook = town.logbooks.get(entry.logbook)
    head = [
        Line("extract.entry", _("Entry"), entry.label),
        Line("extract.logbook", _("Logbook"), logbook.title.say(LANGUAGE) if logbook is not None else entry.logbook),
        Line("extract.to", _("Made for"), asked.to_whom),
        Line("extract.reference", _("Request"), asked.reference),
        Line("extract.by", _("Made by"), f"{by}, {_local(now)}"),
    ]
    if entry.is_struck:
        head.append(Line("extract.struck", _("State"), _("struck through: what it says counts no more")))
    parts = [Part("", tuple(head))]
    for version in entry.versions.select_related("author"):
        lines = [Line("written", _("Written"), f"{version.author}, {_local(version.at)}")]
        if version.reason:
            lines.append(Line("reason", _("Reason"), version.reason))
        lines += lines_of(seen.content_of(version), logbook, LANGUAGE)
        if seen.identities is not None:
            who = [f"{each.get('name', '')} {each.get('contact', '')}".strip() for each in version.identities]
            lines += [Line(f"identity{row}", _("Identity"), said) for row, said in enumerate(who, start=1) if said]
        elif version.identities:
            lines.append(Line("identities", _("Identities"), _("left out: closed to whoever made this extract")))
        lines.append(Line("digest", _("Digest in the journal"), version.digest))
        named = tuple(Line(f"v{version.version}.{line.name}", line.label, line.said) for line in lines)
        heading = _("Version %(number)d, %(what)s") % {"number": version.version, "what": version.get_what_display()}
        parts.append(Part(heading, named))
    if enclosed:
        parts.append(Part(_("Attachments"), tuple(line for each in enclosed for line in each.lines)))
    return parts


def _local(at: datetime) -> str:
    return at.astimezone(ZoneInfo(current_town().timezone)).strftime("%d/%m/%Y %H:%M:%S")


def _drawn(seen: Seen, parts: Sequence[Part], digest: str, now: datetime) -> bytes:
    town = current_town().title.say(LANGUAGE)
    title = _("Certified extract of %(label)s") % {"label": seen.entry.label}
    paper = Paper(
        title=title, author=town, foot=f"{town} · {seen.entry.label} · {digest[:16]}", identifier=digest[:32]
    )  # fmt: skip
    paper.line_of(town, 9)
    paper.line_of(title, 17, "B")
    for part in parts:
        paper.ln(2)
        if part.heading:
            paper.start_section(drawable(part.heading))
            paper.line_of(part.heading, 12, "B")
        for line in part.lines:
            paper.line_of(line.label, 8, "B")
            paper.line_of(line.said, 10)
    paper.ln(4)
    said = _("This extract is certified by the journal of acts of %(town)s. Its digest: %(digest)s.")
    paper.line_of(said % {"town": town, "digest": digest}, 8)
    paper.line_of(_("The proof is the file beside this one; “quietude audit verify --extract” checks both."), 8)
    return paper.closed(now)


def _packed(label: str, pdf: bytes, proof: bytes, files: Mapping[str, bytes]) -> bytes:
    """Return the archive. PDF/A-2 takes no files in itself (ISO 19005-2, 6.8), so that they stand beside it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{label}.pdf", pdf)
        archive.writestr(f"{label}.proof.json", proof)
        archive.writestr("LISEZMOI.txt", _how_to(label))
        for name, content in files.items():
            archive.writestr(f"{ENCLOSED}/{name}", content, zipfile.ZIP_STORED)
    return held.getvalue()


def _how_to(label: str) -> str:
    return _(
        "The PDF is the extract; the file .proof.json proves it. To check both, with the software Quiétude:\n\n"
        "    quietude audit verify --extract %(label)s.pdf --key KEY\n\n"
        "KEY is the public key of the journal. Do not take it from here alone: ask the town for it, or compare it with "
        "the one that was deposited with you. This is the one that the town used:\n\n    %(key)s\n\n"
        "The answer is UNTOUCHED, or what was altered, field by field. Files of the entry are in the folder "
        "“attachments”: leave it beside the PDF, it is checked too.\n"
    ) % {"label": label, "key": log_key().public}
