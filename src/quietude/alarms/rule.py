"""A rule: which facts it looks at, what must hold of them, where and when, and what whoever is rung is told."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PrivateAttr, field_validator, model_validator

from quietude.sources.api import Label, Part, parse_duration

LEAST_WINDOW = timedelta(seconds=1)
LONGEST_WINDOW = timedelta(days=31)  # what a group of facts is kept in memory for
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_BY = re.compile(r"town|source|zone:[a-z][a-z0-9_]*|h3:\d{1,2}")
_HOURS = re.compile(r"(\d{1,2})-(\d{1,2})")
FINEST_H3 = 10
"""Resolution that facts carry."""


def _window(text: str) -> str:
    span = parse_duration(text)
    if span.months or not LEAST_WINDOW <= span.exact <= LONGEST_WINDOW:
        raise ValueError(f"expected a length between PT1S and P31D, such as PT30M, not {text!r}")
    return text


Window = Annotated[str, AfterValidator(_window)]


@lru_cache(maxsize=1_000)
def length(window: str) -> timedelta:
    """Return the length of time that a window of a rule states."""
    return parse_duration(window).exact


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


class Condition(Part):
    """What must hold: one kind of condition, or several joined."""

    match: Match | None = Field(default=None, description="A fact is there.")
    count: Count | None = Field(default=None, description="So many facts within a window.")
    sequence: Sequence | None = Field(default=None, description="One fact, another soon after.")
    silence: Silence | None = Field(default=None, description="No fact for a while.")
    all: tuple[Condition, ...] = Field(default=(), description="Conditions that hold together.")
    any: tuple[Condition, ...] = Field(default=(), description="Conditions of which one holds.")
    negated: Condition | None = Field(default=None, alias="not", description="A condition that does not hold.")
    lasting: Window | None = Field(default=None, description="How long it must hold before it counts.")

    @model_validator(mode="after")
    def _is_one(self) -> Condition:
        said = [
            name for name in ("match", "count", "sequence", "silence", "all", "any", "negated") if getattr(self, name)
        ]
        if len(said) != 1:
            known = "match, count, sequence, silence, all, any, not"
            raise ValueError(f"expected one of {known}; found {', '.join(said).replace('negated', 'not') or 'none'}")
        return self

    @property
    def joined(self) -> tuple[Condition, ...]:
        """Return the conditions inside it."""
        return (*self.all, *self.any, *((self.negated,) if self.negated is not None else ()))

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
        default="town", description="What an alarm is about: town, source, zone:<level> or h3:<resolution>."
    )
    when: Condition = Field(description="What must hold.")
    calendar: Calendar | None = Field(default=None, description="When it rings; at any time when absent.")
    lateness: Window = Field(default="PT1H", description="How late a fact may come and still be judged.")
    severity: int = Field(ge=1, le=5, description="From 1 (to know) to 5 (now).")
    latching: bool = Field(default=False, description="Whether it stays until somebody resets it, once it is over.")

    _name: str = PrivateAttr(default="")
    _path: Path = PrivateAttr(default=Path())

    @field_validator("by")
    @classmethod
    def _groups(cls, text: str) -> str:
        if _BY.fullmatch(text) is None or (text.startswith("h3:") and int(text[3:]) > FINEST_H3):
            raise ValueError(f"expected town, source, zone:<level> or h3:<0 to {FINEST_H3}>, not {text!r}")
        return text

    @model_validator(mode="after")
    def _rings_on_something(self) -> Rule:
        if not self.when.can_begin:
            raise ValueError(
                "when: needs something that happens; with `not` alone it would ring where nothing ever was"
            )
        return self

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
        """Return what is another one when anything of the rule is: 64 hexadecimal digits."""
        return hashlib.sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()

    def bind(self, *, name: str, path: Path) -> Rule:
        """Give the rule its name and its place; called once, by the loader."""
        self._name, self._path = name, path
        return self
