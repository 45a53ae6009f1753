"""Rules that would ring on everything: refused, with the count."""

from __future__ import annotations

from dataclasses import dataclass

from quietude.alarms.look_back import LookBack

MOST_AN_HOUR = 10.0
"""ANSI/ISA-18.2-2016, table 6: 12 alarms an hour is the most that one operator manages, of all rules together."""
MOST_STANDING = 0.5
"""What stands for more than half of the time says how things are, not that something is wrong."""
NEARLY_ALL = 0.95
"""A rule that rings on more of all facts than this tells nothing."""
FEWEST_FACTS = 100
"""Of fewer facts that is not said."""
LEAST_HOURS = 24.0
"""Of a shorter period nothing is said."""


@dataclass(frozen=True, slots=True)
class Overload:
    """Why a rule is refused."""

    alarms: int
    per_hour: float
    standing: float
    """Share of the time, 0..1."""
    is_too_often: bool
    is_too_long: bool
    is_everything: bool = False

    def __str__(self) -> str:
        said = []
        if self.is_everything:
            said.append("nearly every fact of the town is in one of them")
        if self.is_too_often:
            said.append(f"{self.per_hour:.1f} alarms an hour, where {MOST_AN_HOUR:.0f} are the most of one rule")
        if self.is_too_long:
            said.append(f"one stood during {self.standing:.0%} of the time, where {MOST_STANDING:.0%} is the most")
        return f"it would have rung {self.alarms:,} times: {'; '.join(said)}. Narrow its scope, or ask for more facts"


def overload(found: LookBack, every_fact: int = 0) -> Overload | None:
    """Return why a rule is refused by what it would have rung; None where it is not.

    `every_fact` is how many facts of the town the period holds, whichever the rule looks at; 0 where that is not known.
    """
    hours = found.hours
    per_hour = len(found.episodes) / hours
    is_too_often = per_hour > MOST_AN_HOUR
    is_too_long = found.standing > MOST_STANDING
    is_everything = every_fact >= FEWEST_FACTS and found.covered >= NEARLY_ALL * every_fact
    if hours < LEAST_HOURS or not (is_too_often or is_too_long or is_everything):
        return None
    return Overload(len(found.episodes), per_hour, found.standing, is_too_often, is_too_long, is_everything)
