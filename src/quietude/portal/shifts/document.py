"""What a report says, before it is a page or a file: frozen at its signature, with entries by version and digest."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from django.db.models import F
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict

from quietude.portal.accounts.models import User
from quietude.portal.logbook.models import Entry, EntryVersion, State
from quietude.portal.logbook.reading import Reader
from quietude.portal.shifts.duty import entries_during
from quietude.portal.shifts.handover import handover_of
from quietude.portal.shifts.models import Shift
from quietude.portal.shifts.report_file import Block, ReportTemplate
from quietude.portal.town import current_town
from quietude.portal.ui.words import category_view

ENTRIES_MAX = 2000  # a shift writes some hundreds; more is another period's extract


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EntryRef(_Part):
    """An entry as it stood when the report was signed."""

    logbook: str
    label: str
    version: int
    digest: str


class Section(_Part):
    """One part of the report."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    entries: tuple[EntryRef, ...] = ()


class Document(_Part):
    """A report whole."""

    title: str
    label: str = ""
    """Its number; none before it is signed."""
    town: str
    service: str
    signer: str
    signed: str
    replaces: str = ""
    reason: str = ""
    word: str = ""
    """What the signer added."""
    sections: tuple[Section, ...]


def digest_of(salt: bytes, content: Mapping[str, Any]) -> str:
    """Return the commitment to a report: SHA-256 over salt and canonical JSON, in hexadecimal."""
    return hashlib.sha256(salt + orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def clock(moment: datetime, form: str = "%d/%m/%Y %H:%M") -> str:
    """Return a moment in the town's time."""
    return moment.astimezone(ZoneInfo(current_town().timezone)).strftime(form)


@dataclass(frozen=True, slots=True)
class Making:
    """What a report is made of."""

    template: ReportTemplate
    shift: Shift
    signer: User
    reader: Reader
    regime: str
    language: str
    now: datetime
    about: str = ""
    word: str = ""

    def entries(self) -> list[Entry]:
        """Return the entries it holds: of one regime, those that its signer may read."""
        found = entries_during(self.shift, self.reader.entries().filter(regime=self.regime))
        return list((found.filter(label=self.about) if self.about else found)[:ENTRIES_MAX])

    def document(self, *, label: str = "", replaces: str = "", reason: str = "") -> Document:
        """Return the report."""
        entries = self.entries()
        return Document(
            title=self.template.title.say(self.language),
            label=label,
            town=current_town().title.say(self.language),
            service=self.shift.service.say(self.language),
            signer=str(self.signer),
            signed=clock(self.now),
            replaces=replaces,
            reason=reason,
            word=self.word,
            sections=tuple(self._section(block, entries) for block in self.template.blocks),
        )

    def _section(self, block: Block, entries: list[Entry]) -> Section:
        heading = block.title.say(self.language) if block.title is not None else ""
        if block.text is not None:
            return Section(heading=heading, paragraphs=(block.text.say(self.language).format(**self._words()),))
        made: dict[str, Callable[[], Section]] = {
            "people": self._people,
            "figures": lambda: _figures(entries, self.language),
            "entries": lambda: Section(entries=refs_of(entries)),
            "handover": self._handover,
            "instructions": self._instructions,
            "word": self._added,
        }
        return made[block.show or "word"]().model_copy(update={"heading": heading})

    def _added(self) -> Section:
        return Section(paragraphs=tuple(filter(None, (line.strip() for line in self.word.split("\n")))))

    def _words(self) -> dict[str, str]:
        shift = self.shift
        return {
            "service": shift.service.say(self.language), "watch": str(shift.get_watch_display()),
            "begins": clock(shift.begins_at), "ends": clock(min(shift.closed_at or shift.ends_at, shift.until)),
            "chief": str(shift.chief), "signer": str(self.signer), "signed": clock(self.now),
        }  # fmt: skip

    def _people(self) -> Section:
        rows = [
            (
                crew.code, crew.vehicle or _("on foot"), ", ".join(str(each.person) for each in crew.members.all()),
                f"{clock(crew.since, '%H:%M')}–{clock(crew.until, '%H:%M') if crew.until else '…'}",
            )
            for crew in self.shift.crews.prefetch_related("members__person")
        ]  # fmt: skip
        there = ", ".join(dict.fromkeys(str(each.person) for each in self.shift.attendances.select_related("person")))
        return Section(
            paragraphs=(_("On duty: %(people)s.") % {"people": there},) if there else (),
            header=(_("Crew"), _("Vehicle"), _("Members"), _("Hours")) if rows else (),
            rows=tuple(rows),
        )

    def _handover(self) -> Section:
        found = handover_of(self.shift, self.reader, self.now)
        rows = [(entry.label, _("no follow-up")) for entry in found.forgotten if entry.regime == self.regime]
        rows += [
            (due.follow_up.entry.label, _("follow-up due by %(when)s") % {"when": clock(due.follow_up.due_at)})
            for due in found.due
            if due.follow_up.due_at is not None and due.follow_up.entry.regime == self.regime
        ]
        rows += [(clock(each.begins_at), _("shift that nobody closed")) for each in found.unclosed]
        return Section(
            paragraphs=() if rows else (_("Nothing is left open."),),
            header=(_("Entry or shift"), _("What is open")) if rows else (), rows=tuple(rows),
        )  # fmt: skip

    def _instructions(self) -> Section:
        told = handover_of(self.shift, self.reader, self.now).instructions
        return Section(paragraphs=tuple(each.text for each in told) or (_("None."),))


def refs_of(entries: Iterable[Entry]) -> tuple[EntryRef, ...]:
    """Return entries by their present version and its digest."""
    rows = list(entries)
    digests = dict(
        EntryVersion.objects.filter(entry__in=rows, version=F("entry__version")).values_list("entry_id", "digest")
    )
    return tuple(
        EntryRef(logbook=each.logbook, label=each.label, version=each.version, digest=digests[each.pk])
        for each in rows
        if each.pk in digests
    )


def _figures(entries: list[Entry], language: str) -> Section:
    standing = [entry for entry in entries if not entry.is_struck]
    families = Counter(entry.category.split(".")[0] for entry in standing)
    rows = [(_("Entries"), str(len(standing)))]
    rows += [(category_view(code or None, language).label, str(count)) for code, count in families.most_common()]
    rows.append((_("Without a follow-up"), str(sum(entry.state == State.OPEN for entry in standing))))
    rows.append((_("Closed"), str(sum(entry.state == State.CLOSED for entry in standing))))
    return Section(header=(_("What"), _("Number")), rows=tuple(rows))
