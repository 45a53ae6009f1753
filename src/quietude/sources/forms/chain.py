"""What a chain of CAP messages states now: one fact, corrected by each Update, ended by a Cancel or at its term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One message of a chain, as it is kept."""

    name: str
    kind: str
    """Alert, Update or Cancel."""
    sent_at: datetime
    expires_at: datetime | None
    record: dict[str, Any]


def fold(chain: str, links: Sequence[Link], *, now: datetime, is_superseded: bool = False) -> dict[str, Any] | None:
    """Return the record that a chain states at `now` (aware); None while only a Cancel of it is known.

    The same whatever the order the messages came in: the one that was sent last holds. Besides the columns of that
    message: `chain` (the key), `state` (open, closed), `ends` (when it was cancelled or expires), `first_sent`.
    """
    told = sorted((link for link in links if link.kind != "Cancel"), key=_when)
    if not told:
        return None
    last = told[-1]
    cancels = [link for link in links if link.kind == "Cancel" and link.sent_at >= last.sent_at]
    cancelled_at = min((link.sent_at for link in cancels), default=None)
    ends = min((at for at in (last.expires_at, cancelled_at) if at is not None), default=None)
    is_over = is_superseded or cancelled_at is not None or (ends is not None and ends <= now)
    record = dict(last.record) | {
        "chain": chain,
        "state": "closed" if is_over else "open",
        "first_sent": _text(min(link.sent_at for link in told)),
    }
    if cancels:
        record["cancelled_at"] = _text(min(link.sent_at for link in cancels))
        record["note"] = max(cancels, key=_when).record.get("note") or record.get("note")
    begins = datetime.fromisoformat(record["begins"])
    if ends is not None:
        record["ends"] = _text(max(ends, begins))  # cancelled before it began: nothing ends before it begins
    return record


def _when(link: Link) -> tuple[datetime, str]:
    return link.sent_at, link.name


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
