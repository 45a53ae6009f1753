"""The grants that usually come with a role: given with an account, each a grant like any other, withdrawn like one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from quietude.model.event import Sensitivity
from quietude.portal.accounts.roles import Role
from quietude.portal.rights.groups import Access


@dataclass(frozen=True, slots=True)
class Usual:
    """What a role usually reads."""

    purpose: str
    ceiling: Sensitivity
    title: Access
    text: Access
    record: Access
    place: Access


_AGENT = Usual("operations", Sensitivity.INTERNAL, Access.OPEN, Access.ON_DEMAND, Access.OPEN, Access.OPEN)
_COUNTS_ONLY = (Sensitivity.INTERNAL, Access.CLOSED, Access.CLOSED, Access.CLOSED, Access.CLOSED)

USUAL: Mapping[Role, Usual] = MappingProxyType(
    {
        Role.AGENT: _AGENT,
        Role.SUPERVISOR: _AGENT,
        Role.ANALYST: Usual("analysis", Sensitivity.INTERNAL, Access.CLOSED, Access.CLOSED, Access.CLOSED, Access.OPEN),
        Role.ELECTED: Usual("oversight", *_COUNTS_ONLY),
        Role.DATA_MANAGER: Usual(
            "data_quality", Sensitivity.RESTRICTED, Access.OPEN, Access.ON_DEMAND, Access.OPEN, Access.OPEN
        ),
        Role.DPO: Usual("protection", *_COUNTS_ONLY),
        Role.ADMINISTRATOR: Usual("administration", *_COUNTS_ONLY),
    }
)
"""Role to its usual grant, on administrative facts of the whole town. Penal facts are never usual."""
