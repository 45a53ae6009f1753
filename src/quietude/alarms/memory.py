"""What an engine remembers, as JSON: whole, or group by group for whoever keeps what moved and nothing else."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from quietude.alarms.episode import Alarm, Episode
from quietude.alarms.group import Carried, Group

STATE_EDITION = 1


def group_text(group: Group) -> str:
    """Return all that is remembered of one group."""
    return json.dumps(asdict(group), separators=(",", ":"))


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
