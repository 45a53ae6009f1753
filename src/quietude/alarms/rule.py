"""A rule: which facts it looks at, what must hold of them, where and when, and what whoever is rung is told."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, PrivateAttr, field_validator, model_validator

from quietude.alarms.departure import Departure
from quietude.alarms.graded import Candidate, SeverityStep
from quietude.alarms.level import Level, SeriesNames
from quietude.alarms.placed import Entering, Inside
from quietude.alarms.tell import Tell
from quietude.alarms.window import Window, length
from quietude.sources.api import Label, Part

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BY = re.compile(r"town|source|series|zone:[a-z][a-z0-9_]*|h3:\d{1,2}|radius:[1-9]\d{0,4}|place|object:[a-z][a-z0-9_]*")
_HOURS = re.compile(r"(\d{1,2})-(\d{1,2})")
RADIUS, OBJECT = "radius:", "object:"
NEAR = {"match", "count", "sequence"}
"""Conditions that more facts never end: what is forgotten of settled times changes nothing of later ones."""
FINEST_H3 = 10
"""Resolution that facts carry."""


class Match(Part):
    """A fact is there; the alarm stands for a while after the last one."""

    scope: str = Field(default="", description="Which of the rule's facts, as the filter bar reads it; all when empty.")
    holds: Window = Field(default="PT30M", description="How long one fact keeps the alarm up.")


class Count(Part):
    """So many facts within a sliding window."""

    scope: str = Field(default="", description="Which of the rule's facts, as the filter bar reads it; all when empty.")
    at_least: int = Field(ge=2, le=10_000, description="How many facts ring.")
    within: Window = Field(description="The window they fall in.")


class Sequence(Part):
    """One fact, and another one soon after in the same group."""

    first: str = Field(min_length=1, description="Which facts come first, as the filter bar reads it.")
    then: str = Field(min_length=1, description="Which facts follow.")
    within: Window = Field(description="How soon the second follows the first.")
    holds: Window = Field(default="PT30M", description="How long the second keeps the alarm up.")


class Silence(Part):
    """No fact for a while in a group that had some."""

    scope: str = Field(default="", description="Which of the rule's facts, as the filter bar reads it; all when empty.")
    lasts: Window = Field(description="How long nothing came.")
    series: SeriesNames = Field(
        default=(), description="Which series of observations are silent, instead of facts; `*` stands for anything."
    )


LEAVES = ("match", "count", "sequence", "silence", "level", "departure", "entering")


class Condition(Part):
    """What must hold: one kind of condition, or several joined."""

    match: Match | None = Field(default=None, description="A fact is there.")
    count: Count | None = Field(default=None, description="So many facts within a window.")
    sequence: Sequence | None = Field(default=None, description="One fact, another soon after.")
    silence: Silence | None = Field(default=None, description="No fact for a while.")
    departure: Departure | None = Field(default=None, description="More facts than these hours let expect.")
    entering: Entering | None = Field(default=None, description="Something comes into a place.")
    level: Level | None = Field(default=None, description="An observation is above or below a level.")
    all: tuple[Condition, ...] = Field(default=(), description="Conditions that hold together.")
    any: tuple[Condition, ...] = Field(default=(), description="Conditions of which one holds.")
    negated: Condition | None = Field(default=None, alias="not", description="A condition that does not hold.")
    lasting: Window | None = Field(default=None, description="How long it must hold before it counts.")

    @model_validator(mode="after")
    def _is_one(self) -> Condition:
        said = [name for name in (*LEAVES, "all", "any", "negated") if getattr(self, name)]
        if len(said) != 1:
            known = f"{', '.join(LEAVES)}, all, any, not"
            raise ValueError(f"expected one of {known}; found {', '.join(said).replace('negated', 'not') or 'none'}")
        return self

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of condition in it, itself included."""
        mine = tuple(name for name in (*LEAVES, "negated") if getattr(self, name))
        return mine + tuple(kind for each in self.joined for kind in each.kinds)

    @property
    def joined(self) -> tuple[Condition, ...]:
        """Return the conditions inside it."""
        return (*self.all, *self.any, *((self.negated,) if self.negated is not None else ()))

    @property
    def leaves(self) -> tuple[Condition, ...]:
        """Return the conditions in it that join none, in their order."""
        return tuple(leaf for each in self.joined for leaf in each.leaves) if self.joined else (self,)

    @property
    def is_of_numbers(self) -> bool:
        """Tell whether it looks at series of observations."""
        return self.level is not None or (self.silence is not None and bool(self.silence.series))

    @property
    def can_begin(self) -> bool:
        """Tell whether something that happens makes it hold: else it would ring where nothing ever was."""
        if self.negated is not None:
            return False
        if self.any:
            return all(each.can_begin for each in self.any)
        return not self.all or any(each.can_begin for each in self.all)


class Calendar(Part):
    """When a rule rings, in the town's time."""

    days: tuple[Day, ...] = Field(default=DAYS, description="Days on which its hours begin; every day when absent.")
    hours: str = Field(default="0-24", description="From hour to hour, such as 22-6: until 6 h of the next day.")

    @field_validator("hours")
    @classmethod
    def _reads(cls, text: str) -> str:
        found = _HOURS.fullmatch(text)
        if found is None or int(found[1]) > 23 or int(found[2]) > 24 or found[1] == found[2]:
            raise ValueError(f"expected hours such as 22-6 or 8-12, not {text!r}")
        return text

    @property
    def from_to(self) -> tuple[int, int]:
        """Return the first hour and the length, in hours."""
        first, last = (int(part) for part in self.hours.split("-"))
        return first, (last - first) % 24 or 24


