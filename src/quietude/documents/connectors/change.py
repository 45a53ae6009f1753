"""What a connector tells of a place of documents, and what every connector can do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A document as its place lists it."""

    key: str
    """What finds it again there; nothing else is to be read into it."""
    name: str
    """Its name, without folders, NFC."""
    folder: str = ""
    """Where it lies there, as in "Police/Rapports"; "" at the root."""
    media_type: str = "application/octet-stream"
    """As the place says, or as the name's ending suggests: a hint, never to be trusted."""
    size: int | None = None
    """In bytes; None where the place does not say."""
    modified: datetime | None = None
    """Aware; None where the place does not say."""
    rights: tuple[str, ...] | None = None
    """Groups and users that may read it there; None where the place does not say."""
    etag: str = ""
    """Changes when the document does."""


@dataclass(frozen=True, slots=True)
class Added:
    """A document that was not known."""

    item: Item


@dataclass(frozen=True, slots=True)
class Changed:
    """A known document whose content, or whose rights, are other ones."""

    item: Item


@dataclass(frozen=True, slots=True)
class Deleted:
    """A document that is no longer there. One that was moved is added first, then deleted at its old place."""

    key: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """What is there and not taken: what was known of it and below it stays as it was."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """So many documents vanished at once that a person must say that it is meant. Until then they stay known."""

    deletions: int
    """How many; `changes(…, deletions_allowed=…)` with this number lets them go."""
    known: int
    keys: tuple[str, ...] = field(default=(), compare=False)
    """Some of them, for the person to judge by."""


@dataclass(frozen=True, slots=True)
class Reached:
    """All before this was told. The cursor is to be kept together with it, and given at the next call."""

    cursor: str
    """JSON, of the connector's own form. A place of 100,000 documents makes about 8 MB."""
    is_whole: bool = True
    """Whether all there is was compared, so that what vanished was told; False where only changes were asked."""


Change = Added | Changed | Deleted | Skipped | Held | Reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A document that was copied."""

    sha256: str
    """In hexadecimal."""
    size: int


class Connector(Protocol):
    """One place of documents. Nothing there is ever written, moved or marked.

    To run one: call `changes` with the cursor of the last `Reached`. Keep what it yields and, in the same transaction,
    each `Reached`: documents that are added or changed as rows still to be fetched. Then `fetch` each of those, and try
    those that fail again later: the cursor has passed them. An error in `changes` leaves what was kept until then as it
    is, and nothing is deleted. `close` at the end. A connector is used by one thread.
    """

    def changes(self, cursor: str | None, *, deletions_allowed: int = 0) -> Iterator[Change]:
        """Yield what changed since the cursor (None: all there is), ending with `Reached`.

        Args:
            cursor: of the last `Reached`.
            deletions_allowed: so many deletions a person has agreed to, as `Held` named them.

        Raises:
            VanishedError: the whole place is gone; nothing is said to be deleted.
            ConnectorError: the place cannot be read.
        """
        ...

    def fetch(self, key: str, into: Path, limit_bytes: int) -> Fetched:
        """Copy a document to a new file, block by block; after an error there is no file.

        Raises:
            GoneError: it is no longer there.
            TooLargeError: it is larger than `limit_bytes`.
            ConnectorError: it cannot be read.
        """
        ...

    def close(self) -> None:
        """End what connections there are."""
        ...


class ConnectorError(RuntimeError):
    """A place of documents cannot be read; the message says why and what to do, and holds no secret."""


class VanishedError(ConnectorError):
    """The whole place is gone: a folder that is not mounted, a share or bucket that was renamed."""


class DeniedError(ConnectorError):
    """The place refuses the name or the secret."""


class GoneError(ConnectorError):
    """A document is no longer there."""


class TooLargeError(ConnectorError):
    """A document is larger than allowed."""


class UnsettledError(ConnectorError):
    """A document changed while it was read."""
