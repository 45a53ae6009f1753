"""What an engine remembers, as JSON: whole, or group by group what its facts do not say again.

The facts of a group are in the store of facts: who resumes reads them there (`Engine.recall`). What they do not say is
what alarms are called, how far the group is settled, and of silence the last fact, however old.
"""

from __future__ import annotations

from typing import Any

import orjson

from quietude.alarms.episode import Alarm, Episode
from quietude.alarms.group import Carried, Group

STATE_EDITION = 1


def group_text(group: Group) -> str:
    """Return what is to be kept of one group: all but its facts, of which the last of each scope."""
    said = {
        "name": group.name,
        "leaves": [leaf[-1:] for leaf in group.leaves],
        "floor": group.floor,
        "alarms": group.alarms,
        "carried": group.carried,
        "wake": group.wake,
    }
    return orjson.dumps(said).decode()


def group_of(said: dict[str, Any]) -> Group:
    """Return a group from what was remembered of it."""
    return Group(
        name=said["name"],
        leaves=[[(at, uid) for at, uid in leaf] for leaf in said["leaves"]],
        floor=said["floor"],
        alarms=tuple(Alarm(each["id"], _episode(each["episode"])) for each in said["alarms"]),
        carried=_carried(said["carried"]),
        wake=said["wake"],
    )


def check_edition(said: dict[str, Any]) -> None:
    """Refuse what another edition of the software remembered.

    Raises:
        ValueError: it is of another one.
    """
    if said["edition"] != STATE_EDITION:
        raise ValueError(f"a state of edition {said['edition']}, this engine reads {STATE_EDITION}: replay the facts")


def _episode(said: dict[str, Any]) -> Episode:
    return Episode(**{**said, "evidence": tuple(said["evidence"])})


def _carried(said: dict[str, Any] | None) -> Carried | None:
    return None if said is None else Carried(**{**said, "evidence": tuple(said["evidence"])})
