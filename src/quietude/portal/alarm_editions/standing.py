"""Which texts of rules hold now: the town's files, and over them the last edition of each that was accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from django.db.models import Max

from quietude.alarms.api import Compiled, Ground, compile_rule, rule_texts
from quietude.portal.alarm_editions.models import Edition
from quietude.portal.town import current_town, current_vocabulary

FILE = 0
"""Number of the edition that is the town's file."""


@dataclass(frozen=True, slots=True)
class Held:
    """One rule as it stands."""

    name: str
    number: int
    """Of the edition that holds; 0 for the town's file."""
    text: str
    """"" where it is withdrawn, or was never accepted."""
    file_text: str | None
    """What the town's file says; None where there is none."""
    proposal: Edition | None

    @property
    def is_in_force(self) -> bool:
        """Tell whether the watch judges by it."""
        return bool(self.text)

    @property
    def differs_from_file(self) -> bool:
        """Tell whether the town's file says something else, or is not there."""
        return self.number != FILE and (self.text or None) != self.file_text


def current_ground() -> Ground:
    """Return what of the town rules are read with."""
    town = current_town()
    return _ground(town.folder, tuple(town.sources))


@lru_cache(maxsize=1)
def _ground(_folder: Path, _sources: tuple[str, ...]) -> Ground:
    return Ground.of(current_town(), current_vocabulary())


def accepted() -> dict[str, Edition]:
    """Return the last accepted edition of each rule that has one."""
    numbers = (
        Edition.objects.filter(state=Edition.State.ACCEPTED).order_by().values("name").annotate(last=Max("number"))
    )
    last = {(each["name"], each["last"]) for each in numbers}
    found = Edition.objects.filter(state=Edition.State.ACCEPTED, name__in=[name for name, _ in last])
    return {each.name: each for each in found if (each.name, each.number) in last}


def texts_over_files() -> Mapping[str, str | None]:
    """Return the texts that stand over the town's files, None where a rule is withdrawn."""
    return {name: edition.text or None for name, edition in accepted().items()}


def held_rules() -> list[Held]:
    """Return every rule that has a file or an edition, by name.

    Raises:
        ManifestError: a file is no text.
    """
    files, over = rule_texts(current_town().folder), accepted()
    proposals = {each.name: each for each in Edition.objects.filter(state=Edition.State.PROPOSED)}
    return [_held(name, files, over, proposals) for name in sorted({*files, *over, *proposals})]


def held_rule(name: str) -> Held | None:
    """Return one rule as it stands; None where it has neither file nor edition."""
    found = next((each for each in held_rules() if each.name == name), None)
    if found is None and Edition.objects.filter(name=name).exists():
        return Held(name, FILE, "", None, None)
    return found


def compiled(name: str, text: str) -> Compiled:
    """Return the rule of a text made ready for the town.

    Raises:
        ManifestError: it cannot be used.
    """
    path = current_town().folder / "rules" / f"{name}.yml"
    return compile_rule(path, text, current_ground(), datetime.now(UTC).date())


def _held(
    name: str, files: Mapping[str, str | None], over: Mapping[str, Edition], proposals: Mapping[str, Edition]
) -> Held:
    edition = over.get(name)
    file_text = files.get(name)
    text = edition.text if edition is not None else file_text or ""
    return Held(name, edition.number if edition is not None else FILE, text, file_text, proposals.get(name))
