"""What rings: an episode of a rule in one group of facts, and what becomes of the alarm that stands for it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from quietude.alarms.spans import EVER

ID_HEX_DIGITS = 24  # 96 bits: no two alarms of a town in a thousand years
EVIDENCE_MOST = 200
"""Facts that an episode names, from the first; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One span of time in which a rule's condition holds for one group: a function of the facts alone."""

    rule: str
    group: str
    """What it is about: a zone's code, an H3 cell, a source; "" for the town."""
    began: int
    """Microseconds since 1970 UTC."""
    ended: int
    """`EVER` while it goes on."""
    facts: int
    """How many facts it rests on."""
    evidence: tuple[str, ...]
    """Their uids in the order of their moments, `EVIDENCE_MOST` at most."""
    core: tuple[str, ...] = ()
    """Of facts near each other: those around which the condition holds, the first `EVIDENCE_MOST`."""
    severity: int = 0
    """How grave it is now, or was at its end; 0 where its rule says one for all time."""
    is_candidate: bool = False
    """Whether too few of its kind came before it to ring anybody."""

    @property
    def is_over(self) -> bool:
        """Tell whether it has ended."""
        return self.ended != EVER


class Happened(StrEnum):
    """What became of an alarm."""

    RAISED = "raised"
    CHANGED = "changed"
    """It goes on with other facts, began earlier than was known, or ended otherwise."""
    CLEARED = "cleared"
    RETURNED = "returned"
    """It was over, and a late fact says that it was not."""
    WITHDRAWN = "withdrawn"
    """A late or corrected fact says that it never was, or that it was part of another one."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An episode under the name that it first rang by, which late facts do not change."""

    id: str
    episode: Episode


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that became of one alarm."""

    happened: Happened
    alarm: Alarm
    into: str | None = None
    """Of an alarm that is withdrawn: the one it is part of."""


def name_of(episode: Episode) -> str:
    """Return the name of an alarm that rings for the first time."""
    told = f"{episode.rule}\n{episode.group}\n{episode.began}"
    return hashlib.sha256(told.encode()).hexdigest()[:ID_HEX_DIGITS]


def rejudge(former: Sequence[Alarm], episodes: Sequence[Episode]) -> tuple[tuple[Alarm, ...], tuple[Change, ...]]:
    """Return the alarms of one rule and group as they are now, and what became of each.

    An episode that shares a moment with a former alarm's is that alarm, the earliest where there are several. Those of
    facts near each other stand at once: they must share a fact around which the condition holds, too.
    """
    beginnings = {(episode.began, episode.core[:1]) for episode in episodes}
    left = list(former)
    alarms: list[Alarm] = []
    changes: list[Change] = []
    for episode in episodes:
        others = beginnings - {(episode.began, episode.core[:1])}
        same = [
            alarm
            for alarm in left
            if _share(alarm.episode, episode) and (alarm.episode.began, alarm.episode.core[:1]) not in others
        ]
        if not same:
            alarm = Alarm(_free(name_of(episode), (*former, *alarms)), episode)
            changes.append(Change(Happened.RAISED, alarm))
            if episode.is_over:
                changes.append(Change(Happened.CLEARED, alarm))
        else:
            alarm = replace(same[0], episode=episode)
            if same[0] != alarm:
                changes.append(Change(_between(same[0].episode, episode), alarm))
            changes += [Change(Happened.WITHDRAWN, other, into=alarm.id) for other in same[1:]]
            left = [each for each in left if each not in same]
        alarms.append(alarm)
    changes += [Change(Happened.WITHDRAWN, alarm) for alarm in left]
    return tuple(alarms), tuple(changes)


def _share(one: Episode, other: Episode) -> bool:
    """Tell whether two episodes share a moment, and a place where they have one."""
    is_at_once = one.began < other.ended and other.began < one.ended
    return is_at_once and (not other.core or not set(one.core).isdisjoint(other.core))


def _between(before: Episode, now: Episode) -> Happened:
    if before.is_over == now.is_over:
        return Happened.CHANGED
    return Happened.CLEARED if now.is_over else Happened.RETURNED


def _free(name: str, taken: Sequence[Alarm]) -> str:
    """Return a name that no alarm of the group has: a second one may begin where a withdrawn one did."""
    names = {alarm.id for alarm in taken}
    while name in names:
        name = hashlib.sha256(name.encode()).hexdigest()[:ID_HEX_DIGITS]
    return name
