"""What a role of PostgreSQL may do so that the portal adds to the journal and never changes it."""

from __future__ import annotations

import re

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_TABLES = "journal_head, journal_leaf, journal_node, journal_payload"


def restrict(role: str) -> tuple[str, ...]:
    """Return the statements that the owner of the tables runs for a role that exists: all the portal needs, no more.

    Of the journal it reads and inserts. It updates the head, which only grows, and the erasable parts, which only
    become NULL: triggers hold both, and a role that owns no table can neither drop nor disable them.

    Raises:
        ValueError: the name is none that PostgreSQL takes without quotes.
    """
    if _NAME.fullmatch(role) is None:
        raise ValueError(f"{role[:80]!r}: expected a name of small letters, digits and _")
    return (
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"REVOKE ALL ON {_TABLES} FROM {role}",
        f"GRANT SELECT, INSERT ON journal_leaf, journal_node, journal_payload TO {role}",
        f"GRANT SELECT, UPDATE (size, frontier, last_at) ON journal_head TO {role}",
        f"GRANT UPDATE (actor_salt, actor, subject_salt, subject) ON journal_payload TO {role}",
    )
