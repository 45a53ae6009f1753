"""Addresses that are asked by their manifests' schedule: only what is new comes, after failures ever more rarely."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from threading import Event
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import orjson
from django.conf import settings
from django.db import DatabaseError, close_old_connections, transaction
from django.db.models import Q
from django.utils import timezone

from quietude.fetch.api import Answer, Fetcher, FetchError, Limits, RefusedError
from quietude.portal.background import in_background
from quietude.portal.flows import feeds, inbox, noting
from quietude.portal.flows.models import DoorState
from quietude.portal.flows.pull_error import PullError
from quietude.portal.flows.secrets import NoSecretError, secrets_of
from quietude.portal.town import current_town, installation
from quietude.sources.api import (
    BodyError,
    CursorSpec,
    Manifest,
    ManifestError,
    NothingError,
    PullSpec,
    Sent,
    parse_duration,
    read_downloaded,
)

DOOR = "pull"
EVERY_S = 1.0
"""How often it is looked for whose time has come."""
LIMITS = Limits(body_bytes=64 * 1024 * 1024, seconds=120.0, redirections=3)
LEASE = timedelta(minutes=15)
"""How long the portal that asks is left alone; after that it is taken for dead, and another one asks."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
"""Back-off after failures: doubled each time from the first to this, or to the schedule's length if that is more."""
CLOCKS_DIFFER = timedelta(days=1)  # a local time without its zone is at most 14 hours ahead
PAGES = 100
"""Answers that are asked for one after the other while the cursor moves on."""
ANSWERED = 200
NOT_MODIFIED = 304
MONTH = timedelta(days=31)
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Pull:
    """Asks the address of one source. `ask` is the way out."""

    manifest: Manifest
    ask: Callable[..., Answer]
    memory: dict[str, Any] = field(default_factory=dict)

    @property
    def spec(self) -> PullSpec:
        """Return what the manifest says."""
        if self.manifest.flow is None or self.manifest.flow.pull is None:
            raise ValueError(f"{self.manifest.name}: no pull")
        return self.manifest.flow.pull

    def once(self, now: datetime) -> int:
        """Take in what is new, and remember how far that goes in the same transaction; return how many records.

        Raises:
            PullError, FetchError, RefusedError, BodyError, NoSecretError, FullError, DatabaseError: nothing more was
                taken than what is remembered.
        """
        if self.spec.is_feed:
            return feeds.follow(self.manifest, self.memory, self.get, now)
        taken = 0
        for _ in range(PAGES):
            before = self.memory.get("cursor")
            taken += self._page(now)
            if self.spec.cursor is None or self.memory.get("cursor") == before:
                break
        return taken

    def get(self, url: str, *, is_conditional: bool = True) -> Answer | None:
        """Return what an address answers; None where it says that nothing has changed.

        Raises:
            PullError: any other answer than a good one.
        """
        headers = {"Accept": "*/*"}
        if self.spec.secret is not None and _origin(url) == _origin(self.spec.url):
            headers[self.spec.header] = self.spec.prefix + secrets_of(self.spec.secret)[0]
        for name, known in (("If-None-Match", "etag"), ("If-Modified-Since", "modified")):
            if is_conditional and self.memory.get(known):
                headers[name] = self.memory[known]
        answer = self.ask(url, headers=headers, limits=LIMITS)
        if answer.status == NOT_MODIFIED and is_conditional:
            return None
        if answer.status != ANSWERED:
            host = urlsplit(url).hostname
            raise PullError(f"{host} answers {answer.status}", wait=_asked_to_wait(answer.headers, timezone.now()))
        return answer

    def _page(self, now: datetime) -> int:
        cursor = self.spec.cursor
        url = _with_cursor(self.spec.url, cursor, self.memory.get("cursor"))
        answer = self.get(url, is_conditional=self.memory.get("url") == url)
        if answer is None:
            return 0
        name = urlsplit(answer.url).path.rpartition("/")[2]
        pieces = list(_read(answer, name, self.manifest))
        taken, largest = sum(sent.records for sent in pieces), self.memory.get("cursor")
        if taken > inbox.WAITING_MOST_OF_ONE:
            raise PullError(
                f"{taken} records at once, {inbox.WAITING_MOST_OF_ONE} at most: say a cursor, so that only what is new "
                "comes, or import the file"
            )
        with transaction.atomic():
            for sent in pieces:
                inbox.take_in(self.manifest.name, DOOR, sent, sender=f"url:{urlsplit(url).hostname}"[:40], now=now)
                largest = _largest(largest, sent, cursor, now)
            self.memory |= {
                "url": url,
                "etag": answer.headers.get("etag", ""),
                "modified": answer.headers.get("last-modified", ""),
                "cursor": largest,
            }
            DoorState.objects.filter(source=self.manifest.name, door=DOOR).update(memory=self.memory)
        return taken


