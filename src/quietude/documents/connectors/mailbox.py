"""The connector of a mailbox that is read by IMAP. Source: RFC 3501, RFC 2177 (IDLE)."""

from __future__ import annotations

import imaplib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.header import decode_header, make_header
from pathlib import Path
from socket import socket
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from quietude.documents.connectors.change import (
    Added,
    Change,
    ConnectorError,
    Deleted,
    DeniedError,
    Fetched,
    GoneError,
    Held,
    Item,
    Reached,
    TooLargeError,
    VanishedError,
)
from quietude.documents.connectors.comparing import EXAMPLES, is_mass, read_cursor, write_cursor
from quietude.documents.connectors.copying import copying
from quietude.documents.connectors.naming import shown_name
from quietude.fetch.api import FetchError

Connect = Callable[[], socket]
AT_ONCE = 500  # messages a request: their sizes and subjects, some 150 kB
BLOCK_BYTES = 1 << 20
FAILURES = (IMAPClientError, imaplib.IMAP4.error, OSError, EOFError, ValueError)
"""What a broken, slow or odd server makes of a request."""


class _Given(imaplib.IMAP4):
    """IMAP over a connection that was judged and secured elsewhere."""

    def __init__(self, connect: Connect) -> None:
        self._way = connect
        super().__init__("given")

    def _create_socket(self, timeout: float | None = None) -> socket:  # noqa: ARG002  # the connection has its own
        return self._way()


class _Client(IMAPClient):  # type: ignore[misc]  # the library has no types
    def __init__(self, connect: Connect) -> None:
        self._way = connect
        super().__init__("given", ssl=False, use_uid=True)

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802  # the library's hook
        return _Given(self._way)


