"""A logbook written in the portal: who keeps it, how its entries are numbered, what may be noted in it."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from quietude.model.event import Origin, Reality, Regime, Sensitivity
from quietude.sources.expression import Part, Words
from quietude.sources.manifest import DurationText, Label, Manifest, manifest_from
from quietude.sources.marks import Marks
from quietude.sources.yaml_file import Fault, ManifestError, faults_of, plain, read_yaml

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,38}$")]
Block = Literal["mention", "place", "events", "agents", "crews", "parties", "follow_up", "attachments"]
BLOCKS: tuple[Block, ...] = ("mention", "place", "events", "agents", "crews", "parties", "follow_up", "attachments")
NUMBER_FIELDS = {"year", "number"}


class EntryField(Part):
    """One more thing that an entry of this logbook notes."""

    code: Code = Field(description="Name of the field in the entry's attributes.")
    label: Label = Field(description="Name on screens.")
    kind: Literal["text", "number", "choice", "yes_no"] = Field(default="text", description="What is typed.")
    choices: tuple[str, ...] = Field(default=(), description="What may be chosen, for `choice`.")
    required: bool = Field(default=False, description="Whether an entry needs it.")
    categories: tuple[str, ...] = Field(default=(), description="Codes it is asked for; all when absent.")

    @model_validator(mode="after")
    def _has_choices(self) -> EntryField:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("choices: stated for `choice`, and for `choice` only")
        return self


class Logbook(Part):
    """One logbook. The name is the file's; it is the name of the source of its facts too."""

    title: Label = Field(description="Name on screens.")
    description: Label | None = Field(default=None, description="What it holds, in a sentence or two.")
    owner: str = Field(min_length=1, description="Who answers for it.")
    services: Words = Field(
        default=(), description="Codes of the services that write in it; every service when absent."
    )
    number: str = Field(
        default="{year}-{number:06}",
        description="How an entry's number is written: `PM-{year}-{number:06}`. Numbers have no gap within a year.",
    )
    categories: Words = Field(default=(), description="Codes of the vocabulary that are offered; all when absent.")
    words: dict[str, Words] = Field(
        default_factory=dict, description="The service's own words for a category: code of the vocabulary to words."
    )
    blocks: tuple[Block, ...] = Field(default=BLOCKS, description="Blocks of the entry form.")
    radio: bool = Field(default=False, description="Whether messages are noted in it line by line.")
    fields: tuple[EntryField, ...] = Field(default=(), description="What else an entry notes.")
    templates: dict[str, str] = Field(
        default_factory=dict, description="Text an entry of a category starts with: code of the vocabulary to text."
    )
    areas: Words = Field(default=(), description="Levels of the territory shown with an entry; all when absent.")
    identities: bool = Field(default=False, description="Whether the identity of parties may be noted, in its fields.")
    penal: Words = Field(default=(), description="Codes whose entries are proposed for the penal regime (title III).")
    origin: Origin = Field(default=Origin.PATROL, description="How facts of this logbook usually come to be known.")
    reality: Reality = Field(default=Reality.REAL, description="real, fictional or exercise.")
    legal_basis: str = Field(description="Why it may be held, in law; `none` is refused.")
    purpose: str | None = Field(default=None, description="What it is held for.")
    regime: Regime = Field(default=Regime.RGPD, description="The regime that is proposed where no category says.")
    sensitivity: Sensitivity = Field(default=Sensitivity.INTERNAL, description="public, internal or restricted.")
    retention: DurationText = Field(description="How long entries are kept (ISO 8601), such as P3Y.")
    disposal: Literal["eliminate", "transfer"] = Field(
        default="eliminate", description="How entries leave at the end: eliminated with a visa, or transferred first."
    )
    recipients: tuple[str, ...] = Field(default=(), description="Who else receives the facts.")
    notice: str | None = Field(default=None, description="Where persons concerned are informed.")
    caution: Label | None = Field(default=None, description="What a reader must know before drawing conclusions.")

    _name: str = PrivateAttr(default="")
    _path: Path = PrivateAttr(default=Path())
    _marks: Marks = PrivateAttr(default_factory=Marks)

    @field_validator("number")
    @classmethod
    def _numbers(cls, text: str) -> str:
        try:
            used = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
            made = text.format(year=2000, number=1)
        except (ValueError, KeyError, IndexError) as error:
            raise ValueError(f"expected a text such as PM-{{year}}-{{number:06}}, not {text!r}") from error
        if used != NUMBER_FIELDS:
            raise ValueError(f"needs {{year}} and {{number}}, as in PM-{{year}}-{{number:06}}; {text!r} is not unique")
        if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", made) is None:
            raise ValueError(f"only ASCII letters, digits, - and _ may surround {{year}} and {{number}}, not {text!r}")
        return text

    @property
    def name(self) -> str:
        """Return the logbook's name: its file's, without the ending."""
        return self._name

    @property
    def path(self) -> Path:
        """Return the logbook's file."""
        return self._path

    def bind(self, *, name: str, path: Path, marks: Marks) -> Logbook:
        """Give the logbook its name and its place; called once, by the loader."""
        self._name, self._path, self._marks = name, path, marks
        return self

    def manifest(self) -> Manifest:
        """Return the manifest of the source that the logbook's facts are filed under."""
        content = {
            "title": self.title.model_dump(),
            "description": self.description.model_dump() if self.description is not None else None,
            "owner": self.owner,
            "kind": "incidents",
            "legal_basis": self.legal_basis,
            "purpose": self.purpose,
            "regime": self.regime.value,
            "sensitivity": self.sensitivity.value,
            "retention": self.retention,
            "disposal": self.disposal,
            "recipients": self.recipients,
            "notice": self.notice,
            "caution": self.caution.model_dump() if self.caution is not None else None,
            "read": {"format": "logbook"},
            "map": WRITTEN,
            "defaults": {"origin": self.origin.value, "reality": self.reality.value},
        }
        return manifest_from(content).bind(name=self._name, path=self._path, marks=self._marks)


WRITTEN = {
    "source_key": "number",
    "occurred_from": {"column": "occurred_at", "parse": "%Y-%m-%dT%H:%M:%S"},
    "category": {"column": "category", "code": "administrative"},
    "text": "text",
}
"""What a manifest asks for; entries have these fields by their own form."""


def load_logbook(path: Path) -> Logbook:
    """Return the logbook of one file; its name is the file's.

    Raises:
        ManifestError: the file cannot be used; every fault names line, column, value, what is expected and a remedy.
    """
    document, marks = read_yaml(path)
    if _NAME.fullmatch(path.stem) is None:
        raise ManifestError(
            path,
            [Fault(1, 1, f"a logbook's name is lower-case ASCII, digits and _, not {path.stem!r}; rename the file")],
        )
    try:
        logbook = Logbook.model_validate(plain(document)).bind(name=path.stem, path=path, marks=marks)
        logbook.manifest()
    except ValidationError as error:
        raise ManifestError(path, faults_of(error, Logbook, marks)) from error
    return logbook


def load_logbooks(folder: Path) -> dict[str, Logbook]:
    """Return a town's logbooks by name, in the order of the names.

    Raises:
        ManifestError: one cannot be used.
    """
    return {path.stem: load_logbook(path) for path in sorted((folder / "logbooks").glob("*.yml"))}