def _read(answer: Answer, name: str, manifest: Manifest) -> Iterator[Sent]:
    """Yield what an answer brought; none is nothing new, and no fault."""
    try:
        yield from read_downloaded(answer.body, name, manifest, language=settings.LANGUAGE_CODE[:2])
    except NothingError:
        return


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _with_cursor(url: str, cursor: CursorSpec | None, value: Any) -> str:
    said = value if value is not None else (cursor.start if cursor is not None else None)
    if cursor is None or said is None:
        return url
    parts = urlsplit(url)
    query = [(name, held) for name, held in parse_qsl(parts.query, keep_blank_values=True) if name != cursor.parameter]
    return urlunsplit(parts._replace(query=urlencode([*query, (cursor.parameter, str(said))])))


def _largest(known: Any, sent: Sent, cursor: CursorSpec | None, now: datetime) -> Any:
    """Return the largest value of the cursor's column: by number where all are, as text (ISO times) otherwise.

    A time that has not come yet does not count: one record of 2099 would keep all others away.
    """
    if cursor is None:
        return known
    values = [] if known is None else [known]
    for line in sent.lines.splitlines():
        record = orjson.loads(line)
        for step in cursor.column.split(".") if isinstance(record, dict) else ():
            record = record.get(step) if isinstance(record, dict) else None
        if isinstance(record, str | int | float) and record != "" and not _is_ahead(record, now):
            values.append(record)
    return max(values, key=_rank, default=None)


def _is_ahead(value: str | float, now: datetime) -> bool:
    try:
        moment = datetime.fromisoformat(str(value) if "-" in str(value) else "")  # a plain number is no day
    except ValueError:
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment > now + CLOCKS_DIFFER


def _rank(value: str | float) -> tuple[float, str]:
    try:
        return float(value), ""
    except ValueError:
        return 0.0, str(value)


def _asked_to_wait(headers: Mapping[str, str], now: datetime) -> timedelta:
    """Return how long a server asks to be left alone. Source: RFC 9110, 10.2.3."""
    said = headers.get("retry-after", "")
    if said.isdecimal() and len(said) < 7:  # eleven days at most
        return timedelta(seconds=int(said))
    try:
        until: datetime = parsedate_to_datetime(said) if said else now
        left = (until - now).total_seconds()
        return timedelta(seconds=max(left, 0.0))
    except (ValueError, TypeError):
        return timedelta(0)


def wait_after(failures: int, every: timedelta, share: float) -> timedelta:
    """Return how long to wait after so many failures in a row; `share` (0 to 1) draws it, so that not all ask at once.

    Half of the wait is certain, half is drawn.
    """
    most = max(every, LONGEST_WAIT)
    doubled: timedelta = FIRST_WAIT * 2 ** min(failures - 1, 20)
    whole = min(doubled, most)
    return whole * (0.5 + 0.5 * share)


def every_of(manifest: Manifest) -> timedelta:
    """Return how often a source is asked."""
    if manifest.schedule is None:
        raise ValueError(f"{manifest.name}: no schedule")
    length = parse_duration(manifest.schedule.every)
    return length.exact + length.months * MONTH


def pull_due(ask: Callable[..., Answer], now: datetime) -> int:
    """Ask every address whose time has come, each by one portal alone; return how many records came."""
    taken = 0
    for name, manifest in sorted(current_town().sources.items()):
        if manifest.flow is not None and DOOR in manifest.flow.doors:
            DoorState.objects.get_or_create(source=name, door=DOOR)
            mine = DoorState.objects.filter(Q(next_at=None) | Q(next_at__lte=now), source=name, door=DOOR)
            if mine.update(next_at=now + LEASE):
                taken += _pull(manifest, ask, now)
    return taken


def _pull(manifest: Manifest, ask: Callable[..., Answer], now: datetime) -> int:
    name, every = manifest.name, every_of(manifest)
    state = DoorState.objects.get(source=name, door=DOOR)
    wait = every
    try:
        taken = Pull(manifest, ask, dict(state.memory)).once(now)
        noting.works(name, DOOR)
    except (PullError, FetchError, RefusedError, BodyError, NoSecretError, ManifestError, inbox.FullError) as error:
        taken = 0
        said = "too much waits already" if isinstance(error, inbox.FullError) else str(error)
        noting.failed(name, DOOR, said, now)
        log.warning("the address of %s gave nothing: %s", name, type(error).__name__)
        wait = wait_after(state.failures + 1, every, secrets.randbelow(1001) / 1000)
        wait = max(wait, getattr(error, "wait", timedelta(0)))
    DoorState.objects.filter(source=name, door=DOOR).update(next_at=now.astimezone(UTC) + wait)
    return taken


def running() -> AbstractContextManager[None]:
    """Ask in the background while the portal is served."""
    return in_background("pull", _run)


def _run(stopped: Event) -> None:
    out = Fetcher(listed_hosts=frozenset(installation().fetch_hosts))
    while not stopped.wait(EVERY_S):
        try:
            pull_due(out.fetch, timezone.now())
        except (DatabaseError, OSError, ValueError) as error:
            log.error("addresses could not be asked: %s", type(error).__name__)
        finally:
            close_old_connections()
