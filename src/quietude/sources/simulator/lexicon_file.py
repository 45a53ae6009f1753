"""The simulator's own data files, packed with the code: the town's life, what is planted in it, the services' words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from ruamel.yaml import YAML

from quietude.sources.simulator.spec import Service


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Nature(_Part):
    """How one nature of the vocabulary lives in the fictional town."""

    share: float = Field(gt=0)
    """Relative frequency."""
    curve: str
    week: str
    year: str = "even"
    where: str
    severity: int = Field(ge=1, le=5)
    heat: float = 0.0
    wet: float = 1.0
    school: float = 1.0


class World(_Part):
    """What happens how often, when and where."""

    curves: Mapping[str, tuple[float, ...]]
    weeks: Mapping[str, tuple[float, ...]]
    years: Mapping[str, tuple[float, ...]]
    natures: Mapping[str, Nature]

    @model_validator(mode="after")
    def _is_whole(self) -> World:
        for table, length in ((self.curves, 24), (self.weeks, 7), (self.years, 12)):
            for name, weights in table.items():
                if len(weights) != length:
                    raise ValueError(f"{name!r} has {len(weights)} weights; expected {length}")
        return self


class PlantForm(_Part):
    """A sort of thing that is planted: a hot spot, a drift, a growth, a weak signal, a series, an occasion."""

    name: str
    kind: str
    natures: tuple[str, ...]
    weights: tuple[float, ...] = (1.0,)
    where: str
    count: int = 1
    share: float = Field(gt=0)
    """Relative frequency at its height, on the scale of the natures'."""
    radius_m: float = Field(gt=0)
    every_days: int | None = None
    lasts_days: int | None = None
    moves_m: float = 0.0
    grows: str = "steady"
    occasion: str | None = None
    curve: str | None = None
    """Hours of its own, in place of its first nature's."""


class Category(_Part):
    """One entry of a service's own nomenclature."""

    code: str
    label: str
    natures: Mapping[str, float] = Field(default_factory=dict)
    """Natures it is used for, with how readily; none: only by mistake, or hardly ever."""


class Said(_Part):
    """What a service has to say of one nature."""

    notice: float = Field(gt=0, le=1)
    """Chance that the service records a fact of this nature."""
    patrol: float = Field(default=0.0, ge=0, le=1)
    """Share of them the service came upon itself."""
    say: tuple[str, ...] = Field(min_length=1)
    """Sentences, with slots in braces."""


class Voice(_Part):
    """One service: its nomenclature, what it notices, how it writes."""

    categories: tuple[Category, ...]
    miscoded: float = Field(ge=0, le=1)
    """Share of entries under a category that does not fit."""
    patterns: tuple[str, ...] = Field(min_length=12)
    """Forms of a narrative, with slots in braces: fragments below, or what the fact gives."""
    patrol_patterns: tuple[str, ...] = ()
    """Forms for what the service came upon itself; none: the same as for all."""
    fragments: Mapping[str, tuple[str, ...]]
    natures: Mapping[str, Said]
    abbreviations: Mapping[str, str] = Field(default_factory=dict)
    abbreviated: float = 0.0
    misspelt: float = 0.0
    personal: float = 0.0
    """Share of narratives that hold fictional personal data."""
    series: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    """Sentences of a planted series, by its name: the same way of doing, in this service's words."""


def _content(name: str) -> Any:
    text = resources.files("quietude.sources.simulator").joinpath("lexicon", f"{name}.yml").read_text("utf-8")
    return YAML(typ="safe").load(text)


@cache
def read_world() -> World:
    """Return the town's life."""
    return World.model_validate(_content("world"))


@cache
def read_plants() -> tuple[PlantForm, ...]:
    """Return what is planted."""
    return tuple(PlantForm.model_validate(entry) for entry in _content("plants"))


@cache
def read_words() -> Mapping[str, tuple[str, ...]]:
    """Return words that every service uses, by slot."""
    return {name: tuple(str(word) for word in words) for name, words in _content("words").items()}


@cache
def read_voice(service: Service) -> Voice:
    """Return a service's words."""
    return Voice.model_validate(_content(service))
