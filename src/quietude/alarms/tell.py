"""Whom a rule tells: who, after how long, how often, until when. Who that is, the portal looks up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from quietude.sources.api import Part, parse_duration

LONGEST_DELAY = timedelta(days=1)  # who is told later than that is not told of an alarm any more
LEAST_REPEAT = timedelta(minutes=1)  # more often, and the telephone is switched off
_TO = re.compile(r"(roster|service|channel):[a-z0-9][a-z0-9-]{0,39}|role:[a-z_]{1,20}")


def _delay(text: str) -> str:
    span = parse_duration(text)
    if span.months or not timedelta(0) <= span.exact <= LONGEST_DELAY:
        raise ValueError(f"expected a length between PT0S and P1D, such as PT10M, not {text!r}")
    return text


Delay = Annotated[str, AfterValidator(_delay)]


class Tell(Part):
    """One step: somebody is told while the alarm still rings."""

    to: str = Field(description="Who: roster:<code>, service:<code>, channel:<code> or role:<role>.")
    after: Delay = Field(default="PT0S", description="How long after it began to ring.")
    at_least: int = Field(default=1, ge=1, le=5, description="From which severity on.")
    repeat: Delay | None = Field(default=None, description="How often again, while nobody takes it.")
    times: int = Field(default=12, ge=1, le=100, description="How often at most, where it is repeated.")
    until: Literal["over", "acknowledged"] = Field(
        default="over",
        description="over: ends when it is taken or over; acknowledged: goes on, though it is over, until it is taken.",
    )

    @field_validator("to")
    @classmethod
    def _is_somebody(cls, text: str) -> str:
        if _TO.fullmatch(text) is None:
            raise ValueError(f"expected roster:<code>, service:<code>, channel:<code> or role:<role>, not {text!r}")
        return text

    @model_validator(mode="after")
    def _leaves_time(self) -> Tell:
        if self.repeat is not None and parse_duration(self.repeat).exact < LEAST_REPEAT:
            raise ValueError(f"repeat: expected PT1M or more, not {self.repeat!r}")
        return self


@dataclass(frozen=True, slots=True)
class Call:
    """A step that is due: its place in the list, how many times it was due before, and since when it is."""

    step: int
    nth: int
    at: datetime


def due_calls(
    steps: Sequence[Tell], since: datetime, now: datetime, *, earlier_by: timedelta = timedelta(0)
) -> list[Call]:
    """Return what is due of an alarm that rings since a moment: of each step the newest repetition only.

    What was missed while the portal was down is told once, not as often as it was missed.

    Args:
        steps: In the order of the rule.
        since: When it began to ring (aware).
        now: Aware.
        earlier_by: How much sooner all steps are due: nobody was there to be told before.
    """
    calls = []
    for place, step in enumerate(steps):
        first = since + max(timedelta(0), parse_duration(step.after).exact - earlier_by)
        if now < first:
            continue
        nth, every = 0, parse_duration(step.repeat).exact if step.repeat is not None else None
        if every is not None:
            nth = min(step.times - 1, (now - first) // every)
        calls.append(Call(place, nth, first + nth * every if every is not None else first))
    return calls
