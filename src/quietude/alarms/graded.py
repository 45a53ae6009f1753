"""How grave an alarm is as time and facts go on, and which alarms are candidates only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from pydantic import Field, model_validator

from quietude.alarms.episode import Episode
from quietude.alarms.spans import EVER
from quietude.alarms.window import Window, micros
from quietude.sources.api import Part


class SeverityStep(Part):
    """A severity that an alarm has while it is so old, or rests on so many facts; the gravest of those counts."""

    after: Window | None = Field(default=None, description="How long it must have lasted.")
    at_least: int | None = Field(default=None, ge=2, le=100_000, description="How many facts it must rest on.")
    within: Window | None = Field(
        default=None, description="With at_least: counts the facts of so long before now, so it falls again."
    )
    severity: int = Field(ge=1, le=5, description="From 1 (to know) to 5 (now).")

    @model_validator(mode="after")
    def _is_one(self) -> SeverityStep:
        if (self.after is None) == (self.at_least is None) or (self.within is not None and self.at_least is None):
            raise ValueError("expected after, or at_least with or without within")
        return self


class Candidate(Part):
    """The first alarms of a group ring nobody, until there were so many within a while."""

    until: int = Field(ge=2, le=100, description="Which one of them rings.")
    within: Window = Field(description="The time in which they begin.")


def graded(steps: Sequence[SeverityStep], first: int, episode: Episode, moments: Sequence[int], now: int) -> Episode:
    """Return an episode with its severity now, or at its end; `moments` are those of the group's facts, in order."""
    held = [step.severity for step in steps if _holds(step, episode, moments, now)]
    return replace(episode, severity=max([first, *held]))


def next_step(steps: Sequence[SeverityStep], episode: Episode, moments: Sequence[int], now: int) -> int:
    """Return when the severity may change next without a fact."""
    if episode.is_over:
        return EVER
    found = [episode.began + micros(step.after) for step in steps if step.after is not None]
    for step in steps:
        if step.within is not None and step.at_least is not None and _holds(step, episode, moments, now):
            place = bisect_right(moments, now) - step.at_least
            found.append(moments[place] + micros(step.within))
    return min((at for at in found if at > now), default=EVER)


def _holds(step: SeverityStep, episode: Episode, moments: Sequence[int], now: int) -> bool:
    at = min(now, episode.ended - 1)
    if step.after is not None:
        return at - episode.began >= micros(step.after)
    if step.at_least is None:
        return False
    if step.within is None:
        return episode.facts >= step.at_least
    return bisect_right(moments, at) - bisect_right(moments, at - micros(step.within)) >= step.at_least


def screened(candidate: Candidate, episodes: Sequence[Episode], settled: Sequence[int]) -> list[Episode]:
    """Return episodes of a group with whether each is a candidate only; `settled` are beginnings of earlier ones."""
    within = micros(candidate.within)
    begins = sorted([*settled, *(episode.began for episode in episodes)])

    def rank(began: int) -> int:
        return bisect_right(begins, began) - bisect_right(begins, began - within)

    return [replace(episode, is_candidate=rank(episode.began) < candidate.until) for episode in episodes]
