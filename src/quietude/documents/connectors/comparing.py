"""What changed between two listings of a place: the same for folders, WebDAV, shares, buckets and websites."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from quietude.documents.connectors.change import (
    Added,
    Change,
    Changed,
    ConnectorError,
    Deleted,
    Held,
    Item,
    Reached,
    Skipped,
)

EXAMPLES = 20  # deletions that are named to who must judge
FEW = 10  # so many documents vanish on an ordinary day, whatever the share


def stamp_of(item: Item) -> str:
    """Return what changes when the document or its rights do."""
    if item.rights is None:
        return item.etag
    return f"{item.etag}|{hashlib.sha256(json.dumps(sorted(item.rights)).encode()).hexdigest()[:12]}"


def is_left(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a name is one that is left alone."""
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)


def is_mass(deletions: int, known: int, *, share: float, allowed: int) -> bool:
    """Tell whether so many deletions at once need a person's word."""
    return deletions > max(FEW, share * known, allowed)


def read_cursor(cursor: str | None, form: str) -> dict[str, object]:
    """Return the content of a cursor of a connector's form; empty for None.

    Raises:
        ConnectorError: it is of another connector.
    """
    if cursor is None:
        return {}
    try:
        content = json.loads(cursor)
    except ValueError as error:
        raise ConnectorError("the cursor is not one: start without a cursor, nothing is lost by it") from error
    if not isinstance(content, dict) or content.get("form") != form:
        raise ConnectorError(f"the cursor is of another connector than {form}: start without one")
    return content


def write_cursor(form: str, **content: object) -> str:
    """Return a cursor."""
    return json.dumps({"form": form, **content}, ensure_ascii=False, separators=(",", ":"))


def known_of(content: Mapping[str, object]) -> dict[str, str]:
    """Return the stamps of known documents by key, as a cursor holds them."""
    known = content.get("known", {})
    return dict(known) if isinstance(known, dict) else {}


def compared(
    known: Mapping[str, str], listing: Iterable[Item | Skipped], *, share: float, allowed: int, now: dict[str, str]
) -> Iterator[Change]:
    """Yield how a whole listing differs from what is known; `now` is filled with what is known after it.

    A deletion is only told once the whole listing was read: one that fails on its way deletes nothing.
    """
    left, skipped = dict(known), set[str]()
    for entry in listing:
        if isinstance(entry, Skipped):
            skipped.add(entry.key)
            yield entry
            continue
        if entry.key in now:
            continue  # a place that lists one document twice
        before, stamp = left.pop(entry.key, None), stamp_of(entry)
        now[entry.key] = stamp
        if before is None:
            yield Added(entry)
        elif before != stamp:
            yield Changed(entry)
    gone = [key for key in left if not _is_below(key, skipped)]
    now.update({key: stamp for key, stamp in left.items() if _is_below(key, skipped)})
    if is_mass(len(gone), len(known), share=share, allowed=allowed):
        now.update({key: left[key] for key in gone})
        yield Held(len(gone), len(known), tuple(gone[:EXAMPLES]))
    else:
        yield from (Deleted(key) for key in gone)


def _is_below(key: str, skipped: set[str]) -> bool:
    parts = key.split("/")
    return any("/".join(parts[:count]) in skipped for count in range(1, len(parts) + 1)) or "" in skipped


def listed_changes(
    form: str, listing: Iterable[Item | Skipped], cursor: str | None, *, share: float, allowed: int
) -> Iterator[Change]:
    """Yield the changes of a place that is listed whole at each run, and then its new cursor."""
    known = known_of(read_cursor(cursor, form))
    now: dict[str, str] = {}
    yield from compared(known, listing, share=share, allowed=allowed, now=now)
    yield Reached(write_cursor(form, known=now))