class Rule(Part):
    """One rule. Its name is its file's; its episodes depend on the facts and on nothing else."""

    title: Label = Field(description="What rings, in a few words.")
    instruction: Label | None = Field(default=None, description="What to do, for whoever takes the alarm.")
    scope: str = Field(default="", description="Which facts the rule looks at, as the filter bar reads it.")
    by: str = Field(
        default="town",
        description="What an alarm is about: town, source, series, zone:<level>, h3:<resolution>, radius:<metres>, "
        "place or object:<attribute>.",
    )
    when: Condition = Field(description="What must hold.")
    inside: Inside | None = Field(default=None, description="Where the facts must be; anywhere when absent.")
    calendar: Calendar | None = Field(default=None, description="When it rings; at any time when absent.")
    lateness: Window = Field(default="PT1H", description="How late a fact may come and still be judged.")
    severity: int = Field(ge=1, le=5, description="From 1 (to know) to 5 (now).")
    situation: str = Field(default="", description="Kind of situation that it may become, such as night_noise.")
    severity_steps: tuple[SeverityStep, ...] = Field(default=(), description="When it is graver than `severity`.")
    candidate: Candidate | None = Field(default=None, description="How many alarms of a group come before one rings.")
    latching: bool = Field(default=False, description="Whether it stays until somebody resets it, once it is over.")

    tell: tuple[Tell, ...] = Field(default=(), max_length=12, description="Who is told outside the portal, in steps.")
    comment: Literal["optional", "required"] = Field(
        default="optional", description="Whether whoever takes the alarm must say something."
    )

    _name: str = PrivateAttr(default="")
    _path: Path = PrivateAttr(default=Path())

    @field_validator("by")
    @classmethod
    def _groups(cls, text: str) -> str:
        if _BY.fullmatch(text) is None or (text.startswith("h3:") and int(text[3:]) > FINEST_H3):
            cells = f"h3:<0 to {FINEST_H3}>"
            known = f"town, source, series, zone:<level>, {cells}, radius:<metres>, place or object:<attribute>"
            raise ValueError(f"expected {known}, not {text!r}")
        return text

    @model_validator(mode="after")
    def _rings_on_something(self) -> Rule:
        if not self.when.can_begin:
            raise ValueError(
                "when: needs something that happens; with `not` alone it would ring where nothing ever was"
            )
        return self

    @model_validator(mode="after")
    def _fits_together(self) -> Rule:
        kinds = self.when.kinds
        if self.radius_m and not set(kinds) <= NEAR:
            raise ValueError("by: radius takes match, count and sequence, joined by all and any")
        if self.radius_m and self.candidate is not None:
            raise ValueError("candidate: alarms by radius have no group that comes again; use a zone or cell")
        if self.by == "place" and (self.inside is None or self.inside.places is None):
            raise ValueError("by: place needs inside with a list of places")
        if kinds.count("departure") > 1:
            raise ValueError("when: one departure a rule; write a second rule")
        if "entering" in kinds and (self.inside is None or not self.by.startswith(OBJECT)):
            raise ValueError("entering needs inside, and by: object:<attribute> that names what moves")
        return self

    @property
    def radius_m(self) -> float:
        """Return how near facts of one alarm are, in metres; 0 where that is not what one alarm is about."""
        return float(self.by.removeprefix(RADIUS)) if self.by.startswith(RADIUS) else 0.0

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Rule:
        kinds = {leaf.is_of_numbers for leaf in self.when.leaves}
        if len(kinds) > 1:
            raise ValueError("when: level and silence of series stand alone; write a rule of its own for facts")
        if self.is_of_numbers and (self.scope or any(leaf.silence and leaf.silence.scope for leaf in self.when.leaves)):
            raise ValueError("scope: of observations the conditions' `series` say which; drop the scope")
        if self.is_of_numbers and not self.by.startswith(("town", "source", "series", "zone:")):
            raise ValueError("by: observations are grouped by town, source, series or zone:<level>")
        if self.by == "series" and not self.is_of_numbers:
            raise ValueError("by: series is for conditions on observations: level, or silence with series")
        return self

    @property
    def is_of_numbers(self) -> bool:
        """Tell whether the rule looks at observations, not at facts."""
        return self.when.leaves[0].is_of_numbers

    @property
    def name(self) -> str:
        """Return the rule's name: its file's, without the ending."""
        return self._name

    @property
    def path(self) -> Path:
        """Return the rule's file."""
        return self._path

    @property
    def late_by(self) -> timedelta:
        """Return how late a fact may come and still be judged."""
        return length(self.lateness)

    @property
    def digest(self) -> str:
        """Return what is another one when anything that is judged by is: 64 hexadecimal digits."""
        judged = self.model_dump_json(by_alias=True, exclude={"tell", "comment"})
        return hashlib.sha256(judged.encode()).hexdigest()

    def bind(self, *, name: str, path: Path) -> Rule:
        """Give the rule its name and its place; called once, by the loader."""
        self._name, self._path = name, path
        return self
