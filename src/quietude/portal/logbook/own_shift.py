"""The ready filter "my shift": entries of one's service's logbooks while one's shift lasts."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

NOTHING = Q(pk__in=[])
_conditions: list[Callable[[int], Q | None]] = []


def tell(condition: Callable[[int], Q | None]) -> None:
    """Have the app of shifts say, for the key of a person, which entries are those of their shift.

    It knows logbooks; logbooks do not know it.
    """
    _conditions[:] = [condition]


def own_entries(user_pk: int) -> Q:
    """Return the condition of the entries of a person's shift: the open one or, where there is none, the last one."""
    found = _conditions[0](user_pk) if _conditions else None
    return found if found is not None else NOTHING
