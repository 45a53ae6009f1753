"""Chains of CAP alerts: Update and Cancel find the Alert they are about, before or after it came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from quietude.portal.flows.models import AlertChain, AlertMessage
from quietude.sources.api import CapAlert, Link, fold


def join(source: str, alert: CapAlert, now: datetime) -> list[dict[str, Any]]:
    """Put a message into its chain and return the records that are stated now: of the chain, and of those it joins.

    Within a transaction that holds the source's row, so that messages of one source come one after the other.
    """
    names = {alert.name, *alert.about}
    known = {row.name: row for row in AlertMessage.objects.filter(source=source, name__in=names)}
    found = list(AlertChain.objects.filter(messages__in=known.values()).distinct().order_by("pk"))
    first = min(names, key=lambda name: (name.rpartition(",")[2], name))  # the one that was sent first
    chain = found[0] if found else AlertChain.objects.create(source=source, name=first, last_at=now)
    records = [record for other in found[1:] for record in _merged(other, chain, now)]
    for name in names - set(known):
        AlertMessage.objects.create(chain=chain, source=source, name=name)
    AlertMessage.objects.filter(source=source, name=alert.name).update(
        kind=alert.kind, sent_at=alert.sent_at, expires_at=alert.expires_at, record=alert.record
    )
    AlertChain.objects.filter(pk=chain.pk).update(last_at=now)
    return records + told_now(chain, now)


def told_now(chain: AlertChain, now: datetime) -> list[dict[str, Any]]:
    """Return the record that a chain states now, and note whether it is open; none while only its end is known."""
    record = fold(chain.name, _links(chain), now=now)
    if record is None:
        return []
    is_open = record["state"] == "open"
    expires_at = datetime.fromisoformat(record["expires"]) if "expires" in record else None
    AlertChain.objects.filter(pk=chain.pk).update(is_open=is_open, expires_at=expires_at)
    return [record]


def _merged(other: AlertChain, into: AlertChain, now: datetime) -> list[dict[str, Any]]:
    """Move the messages of a chain to another that is the same, and return its fact's end."""
    ended = fold(other.name, _links(other), now=now, is_superseded=True)
    AlertMessage.objects.filter(chain=other).update(chain=into)
    other.delete()
    return [ended] if ended is not None else []


def _links(chain: AlertChain) -> list[Link]:
    return [
        Link(name=row.name, kind=row.kind, sent_at=row.sent_at, expires_at=row.expires_at, record=row.record)
        for row in AlertMessage.objects.filter(chain=chain).exclude(kind="").exclude(sent_at=None)
        if row.sent_at is not None
    ]
