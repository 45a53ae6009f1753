"""Who a fact is: the same source record always gets the same identity, whatever happens to its contents."""

from __future__ import annotations

import hashlib
import re
from datetime import date

SEPARATOR = "\x1f"  # ASCII unit separator: cannot occur in a source name, so ("a", "b:c") and ("a:b", "c") differ
UID_HEX_DIGITS = 32  # 128 bits: 10^10 facts collide with a chance of about 1.5e-19 (birthday bound n²/2^129)

_ID = re.compile(rf"(?P<year>\d{{4}})(?P<month>0[1-9]|1[0-2])-(?P<uid>[0-9a-f]{{{UID_HEX_DIGITS}}})")


def event_uid(source: str, source_key: str) -> str:
    """Return the identity of a fact: 32 hexadecimal digits, the first 128 bits of SHA-256 over source and source key.

    `quietude.ingest` computes the same on columns: `left(sha256(source || chr(31) || source_key), 32)`.
    """
    return hashlib.sha256(f"{source}{SEPARATOR}{source_key}".encode()).hexdigest()[:UID_HEX_DIGITS]


def event_id(first_filed_in: date, uid: str) -> str:
    """Return the public name of a fact, "YYYYMM-uid": the month under which it was first filed says where to look."""
    return f"{first_filed_in:%Y%m}-{uid}"


def split_event_id(event_id: str) -> tuple[str, str]:
    """Return (month as "YYYY-MM", uid) of a public name.

    Raises:
        ValueError: the name has not the form "YYYYMM-" and 32 hexadecimal digits.
    """
    found = _ID.fullmatch(event_id)
    if found is None:
        raise ValueError(
            f"{event_id!r} is not the name of a fact; expected YYYYMM-, then {UID_HEX_DIGITS} hexadecimal digits"
        )
    return f"{found['year']}-{found['month']}", found["uid"]
