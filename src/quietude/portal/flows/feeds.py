"""Feeds of alerts: each entry is asked for once; one that cannot be used does not hold up the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from quietude.fetch.api import Answer, FetchError, RefusedError
from quietude.portal.flows import inbox, noting
from quietude.portal.flows.models import DoorState
from quietude.portal.flows.pull_error import PullError
from quietude.sources.api import BodyError, FeedEntry, FormError, Manifest, Sent, read_feed, read_message

DOOR = "pull"
Get = Callable[..., Answer | None]


def follow(manifest: Manifest, memory: dict[str, Any], get: Get, now: datetime) -> int:
    """Take in the alerts of a feed that are new, oldest first; return how many records.

    Raises:
        BodyError: the feed itself cannot be read. What is wrong with an entry is noted, and it is asked for again
            unless its alert is wrong for good.
    """
    if manifest.flow is None or manifest.flow.pull is None:
        raise ValueError(f"{manifest.name}: no pull")
    language = settings.LANGUAGE_CODE[:2]
    answer = get(manifest.flow.pull.url)
    if answer is None:
        return 0
    try:
        entries = read_feed(answer.body, answer.url, language=language)
    except FormError as error:
        raise BodyError(str(error)) from error
    seen = set(memory.get("seen", ()))
    taken, is_whole = 0, True
    for entry in reversed(entries):
        if entry.name and entry.name in seen:
            continue
        try:
            sent = _alerts_of(entry, manifest, get, language)
        except BodyError as error:
            noting.refused(manifest.name, DOOR, f"{entry.url or entry.name}: {error}", now)
            sent = Sent(b"", 0)
        except (FetchError, RefusedError, PullError) as error:
            noting.refused(manifest.name, DOOR, f"{entry.url}: {error}", now)
            is_whole = False
            continue
        seen.add(entry.name)
        taken += _keep(manifest, memory, sent, sorted(seen & {each.name for each in entries}), now)
    if is_whole:  # otherwise the feed is read again, changed or not
        memory |= {"etag": answer.headers.get("etag", ""), "modified": answer.headers.get("last-modified", "")}
        DoorState.objects.filter(source=manifest.name, door=DOOR).update(memory=memory)
    return taken


def _alerts_of(entry: FeedEntry, manifest: Manifest, get: Get, language: str) -> Sent:
    if entry.fault:
        raise BodyError(entry.fault)
    if entry.alerts or manifest.flow is None:
        return Sent(b"", len(entry.alerts), entry.alerts)
    answer = get(entry.url, is_conditional=False) if entry.url else None
    if answer is None:
        return Sent(b"", 0)
    return read_message(answer.body, manifest.flow, language=language)


def _keep(manifest: Manifest, memory: dict[str, Any], sent: Sent, seen: list[str], now: datetime) -> int:
    """Keep an alert and that it was seen, both or neither."""
    memory["seen"] = seen
    with transaction.atomic():
        if sent.alerts:
            inbox.take_in(manifest.name, DOOR, sent, sender="feed", now=now)
        DoorState.objects.filter(source=manifest.name, door=DOOR).update(memory=memory)
    return sent.records
