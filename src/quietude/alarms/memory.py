"""What an engine remembers, as JSON: whole, or group by group what its facts do not say again.

The facts of a group are in the store of facts: who resumes reads them there (`Engine.recall`). What they do not say is
what alarms are called, how far the group is settled, and of silence the facts it is counted from, however old.
"""

from __future__ import annotations

from typing import Any

import orjson

from quietude.alarms.episode import Alarm, Episode
from quietude.alarms.facts import Fact, Facts
from quietude.alarms.group import Carried, Group
from quietude.alarms.near_group import NearGroup, near_group_of

STATE_EDITION = 1


def group_text(group: Group, reach: int) -> str:
    """Return what is to be kept of one group: all but its facts, of which the first and last of each scope.

    Of facts near each other those too that are older than the rule's `reach`: nobody asks the store for them again.
    """
    said = _said(group, [facts.ends for facts in group.leaves])
    if isinstance(group, NearGroup):
        said |= group.kept(reach)
    return orjson.dumps(said).decode()


def whole_group(group: Group) -> dict[str, Any]:
    """Return all that is known of one group, facts included: what JSON can hold."""
    said = _said(group, [list(facts) for facts in group.leaves])
    if isinstance(group, NearGroup):
        said["places"] = group.places
    told: dict[str, Any] = orjson.loads(orjson.dumps(said))
    return told


def _said(group: Group, leaves: list[list[Fact]]) -> dict[str, Any]:
    return {
        "name": group.name,
        "leaves": leaves,
        "floor": group.floor,
        "alarms": group.alarms,
        "carried": group.carried,
        "wake": group.wake,
        "begins": group.begins,
    }


def group_of(said: dict[str, Any]) -> Group:
    """Return a group from what was remembered of it."""
    group = Group(
        name=said["name"],
        leaves=[Facts((at, uid) for at, uid in leaf) for leaf in said["leaves"]],
        floor=said["floor"],
        alarms=tuple(Alarm(each["id"], _episode(each["episode"])) for each in said["alarms"]),
        carried=_carried(said["carried"]),
        wake=said["wake"],
        begins=tuple(said.get("begins", ())),  # what an earlier release remembered has none
    )
    return near_group_of(group, said["places"]) if "places" in said else group


def check_edition(said: dict[str, Any]) -> None:
    """Refuse what another edition of the software remembered.

    Raises:
        ValueError: it is of another one.
    """
    if said["edition"] != STATE_EDITION:
        raise ValueError(f"a state of edition {said['edition']}, this engine reads {STATE_EDITION}: replay the facts")


def _episode(said: dict[str, Any]) -> Episode:
    return Episode(**{**said, "evidence": tuple(said["evidence"]), "core": tuple(said.get("core", ()))})


def _carried(said: dict[str, Any] | None) -> Carried | None:
    return None if said is None else Carried(**{**said, "evidence": tuple(said["evidence"])})
