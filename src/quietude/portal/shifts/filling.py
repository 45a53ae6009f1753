"""A report as its reader may see it: texts of entries filled in by rights, version by version, and noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from quietude.journal.api import Kind as JournalKind
from quietude.portal.journal.recording import Act, note
from quietude.portal.logbook.content import Content
from quietude.portal.logbook.models import Entry, EntryVersion
from quietude.portal.logbook.reading import PLACE, TEXT, Reader
from quietude.portal.shifts.document import Document, EntryRef, Section, clock
from quietude.portal.ui.words import category_view


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a report in words."""

    label: str
    when: str = ""
    category: str = ""
    place: str = ""
    said: str = ""
    remark: str = ""
    """What a reader must know of it: struck through, corrected since, closed to them, or gone."""


@dataclass(frozen=True, slots=True)
class Part:
    """One section with its entries in words."""

    section: Section
    lines: tuple[Line, ...]


def filled(document: Document, reader: Reader, language: str, *, what: str, to_whom: str = "") -> list[Part]:
    """Return a report's sections with the entries that the reader may read; the line is written first.

    Args:
        document: what was signed, or would be.
        reader: who reads.
        language: of the categories' names.
        what: what the journal says was read: a report's number, or "draft".
        to_whom: where it is taken to, such as "pdf"; "" for a page.

    Raises:
        JournalUnavailableError: the line cannot be written; nothing is shown.
    """
    refs = [ref for section in document.sections for ref in section.entries]
    entries = {
        (entry.logbook, entry.label): entry
        for entry in reader.entries().filter(label__in={ref.label for ref in refs}) if refs
    }  # fmt: skip
    versions = {
        (version.entry_id, version.version): version
        for version in EntryVersion.objects.filter(entry__in=entries.values()).defer("identities")
    }
    _note(reader, [ref.label for ref in refs if (ref.logbook, ref.label) in entries], what, to_whom)
    return [
        Part(section, tuple(_line(ref, entries, versions, reader, language) for ref in section.entries))
        for section in document.sections
    ]


def _line(
    ref: EntryRef, entries: dict[tuple[str, str], Entry], versions: dict[tuple[int, int], EntryVersion],
    reader: Reader, language: str,
) -> Line:  # fmt: skip
    entry = entries.get((ref.logbook, ref.label))
    if entry is None:
        return Line(ref.label, remark=_("closed to you, or erased"))
    version = versions.get((entry.pk, ref.version))
    opened = reader.opens(entry)
    if version is None or TEXT not in opened:
        return Line(ref.label, when=clock(entry.occurred_at, "%d/%m %H:%M"), remark=_("text closed to you"))
    if version.digest != ref.digest or not version.content:
        return Line(ref.label, remark=_("no longer what was signed: erased, or changed by hand"))
    content = Content.model_validate(version.content)
    is_struck = version.what == EntryVersion.What.STRUCK
    later = _("corrected since") if entry.version > ref.version and not entry.is_struck else ""
    struck = _("struck through") if is_struck else _("struck through since") if entry.is_struck else ""
    return Line(
        label=ref.label,
        when=clock(content.occurred_at, "%d/%m %H:%M"),
        category=category_view(content.category or None, language).label,
        place=content.place.label if PLACE in opened else "",
        said="\n".join(filter(None, (content.text, content.action))),
        remark=struck or later,
    )


def _note(reader: Reader, labels: Sequence[str], what: str, to_whom: str) -> None:
    kind = JournalKind.COMMUNICATE if to_whom else JournalKind.CONSULT
    note(
        Act(
            kind=kind, who=reader.viewer.who, purpose=reader.viewer.purpose or "", motive=reader.viewer.motive or "",
            ids=labels, filter_text=f"report:{what}", to_whom=to_whom, detail={"columns": "text"},
        )
    )  # fmt: skip