@dataclass(slots=True, kw_only=True)
class Mailbox:
    """Follows the messages of a mailbox, opened for reading only: no message is marked as read.

    A message is named `<UIDVALIDITY>/<UID>`, which never names another one. Where the server numbers its messages
    anew, all are told as added and the old names as deleted; whoever keeps contents by their hash keeps one of each.
    """

    connect: Connect
    user: str
    secret: str
    mailbox: str = "INBOX"
    deletions: float = 0.2
    _client: Any = field(default=None, init=False)
    _validity: int = field(default=0, init=False)

    def changes(self, cursor: str | None, *, deletions_allowed: int = 0) -> Iterator[Change]:
        """Yield what changed; `Reached` comes after every 500 messages, so that a first run can be resumed."""
        content = read_cursor(cursor, "mailbox")
        known = ranged(str(content.get("uids", "")))
        before = int(str(content.get("validity", 0)))
        present = self._present()
        validity, old = self._validity, dict.fromkeys(known, before) if before != self._validity else {}
        kept = set() if old else set(known)
        new, gone = sorted(present - kept), sorted(kept - present)
        if is_mass(len(gone), len(kept), share=self.deletions, allowed=deletions_allowed):
            yield Held(len(gone), len(kept), tuple(f"{validity}/{uid}" for uid in gone[:EXAMPLES]))
            gone = []
        if old and is_mass(len(old) - len(present), len(old), share=self.deletions, allowed=deletions_allowed):
            yield Held(len(old) - len(present), len(old), tuple(f"{before}/{uid}" for uid in sorted(old)[:EXAMPLES]))
            return  # renumbered and emptied at once: most likely another mailbox
        yield from (Deleted(f"{validity}/{uid}") for uid in gone)
        kept -= set(gone)
        for start in range(0, len(new), AT_ONCE):
            batch = new[start : start + AT_ONCE]
            yield from self._added(batch)
            kept |= set(batch)
            if not old:
                yield Reached(write_cursor("mailbox", validity=validity, uids=written(kept)), is_whole=False)
        yield from (Deleted(f"{was}/{uid}") for uid, was in sorted(old.items()))
        yield Reached(write_cursor("mailbox", validity=validity, uids=written(kept)))

    def _present(self) -> set[int]:
        with self._told("the mailbox cannot be listed"):
            self._open()
            # By ranges of numbers: one answer for 50,000 messages is a line that some servers cut.
            newest = int(self._client.folder_status(self.mailbox, ["UIDNEXT"])[b"UIDNEXT"])
            found: set[int] = set()
            for start in range(1, newest + 1, 20_000):
                found |= set(self._client.search(["UID", f"{start}:{start + 19_999}", "UNDELETED"]))
            return found

    def _added(self, uids: list[int]) -> Iterator[Change]:
        with self._told("messages cannot be listed"):
            self._open()
            told = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE", "BODY.PEEK[HEADER.FIELDS (SUBJECT)]"])
        for uid in uids:
            if uid in told:  # else it was deleted meanwhile, which the next run tells
                yield Added(_item(f"{self._validity}/{uid}", told[uid], self.mailbox))

    def fetch(self, key: str, into: Path, limit_bytes: int) -> Fetched:
        """Copy a message, by parts of a megabyte."""
        validity, _, uid = key.partition("/")
        with self._told("the message cannot be read"):
            self._open()
            if validity != str(self._validity) or not uid.isdecimal():
                raise GoneError("the mailbox has numbered its messages anew: the next run tells the new names")
            with copying(into, limit_bytes) as copy:
                size = self._size(int(uid))
                if size > limit_bytes:
                    raise TooLargeError(f"the message has {size} bytes, more than the {limit_bytes} allowed")
                while part := self._part(int(uid), copy.size):
                    copy.write(part)
                return copy.fetched

    def _size(self, uid: int) -> int:
        told = self._client.fetch([uid], ["RFC822.SIZE"]).get(uid)
        if told is None:
            raise GoneError("the message is no longer there")
        return int(told[b"RFC822.SIZE"])

    def _part(self, uid: int, offset: int) -> bytes:
        told = self._client.fetch([uid], [f"BODY.PEEK[]<{offset}.{BLOCK_BYTES}>"]).get(uid, {})
        part = next((value for name, value in told.items() if name.startswith(b"BODY[]")), None)
        if part is None:
            raise GoneError("the message was deleted while it was read")
        return bytes(part)

    def wait(self, seconds: float) -> bool:
        """Wait until the server tells of something (IDLE), at most `seconds`, below 29 minutes; tell whether it did.

        Raises:
            ConnectorError: the server cannot, or the connection ended: list it by its schedule.
        """
        with self._told("the server does not tell of new messages"):
            self._open()
            self._client.idle()
            try:
                return bool(self._client.idle_check(timeout=seconds))
            finally:
                self._client.idle_done()

    def _open(self) -> None:
        if self._client is not None:
            try:
                self._client.noop()
            except FAILURES:
                self._drop()
            else:
                return
        client = _Client(self.connect)
        self._client = client
        try:
            # LOGIN takes ASCII only; PLAIN takes any secret (RFC 4616).
            sign_in = client.plain_login if client.has_capability("AUTH=PLAIN") else client.login
            sign_in(self.user, self.secret)
        except LoginError as error:
            self._drop()
            raise DeniedError("the mail server refuses the account: check user and secret") from error
        try:
            about = client.select_folder(self.mailbox, readonly=True)
        except IMAPClientError as error:
            self._drop()
            raise VanishedError(f"the mailbox {self.mailbox!r} is not there: check its name") from error
        self._validity = int(about[b"UIDVALIDITY"])

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            try:
                client.shutdown()
            except FAILURES:
                return  # it had ended by itself

    def _told(self, what: str) -> _Told:
        return _Told(self, what)

    def close(self) -> None:
        """Sign out."""
        client, self._client = self._client, None
        if client is not None:
            try:
                client.logout()
            except FAILURES:
                return


@dataclass(frozen=True, slots=True)
class _Told:
    """Says what failed in our own words, and gives the connection up."""

    mailbox: Mailbox
    what: str

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, FAILURES):
            self.mailbox._drop()
            if isinstance(error, FetchError):
                raise ConnectorError(str(error)) from error
            raise ConnectorError(f"{self.what}: try later, or ask whoever runs the mail server") from error


def _item(key: str, about: dict[bytes, Any], mailbox: str) -> Item:
    head = next((value for name, value in about.items() if name.startswith(b"BODY[HEADER")), b"")
    raw = b" ".join(bytes(head).partition(b":")[2].split()).decode("utf-8", "replace")
    try:
        subject = str(make_header(decode_header(raw)))
    except (ValueError, LookupError):
        subject = raw
    received = about.get(b"INTERNALDATE")
    return Item(
        key=key,
        name=f"{shown_name(subject.replace('/', '-') or 'message')}.eml",
        folder=mailbox,
        media_type="message/rfc822",
        size=int(about[b"RFC822.SIZE"]),
        etag=key,
        modified=received.astimezone(UTC) if isinstance(received, datetime) else None,
    )


def ranged(text: str) -> set[int]:
    """Return the numbers of a text as in "1:4,7"."""
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition(":")
        found.update(range(int(first), int(last or first) + 1))
    return found


def written(numbers: Iterable[int]) -> str:
    """Return numbers as a text of ranges, the shortest that IMAP reads."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join(f"{first}:{last}" if last > first else str(first) for first, last in parts)
