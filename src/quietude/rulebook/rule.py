"""One rule: what a text of law asks, since when, where the software obeys it, and by which tests that is shown."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from quietude.sources.api import Label

ID = r"^[RXD][1-9]\d?[a-z]?$"
_TEST = re.compile(r"tests/(?:\w+/)*test_\w+\.py(?:::Test\w+)?::test_\w+")
_MODULE = re.compile(r"quietude(?:\.\w+)+")


class Part(BaseModel):
    """A closed piece of the rulebook: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Mark(StrEnum):
    """How the text of a rule was come to know."""

    SOURCE = "source"
    """The text itself was read."""
    SECONDARY = "secondary"
    """A commentary, a summary or an extract was read."""
    GENERAL = "general"
    """General knowledge of the law; nothing was read for it."""
    CHOICE = "choice"
    """No text: a choice of the product's own, stricter than the law."""


class Status(StrEnum):
    """How far the software is with a rule; it follows from the rule's own entries and is never written down."""

    PROVEN = "proven"
    """Tests are named, and nothing of the rule is left to come."""
    PARTLY = "partly"
    """Tests are named for a part; the rest is to come."""
    ENFORCED = "enforced"
    """The software does it, and no test is named yet."""
    TO_COME = "to_come"
    """Nothing of it is there yet."""


class Source(Part):
    """A text that a rule comes from."""

    name: str = Field(min_length=3, description="The text as lawyers cite it.")
    article: str | None = Field(default=None, min_length=1, description="Article, number or page in it.")
    dated: date | None = Field(default=None, description="Day of the text or decision, where it is known for sure.")
    address: str | None = Field(
        default=None, pattern=r"^https://\S+$", description="Official address (https); none where one is not sure."
    )


class InForce(Part):
    """The days on which a rule holds, both included; an end that no source states is null."""

    since: date | None = Field(alias="from", description="First day, or null where it is not stated.")
    until: date | None = Field(alias="to", description="Last day, or null where it is not stated.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.since is not None and self.until is not None and self.since > self.until:
            raise ValueError(f"from {self.since} is after to {self.until}; exchange them or correct one")
        return self


def _module(name: str) -> str:
    if _MODULE.fullmatch(name) is None:
        raise ValueError("a module is called by its dotted name, as quietude.ingest.protect")
    return name


class Place(Part):
    """Where the software enforces a rule: exactly one of a module, a page or a file of the repository."""

    module: Annotated[str, AfterValidator(_module)] | None = Field(default=None, description="Dotted name of a module.")
    page: str | None = Field(default=None, description="Name of a page's address, as `catalogue:inventory`.")
    file: str | None = Field(default=None, description="Path in the repository, for what is no module.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len([name for name in (self.module, self.page, self.file) if name is not None]) != 1:
            raise ValueError("name exactly one of module, page, file")
        return self

    @property
    def name(self) -> str:
        """Return the name of the module, page or file."""
        return self.module or self.page or self.file or ""


class Later(Part):
    """A part of a rule that is not there yet."""

    issue: int | None = Field(ge=1, description="Number of the issue that brings it; null where none is open yet.")
    what: Label = Field(description="What is missing, in both languages.")


def _test(name: str) -> str:
    if _TEST.fullmatch(name) is None:
        raise ValueError("a test is called by its file and name, as tests/ingest/test_masks.py::test_the_words_stay")
    return name


class Rule(Part):
    """One rule. Whatever has no test says which issue brings it; whatever has one says where the rule is enforced."""

    id: str = Field(pattern=ID, description="R and the number of its row, X (excluded by design), D (of our own).")
    title: Label = Field(description="A few words, in both languages.")
    text: Label = Field(description="What the law asks, in plain words, in both languages.")
    sources: tuple[Source, ...] = Field(default=(), description="The texts it comes from; none where none is recorded.")
    mark: Mark = Field(description="source, secondary, general or choice: how the text came to be known.")
    read_on: str = Field(pattern=r"^\d{4}-(?:0[1-9]|1[0-2])$", description="Month of the last reading (YYYY-MM).")
    in_force: InForce = Field(description="`from` and `to`, each a day or null.")
    enforced: tuple[Place, ...] = Field(default=(), description="Where the software obeys it.")
    tests: tuple[Annotated[str, AfterValidator(_test)], ...] = Field(default=(), description="Tests that prove it.")
    later: tuple[Later, ...] = Field(default=(), description="What of it is to come, and by which issue.")
    related: tuple[str, ...] = Field(default=(), description="Other rules to be read with it.")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        twice = sorted({name for name in self.tests if self.tests.count(name) > 1})
        if twice:
            raise ValueError(f"tests: {twice[0]} is named twice; name it once")
        if not self.tests and not self.later:
            raise ValueError("tests: none, and nothing under later; name a test, or the issue that will bring it")
        if self.tests and not self.enforced:
            raise ValueError("enforced: tests are named but no place; say where the rule is enforced")
        if self.mark is Mark.CHOICE and self.sources:
            raise ValueError("mark: a choice of our own has no sources; remove them or give the mark of their reading")
        if self.mark is Mark.SOURCE and not self.sources:
            raise ValueError("sources: missing; name the text that was read, or give the mark of another reading")
        return self

    @property
    def status(self) -> Status:
        """Return how far the software is with the rule."""
        if self.tests:
            return Status.PARTLY if self.later else Status.PROVEN
        return Status.ENFORCED if self.enforced else Status.TO_COME

    def holds_on(self, day: date) -> bool:
        """Tell whether the rule is in force on `day`; an end that is not stated is open."""
        starts, ends = self.in_force.since, self.in_force.until
        return (starts is None or starts <= day) and (ends is None or day <= ends)
