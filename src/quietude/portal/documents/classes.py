"""Classes of documents: what the town says of each kind, over the ready ones of the package."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from quietude.model.event import Regime, Sensitivity
from quietude.portal.town import installation
from quietude.sources.api import Label, ManifestError, faults_of, parse_duration, plain, read_yaml

READY = Path(__file__).parent / "classes.yml"
TOWN_FILE = "documents.yml"
OTHER = "other"
"""Class of what nobody put in another one, such as a file that lies in the inbox folder itself."""
NAME = r"^[a-z][a-z0-9_]{0,39}$"


class DocumentClass(BaseModel):
    """What documents of one class have in common."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Label
    sensitivity: Sensitivity
    retention: str
    """How long a document is kept, from its own date or, without one, from the day it came: P10Y."""
    worm: bool = False
    """Written once: neither replaced nor deleted before its term, by anybody."""
    regime: Regime = Regime.RGPD

    @field_validator("retention")
    @classmethod
    def _is_duration(cls, text: str) -> str:
        parse_duration(text)
        return text

    def until(self, since: date) -> date:
        """Return the last day that a document of a day is kept."""
        return parse_duration(self.retention).after(since)


class Classes(BaseModel):
    """A file of classes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    classes: dict[Annotated[str, StringConstraints(pattern=NAME)], DocumentClass] = Field(min_length=1)


def load_classes(path: Path) -> dict[str, DocumentClass]:
    """Return the classes that a file states.

    Raises:
        ManifestError: it cannot be used; each fault names its line, the value and a remedy.
    """
    document, marks = read_yaml(path)
    try:
        return Classes.model_validate(plain(document)).classes
    except ValidationError as error:
        raise ManifestError(path, faults_of(error, Classes, marks)) from error


def current_classes() -> dict[str, DocumentClass]:
    """Return the classes of this town by name, the ready ones first.

    Raises:
        ManifestError: the town's file cannot be used.
    """
    own = installation().town_dir / TOWN_FILE
    try:
        changed = own.stat().st_mtime_ns
    except FileNotFoundError:
        changed = 0
    return _classes(own, changed)


@lru_cache(maxsize=4)
def _classes(own: Path, changed: int) -> dict[str, DocumentClass]:
    return {**load_classes(READY), **(load_classes(own) if changed else {})}


def title_of(name: str, language: str) -> str:
    """Return the title of a class; its name where the town has no such class any more."""
    found = current_classes().get(name)
    return found.title.say(language) if found is not None else name
