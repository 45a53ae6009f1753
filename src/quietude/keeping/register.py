"""The register of processing (RGPD art. 30), made from the census and the town's manifests; notices per flow."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

from quietude.keeping.census import Activity, Census
from quietude.keeping.texts import names_of, say
from quietude.model.event import Sensitivity
from quietude.sources.api import Manifest, Town, parse_duration

COLUMNS = names_of("columns")
"""Fields of a processing, in the order of the register."""

_FACTS = "store.events"
_PERSONAL_KINDS = frozenset({"incidents", "register", "documents"})
"""Kinds of source whose records may speak of persons; numbers of sensors and public places do not."""
_UNITS = {
    "fr": (("an", "ans"), ("mois", "mois"), ("jour", "jours")),
    "en": (("year", "years"), ("month", "months"), ("day", "days")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Processing:
    """One entry of the register, in the words of one language."""

    name: str
    """Name of the source, or of the activity."""
    is_source: bool
    title: str
    controller: str
    owner: str
    purpose: str
    basis: str
    regime: str
    persons: str
    categories: str
    recipients: str
    duration: str
    transfers: str
    security: str
    informed: str
    """Where the persons are informed; "" where nothing says so, which is a fault."""
    officer: str

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the entry as a row of `COLUMNS`."""
        return tuple(str(getattr(self, name)) for name in COLUMNS)


def register_of(town: Town, census: Census, language: str) -> tuple[Processing, ...]:
    """Return the town's register: its sources by name, then what the portal itself processes."""
    sources = [_of_source(manifest, town, census, language) for manifest in town.sources.values()]
    own = [
        _of_activity(name, activity, town, census, language)
        for name, activity in census.activities.items()
        if not activity.by_source and any(t.personal for t in census.tables.values() if t.activity == name)
    ]
    return (*sources, *own)


def faults_of(register: Iterable[Processing]) -> tuple[str, ...]:
    """Return what keeps the register from being whole: a flow without purpose or without notice."""
    wrong = []
    for entry in register:
        if not entry.purpose:
            wrong.append(f"{entry.name}: no purpose; add `purpose` to its manifest")
        if not entry.informed:
            wrong.append(f"{entry.name}: no notice; say in its manifest, under `notice`, where persons are informed")
    return tuple(wrong)


def notice_of(entry: Processing, language: str) -> str:
    """Return the notice of a processing (RGPD art. 13 and 14), as Markdown."""
    fields = ("title", "controller", "owner", "purpose", "basis", "regime", "categories", "recipients", "duration")
    values = {name: getattr(entry, name) for name in (*fields, "transfers", "officer")}
    return say("notice", language, **{name: value.rstrip(".") for name, value in values.items()})


def as_csv(register: Sequence[Processing], language: str) -> str:
    """Return the register as CSV, with a byte-order mark for spreadsheets."""
    text = StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, delimiter=";")
    writer.writerow([say(f"columns.{name}", language) for name in COLUMNS])
    writer.writerows([_harmless(cell) for cell in entry.cells] for entry in register)
    return text.getvalue()


def as_markdown(register: Sequence[Processing], language: str) -> str:
    """Return the register as Markdown: one section a processing."""
    lines: list[str] = []
    for entry in register:
        lines += [f"## {entry.title}", ""]
        pairs = list(zip(COLUMNS, entry.cells, strict=True))[1:]
        lines += [f"- **{say(f'columns.{name}', language)}** : {cell or '–'}" for name, cell in pairs]
        lines.append("")
    return "\n".join(lines)


def length_in_words(duration: str, language: str) -> str:
    """Return an ISO 8601 duration in words, such as "3 ans"; hours and less are left out."""
    length = parse_duration(duration)
    parts = (length.months // 12, length.months % 12, length.exact.days)
    words = _UNITS["en" if language.startswith("en") else "fr"]
    said = [f"{count} {unit[count > 1]}" for count, unit in zip(parts, words, strict=True) if count]
    return " ".join(said) or f"0 {words[2][0]}"


def duration_of(manifest: Manifest, language: str) -> str:
    """Return how long facts of a source are kept and how they leave, in words."""
    if manifest.history == "open":
        return say("kept_open", language)
    fate = "statistics" if manifest.history == "statistics" else manifest.disposal
    length = length_in_words(manifest.retention, language)
    return say("kept_for", language, length=length, fate=say(f"fate_{fate}", language))


def _of_source(manifest: Manifest, town: Town, census: Census, language: str) -> Processing:
    is_personal = manifest.kind in _PERSONAL_KINDS
    readers = say(f"readers_{Sensitivity(manifest.sensitivity).value}", language)
    published = manifest.history == "open" and manifest.licence is not None
    informed = manifest.notice or (say("notice_republished", language) if published or not is_personal else "")
    return Processing(
        name=manifest.name,
        is_source=True,
        title=manifest.title.say(language),
        owner=manifest.owner,
        purpose=manifest.purpose or "",
        basis=manifest.legal_basis,
        regime=manifest.regime.value.replace("_", " "),
        persons=say("persons_of_source", language, owner=manifest.owner)
        if is_personal
        else say("no_persons", language),
        categories=_categories(census, [_FACTS], language) if is_personal else "–",
        recipients=" ; ".join([readers, *manifest.recipients]),
        duration=duration_of(manifest, language),
        informed=informed,
        **_shared(town, language),
    )


def _of_activity(name: str, activity: Activity, town: Town, census: Census, language: str) -> Processing:
    tables = [table for table, entry in census.tables.items() if entry.activity == name]
    return Processing(
        name=name,
        is_source=False,
        title=activity.title.say(language),
        owner=town.title.say(language),
        purpose=activity.purpose.say(language),
        basis=activity.basis.say(language),
        regime=activity.regime.say(language),
        persons=activity.persons.say(language),
        categories=_categories(census, tables, language),
        recipients=activity.recipients.say(language),
        duration=activity.duration.say(language),
        informed=activity.notice.say(language) if activity.notice is not None else "",
        **_shared(town, language),
    )


def _shared(town: Town, language: str) -> dict[str, str]:
    missing = say("missing", language)
    return {
        "controller": town.protection.controller if town.protection is not None else missing,
        "officer": town.protection.officer if town.protection is not None else missing,
        "transfers": say("transfers", language),
        "security": say("security", language),
    }


def _categories(census: Census, tables: Iterable[str], language: str) -> str:
    kinds = dict.fromkeys(kind for table in tables for kind in census.tables[table].personal.values())
    return ", ".join(census.categories[kind].say(language) for kind in kinds)


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula."""
    return f"'{cell}" if re.match(r"[=+\-@\t\r]", cell) else cell
