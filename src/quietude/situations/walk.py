"""A sheet as it is walked in one situation: what was done, what is next, what was left out, what is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from quietude.situations.sheet import Sheet, Step


class Fate(StrEnum):
    """What became of a step."""

    DONE = "done"
    SKIPPED = "skipped"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Acted:
    """What somebody said of one step, last."""

    at: datetime
    is_skipped: bool = False
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step on the way of one situation."""

    step: Step
    fate: Fate
    since: datetime | None
    """When it came up: the step before was done, or the situation began; None while it has not."""
    acted: Acted | None = None

    @property
    def took(self) -> timedelta | None:
        """Return how long it took, from coming up to done or left out; none is negative: steps are done early, too."""
        if self.acted is None or self.since is None:
            return None
        return max(timedelta(0), self.acted.at - self.since)

    @property
    def due_at(self) -> datetime | None:
        """Return by when it is to be done, None where it has no limit or has not come up."""
        return self.since + self.step.limit if self.since is not None and self.step.limit is not None else None

    def is_late(self, now: datetime) -> bool:
        """Tell whether it was, or still is, done later than its limit."""
        return self.due_at is not None and (self.acted.at if self.acted is not None else now) > self.due_at


@dataclass(frozen=True, slots=True)
class Walk:
    """The way through a sheet so far, and as far as it can be foreseen."""

    stages: tuple[Stage, ...]
    is_foreseen: bool
    """Whether it is known up to the end; not so where an answer is still to be given."""

    @property
    def current(self) -> Stage | None:
        """Return the next step to be done, None where none is left."""
        return next((stage for stage in self.stages if stage.fate is Fate.OPEN), None)

    @property
    def left_out(self) -> tuple[Stage, ...]:
        """Return the mandatory steps that somebody left out."""
        return tuple(stage for stage in self.stages if stage.step.mandatory and stage.fate is Fate.SKIPPED)

    @property
    def missing(self) -> tuple[Stage, ...]:
        """Return the mandatory steps that are still to be done, as far as the way is known."""
        return tuple(stage for stage in self.stages if stage.step.mandatory and stage.fate is Fate.OPEN)

    @property
    def done(self) -> int:
        """Return how many steps were done or left out."""
        return sum(stage.fate is not Fate.OPEN for stage in self.stages)


def walk(sheet: Sheet, acted: Mapping[str, Acted], began_at: datetime) -> Walk:
    """Return the way through a sheet by what was said of its steps.

    A step can be done before its turn; it counts once the way comes to it. Where an answer is changed, the way is the
    one of the new answer: what was done on the old one stays in the log, not on the way.

    Args:
        sheet: what is to be done.
        acted: what was said last of each step, by its name.
        began_at: when the situation began.
    """
    stages: list[Stage] = []
    key = sheet.steps[0].key if sheet.steps else None
    since: datetime | None = began_at
    while key is not None:
        step = _known(sheet, key)
        said = acted.get(key)
        fate = Fate.OPEN if said is None else Fate.SKIPPED if said.is_skipped else Fate.DONE
        stages.append(Stage(step, fate, since, said))
        since = max(since, said.at) if since is not None and said is not None else None
        if not step.asks:
            key = sheet.following(key, step.next)
        elif said is None:
            return Walk(tuple(stages), is_foreseen=False)
        else:
            # a question that was left out: the first answer's way, which sheets put first as the careful one
            chosen = next((answer for answer in step.answers if answer.key == said.answer), step.answers[0])
            key = sheet.following(key, chosen.next)
    return Walk(tuple(stages), is_foreseen=True)


def _known(sheet: Sheet, key: str) -> Step:
    found = sheet.step(key)
    if found is None:  # the sheet's own check lets no such name through
        raise ValueError(f"{key!r} is no step of this sheet")
    return found
