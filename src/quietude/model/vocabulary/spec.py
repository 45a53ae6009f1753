"""The form of a family's YAML file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from quietude.model.event import Origin

Words = Annotated[str, Field(min_length=1)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
Severity = Annotated[int, Field(ge=1, le=5)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class InLanguages(_Part):
    """A text in every language of the vocabulary."""

    fr: Words
    en: Words


class Synonyms(_Part):
    """Words by language."""

    fr: tuple[Words, ...] = ()
    en: tuple[Words, ...] = ()


class Mappings(_Part):
    """Equivalents elsewhere."""

    sdm_alert: tuple[Annotated[str, Field(pattern=r"^[a-zA-Z]+(/[a-zA-Z/]+)?$")], ...] = ()
    ssmsi: tuple[Words, ...] = ()
    open311: tuple[Code, ...] = ()


class DetailSpec(_Part):
    """A detail; what it does not state, it has from its nature."""

    label: InLanguages
    definition: InLanguages
    synonyms: Synonyms = Synonyms()
    severity: Severity | None = None
    origin: Origin | None = None
    mappings: Mappings = Mappings()


class NatureSpec(DetailSpec):
    """A nature; what it does not state, it has from its family."""

    details: dict[Code, DetailSpec] = Field(default_factory=dict)


class FamilySpec(DetailSpec):
    """The file `families/<code>.yml`."""

    code: Code
    order: int = Field(ge=1)
    icon: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    colour: Literal[0, 1, 2, 3, 4, 5, 6, 7] | None = None
    severity: Severity
    natures: dict[Code, NatureSpec] = Field(min_length=1)
