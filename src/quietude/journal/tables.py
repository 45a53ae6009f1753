"""The journal's tables, written through the caller's own cursor: the act and its line are one transaction, or none.

Any DB-API cursor serves: Django's `connection.cursor()` with `mark="%s"` on SQLite and PostgreSQL, `sqlite3`'s own
with "?". The tables hold, with the application needing no more rights than those named:

- `journal_head`: one row, the frontier of the tree. Its update is the lock that puts appends in line (select, update).
- `journal_leaf`: one row an entry: leaf, hash, the signature of the checkpoint that ends with it (insert).
- `journal_node`: the complete subtrees, so that a proof reads a few rows (insert).
- `journal_payload`: the erasable parts with their salts (insert; update is the right of the erasing role alone).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import orjson

from quietude.journal.entry import SALT_BYTES, Entry, Kind, Part, Ranges, Salts, Sealed, instant, ranges_of, seal
from quietude.journal.errors import JournalError
from quietude.journal.merkle import HASH_BYTES, Frontier, Node, hash_leaf
from quietude.journal.note import Checkpoint, SigningKey, check_name

SCHEMA = (
    "CREATE TABLE journal_head (origin TEXT PRIMARY KEY, size BIGINT NOT NULL, frontier {bytes} NOT NULL, "
    "last_at TEXT NOT NULL)",
    "CREATE TABLE journal_leaf (idx {key} PRIMARY KEY, leaf TEXT NOT NULL, hash {bytes} NOT NULL, signature {bytes})",
    "CREATE TABLE journal_node (level INTEGER NOT NULL, idx BIGINT NOT NULL, hash {bytes} NOT NULL, "
    "PRIMARY KEY (level, idx))",
    "CREATE TABLE journal_payload (idx {key} PRIMARY KEY, actor_salt {bytes}, actor TEXT, "
    "subject_salt {bytes}, subject TEXT)",
)
"""`key` is INTEGER on SQLite (the row's own number) and BIGINT on PostgreSQL; `bytes` is BLOB or BYTEA."""

GUARDS = tuple(
    f"CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END"
    for table, verb in [
        ("journal_leaf", "UPDATE"),
        ("journal_leaf", "DELETE"),
        ("journal_node", "UPDATE"),
        ("journal_node", "DELETE"),
        ("journal_payload", "DELETE"),
        ("journal_head", "DELETE"),
    ]
)
"""SQLite has no roles: triggers stop mistakes of the application. Who owns the file can drop them; proofs remain."""


class Cursor(Protocol):
    """What is used of a DB-API cursor."""

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed."""

    def execute(self, sql: str, params: Any = ..., /) -> object:
        """Run one statement."""

    def executemany(self, sql: str, params: Any, /) -> object:
        """Run one statement for many rows."""

    def fetchone(self) -> Any:
        """Return the next row, or None."""

    def fetchall(self) -> Any:
        """Return the rows that are left."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log stands: what the next entry needs of all those before it."""

    origin: str
    frontier: Frontier = Frontier()  # noqa: RUF009 - frozen
    last_at: datetime | None = None

    @property
    def checkpoint(self) -> Checkpoint:
        """Return the state to sign."""
        return Checkpoint(self.origin, self.frontier.size, self.frontier.root)


@dataclass(frozen=True, slots=True)
class Rows:
    """What one act adds."""

    head: Head
    sealed: tuple[Sealed, ...]
    hashes: tuple[bytes, ...]
    nodes: tuple[Node, ...]


def new_salt() -> bytes:
    """Return a salt that nobody can guess."""
    return secrets.token_bytes(SALT_BYTES)


def rows_of(
    head: Head,
    entries: Sequence[Entry],
    *,
    salts: Salts = new_salt,
    erased: Mapping[Part, Ranges] | None = None,
) -> Rows:
    """Return the rows of entries that follow `head`. Pure but for the salts; `erased` belongs to the last entry."""
    sealed: list[Sealed] = []
    hashes: list[bytes] = []
    nodes: list[Node] = []
    frontier, last_at = head.frontier, head.last_at
    for number, entry in enumerate(entries, start=1):
        own = erased if number == len(entries) else None
        sealed.append(seal(entry, index=frontier.size, previous_at=last_at, salts=salts, erased=own))
        hashes.append(hash_leaf(sealed[-1].leaf))
        frontier, completed = frontier.append(hashes[-1])
        nodes.extend(completed)
        last_at = entry.when
    return Rows(Head(head.origin, frontier, last_at), tuple(sealed), tuple(hashes), tuple(nodes))


class Tables:
    """The journal's tables in one dialect of parameters. It holds no connection: each call is given a cursor."""

    def __init__(self, *, mark: str = "?") -> None:
        self._mark = mark

    def _run(self, cursor: Cursor, sql: str, *params: object) -> None:
        cursor.execute(sql.replace("?", self._mark), params)

    def _insert(self, cursor: Cursor, table: str, rows: Sequence[Sequence[object]]) -> None:
        if rows:
            marks = ", ".join([self._mark] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def begin(self, cursor: Cursor, origin: str) -> None:
        """Write the head of an empty log, once, after the tables were made."""
        check_name(origin)
        self._run(cursor, "INSERT INTO journal_head VALUES (?, 0, ?, ?)", origin, b"", "")

    def head(self, cursor: Cursor) -> Head:
        """Return where the log stands."""
        cursor.execute("SELECT origin, size, frontier, last_at FROM journal_head")
        rows = cursor.fetchall()
        if len(rows) != 1:
            raise JournalError(f"the journal has {len(rows)} heads instead of one; run quietude audit verify")
        origin, size, packed, last_at = rows[0]
        packed = bytes(packed)
        hashes = tuple(packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES))
        return Head(origin, Frontier(size, hashes), datetime.fromisoformat(last_at) if last_at else None)

    def append(
        self, cursor: Cursor, entries: Sequence[Entry], key: SigningKey, *, erased: Mapping[Part, Ranges] | None = None
    ) -> Head:
        """Add entries, in the caller's transaction, with the signed checkpoint that ends with the last.

        Other writers wait here until the caller's transaction ends: keep it short, and call this last.

        Raises:
            JournalError: the key is not that of this log. The database's own errors pass: the caller's transaction must
                then be rolled back, act and all.
        """
        # the update is the lock, on every database: SQLite takes its write lock, PostgreSQL the row's
        cursor.execute("UPDATE journal_head SET size = size")
        head = self.head(cursor)
        if key.name != head.origin:
            raise JournalError(f"the key is that of {key.name}, the journal is {head.origin}")
        rows = rows_of(head, entries, erased=erased)
        if not rows.sealed:
            return head
        signature = key.sign(rows.head.checkpoint.text)
        last = rows.head.frontier.size - 1
        leaves = [
            (one.index, one.leaf.decode(), digest, signature if one.index == last else None)
            for one, digest in zip(rows.sealed, rows.hashes, strict=True)
        ]
        payloads = [
            (one.index, *(value for part in Part for value in (one.payload[part][0], one.payload[part][1].decode())))
            for one in rows.sealed
        ]
        self._insert(cursor, "journal_leaf", leaves)
        self._insert(cursor, "journal_payload", payloads)
        self._insert(cursor, "journal_node", [(node.level, node.index, node.hash) for node in rows.nodes])
        packed = b"".join(rows.head.frontier.hashes)
        last_at = instant(rows.sealed[-1].at)
        self._run(cursor, "UPDATE journal_head SET size = ?, frontier = ?, last_at = ?", last + 1, packed, last_at)
        return rows.head

    def erase(
        self, cursor: Cursor, entry: Entry, key: SigningKey, *, indexes: Sequence[int], parts: Sequence[Part]
    ) -> Head:
        """Erase parts of earlier entries, and add the entry that says so, in the caller's transaction.

        The bytes are gone from the file when the database has cleaned up (`SqliteJournal.erase` does; on PostgreSQL,
        VACUUM).

        Raises:
            JournalError: the entry is of another kind, or an index is not in the journal.
        """
        if entry.kind is not Kind.ERASE:
            raise JournalError(f"an erasure is logged as {Kind.ERASE.value}, not as {entry.kind.value}")
        cursor.execute("UPDATE journal_head SET size = size")
        size = self.head(cursor).frontier.size
        wrong = [index for index in indexes if not 0 <= index < size]
        if wrong:
            raise JournalError(f"entry {wrong[0]} is not in the journal: it has {size}")
        ranges = ranges_of(indexes)
        for part in parts:
            for first, last in ranges:
                blank = f"UPDATE journal_payload SET {part}_salt = NULL, {part} = NULL WHERE idx BETWEEN ? AND ?"
                self._run(cursor, blank, first, last)
        return self.append(cursor, [entry], key, erased=dict.fromkeys(parts, ranges))

    def indexes_before(self, cursor: Cursor, limit: datetime) -> list[int]:
        """Return the entries before `limit` that still have a payload: what retention erases."""
        cursor.execute(
            "SELECT journal_leaf.idx, leaf FROM journal_leaf JOIN journal_payload USING (idx) "
            "WHERE actor IS NOT NULL OR subject IS NOT NULL ORDER BY idx"
        )
        text = instant(limit)
        return [index for index, leaf in cursor.fetchall() if orjson.loads(leaf)["at"] < text]

    def entries(self, cursor: Cursor, *, first: int = 0, limit: int = 1000) -> Iterator[tuple[int, Entry | None]]:
        """Yield entries as they were logged, in order; None for one that has lost a part.

        For those who may read the journal: the application that writes it needs no right to.
        """
        self._run(
            cursor,
            "SELECT journal_leaf.idx, leaf, actor, subject FROM journal_leaf JOIN journal_payload USING (idx) "
            "WHERE journal_leaf.idx >= ? ORDER BY journal_leaf.idx LIMIT ?",
            first,
            limit,
        )
        for index, leaf, actor, subject in cursor.fetchall():
            is_whole = actor is not None and subject is not None
            yield index, _entry(orjson.loads(leaf), orjson.loads(actor), orjson.loads(subject)) if is_whole else None

    def signed(self, cursor: Cursor, size: int) -> bytes | None:
        """Return the log's signature of its checkpoint at `size`, or None where an act wrote several lines at once."""
        self._run(cursor, "SELECT signature FROM journal_leaf WHERE idx = ?", size - 1)
        row = cursor.fetchone()
        return None if row is None or row[0] is None else bytes(row[0])

    def node(self, cursor: Cursor, level: int, index: int) -> bytes:
        """Return the hash of a complete subtree, for proofs: `partial(tables.node, cursor)`."""
        if level == 0:
            self._run(cursor, "SELECT hash FROM journal_leaf WHERE idx = ?", index)
        else:
            self._run(cursor, "SELECT hash FROM journal_node WHERE level = ? AND idx = ?", level, index)
        row = cursor.fetchone()
        if row is None:
            raise JournalError(f"the journal lacks the subtree {level}/{index}; run quietude audit verify")
        return bytes(row[0])


def _entry(leaf: dict[str, Any], actor: dict[str, Any], subject: dict[str, Any]) -> Entry:
    return Entry(
        kind=Kind(leaf["kind"]),
        when=datetime.fromisoformat(leaf["at"]).astimezone(UTC),
        who=actor["who"],
        purpose=actor["purpose"],
        to_whom=actor["to_whom"],
        motive=subject["motive"],
        ids=tuple(subject["ids"]),
        filter_text=subject["filter"],
        detail=subject["detail"],
    )
