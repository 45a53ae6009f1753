"""A table of accounts by the command line."""

from __future__ import annotations

from typing import Any

from django.utils import timezone, translation

from quietude.portal.people import actions, tables


def import_table(data: bytes, *, is_confirmed: bool) -> dict[str, Any]:
    """Tell what a table would change, or do it: the fields of `quietude.portal.api.UserTable`."""
    now = timezone.now()
    with translation.override("en"):
        plan = tables.plan(None, tables.decode(data), now)
        passwords = actions.apply(None, plan, now) if is_confirmed else {}
        if not is_confirmed:
            actions.rehearse(None, plan, now)
    return {
        "faults": tuple((fault.line, fault.column, fault.value, fault.said) for fault in plan.faults),
        "changes": tuple(
            (change.username, part.name, part.before, part.after)
            for change in plan.changes
            for part in change.differences
        ),
        "passwords": passwords,
    }
