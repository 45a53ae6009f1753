"""A reflex sheet: what is to be done, in order; where a step asks something, the answer says which step comes next."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from quietude.sources.api import Label, Part, parse_duration, suggest

END = "end"
"""Named as next, it says that the sheet is over."""
STEPS_MAX = 60
LONGEST = timedelta(days=2)
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


def _key(text: str) -> str:
    if _KEY.fullmatch(text) is None or text == END:
        raise ValueError(f"expected a short name such as call_119, of a-z, 0-9 and _, not {text!r}")
    return text


def _within(text: str) -> str:
    span = parse_duration(text)
    if span.months or not timedelta(0) < span.exact <= LONGEST:
        raise ValueError(f"expected a length between PT1S and P2D, such as PT5M, not {text!r}")
    return text


Key = Annotated[str, AfterValidator(_key)]
Within = Annotated[str, AfterValidator(_within)]


class Answer(Part):
    """One answer to a step that asks, and where it leads."""

    key: Key = Field(description="Its short name, unique within the step.")
    text: Label = Field(description="What is answered, in a word or two.")
    next: str = Field(default="", description="The step that follows, `end`, or nothing: the one below.")


class Step(Part):
    """One thing to do, or to find out."""

    key: Key = Field(description="Its short name, unique within the sheet.")
    text: Label = Field(description="What to do: begins with a verb.")
    detail: Label | None = Field(default=None, description="How, whom, which number.")
    mandatory: bool = Field(default=False, description="Whether leaving it out needs a reason and tells a supervisor.")
    within: Within | None = Field(default=None, description="How soon after the step before it is to be done.")
    answers: tuple[Answer, ...] = Field(default=(), max_length=8, description="Answers, where the step asks.")
    next: str = Field(default="", description="The step that follows, `end`, or nothing: the one below.")

    @model_validator(mode="after")
    def _answers_lead(self) -> Step:
        keys = [answer.key for answer in self.answers]
        if len(keys) == 1:
            raise ValueError("answers: a step that asks has two answers at least")
        if len(set(keys)) != len(keys):
            raise ValueError(f"answers: {next(key for key in keys if keys.count(key) > 1)!r} is there twice")
        if self.answers and self.next:
            raise ValueError("next: of a step with answers, the answers say what follows")
        return self

    @property
    def asks(self) -> bool:
        """Tell whether the next step depends on an answer."""
        return bool(self.answers)

    @property
    def limit(self) -> timedelta | None:
        """Return how soon it is to be done."""
        return parse_duration(self.within).exact if self.within is not None else None


class Sheet(Part):
    """Steps in order. From the first, each is reached by some answers; none leads back: every walk ends."""

    steps: tuple[Step, ...] = Field(default=(), max_length=STEPS_MAX, description="The steps, in order.")

    @model_validator(mode="after")
    def _walks_end(self) -> Sheet:
        keys = [step.key for step in self.steps]
        for key in keys:
            if keys.count(key) > 1:
                raise ValueError(f"steps: the step {key!r} is there twice")
        after = self._edges(keys)
        loop = _loop(after)
        if loop:
            raise ValueError(f"steps: these lead back to where they began: {' → '.join(loop)}; let one lead to `end`")
        lost = [key for key in keys if key not in _reached(keys[0], after)] if keys else []
        if lost:
            raise ValueError(f"steps: no answer leads to {lost[0]!r}; name it as next of a step, or take it out")
        return self

    def _edges(self, keys: list[str]) -> dict[str, list[str]]:
        """Return which steps may follow each."""
        after: dict[str, list[str]] = {}
        for step in self.steps:
            named = [answer.next for answer in step.answers] or [step.next]
            for name in named:
                if name and name != END and name not in keys:
                    raise ValueError(f"steps: {step.key!r} leads to {name!r}, which is no step{suggest(name, keys)}")
            after[step.key] = [found for name in named if (found := self.following(step.key, name)) is not None]
        return after

    @property
    def is_dynamic(self) -> bool:
        """Tell whether what comes next depends on answers."""
        return any(step.asks for step in self.steps)

    def step(self, key: str) -> Step | None:
        """Return a step by its name."""
        return next((step for step in self.steps if step.key == key), None)

    def following(self, key: str, name: str) -> str | None:
        """Return the step that `name` means after a step: itself, the one below where it is empty, None at the end."""
        if name == END:
            return None
        if name:
            return name
        keys = [step.key for step in self.steps]
        below = keys.index(key) + 1
        return keys[below] if below < len(keys) else None


def _loop(after: Mapping[str, list[str]]) -> list[str]:
    """Return steps that lead back to the first of them, with it once more at the end; none where all walks end."""
    done: set[str] = set()

    def visit(key: str, way: list[str]) -> list[str]:
        if key in way:
            return [*way[way.index(key) :], key]
        if key in done:
            return []
        for following in after[key]:
            found = visit(following, [*way, key])
            if found:
                return found
        done.add(key)
        return []

    for key in after:
        found = visit(key, [])
        if found:
            return found
    return []


def _reached(first: str, after: Mapping[str, list[str]]) -> set[str]:
    found, todo = {first}, [first]
    while todo:
        for following in after[todo.pop()]:
            if following not in found:
                found.add(following)
                todo.append(following)
    return found
