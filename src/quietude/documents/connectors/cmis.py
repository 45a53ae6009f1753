"""The connector of a document system that speaks CMIS 1.1. Source: OASIS CMIS 1.1, 5 (browser binding)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from quietude.documents.connectors.change import (
    Added,
    Change,
    Changed,
    ConnectorError,
    Fetched,
    GoneError,
    Item,
    Reached,
    Skipped,
    VanishedError,
)
from quietude.documents.connectors.comparing import compared, is_left, known_of, read_cursor, stamp_of, write_cursor
from quietude.documents.connectors.naming import media_type_of, shown_name
from quietude.documents.connectors.web import Web

PAGE = 500  # documents a request
COLUMNS = (
    "cmis:objectId, cmis:name, cmis:contentStreamLength, cmis:contentStreamMimeType, "
    "cmis:lastModificationDate, cmis:changeToken"
)
READING = frozenset({"cmis:read", "cmis:write", "cmis:all"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cmis:
    """Follows the documents below a folder: asks what changed since the last time, and lists all once in a while.

    Document systems tell no one what was deleted: that is learnt from the whole listing, every `sweep`.
    """

    web: Web
    url: str
    repository: str | None = None
    folder: str = "/"
    sweep: timedelta = timedelta(days=1)
    clock: Callable[[], datetime]
    asks_rights: bool = False
    """Whether rights and folders of each document are asked: two requests more each."""
    leave: tuple[str, ...] = ()
    deletions: float = 0.2

    def changes(self, cursor: str | None, *, deletions_allowed: int = 0) -> Iterator[Change]:
        """Yield what changed."""
        content = read_cursor(cursor, "cmis")
        known, since = known_of(content), int(str(content.get("since", 0)))
        swept = datetime.fromtimestamp(int(str(content.get("swept", 0))), UTC)
        root, now = self._root(), self.clock()
        newest = [since]
        is_whole = cursor is None or bool(deletions_allowed) or now - swept >= self.sweep
        if is_whole:
            after: dict[str, str] = {}
            listing = self._asked(root, 0, newest)
            yield from compared(known, listing, share=self.deletions, allowed=deletions_allowed, now=after)
            known, swept = after, now
        else:
            for entry in self._asked(root, since, newest):
                if isinstance(entry, Skipped):
                    yield entry
                elif known.get(entry.key) != stamp_of(entry):
                    yield Changed(entry) if entry.key in known else Added(entry)
                    known[entry.key] = stamp_of(entry)
        yield Reached(write_cursor("cmis", known=known, since=newest[0], swept=int(swept.timestamp())), is_whole)

    def _root(self) -> _Root:
        """Return the addresses of the repository and the folder's name there."""
        repositories = self._json(self.url)
        names = list(repositories)
        if self.repository is None and len(names) != 1:
            raise ConnectorError(f"the server has the repositories {', '.join(names)}: say one in `repository`")
        about = repositories.get(self.repository or names[0])
        if not isinstance(about, dict) or "repositoryUrl" not in about:
            raise VanishedError(f"the server has no repository {self.repository!r}; it has {', '.join(names)}")
        objects = _same_server(self.url, str(about["rootFolderUrl"]))
        path = quote(self.folder.rstrip("/"))
        try:
            folder = _properties(self._json(f"{objects}{path}?cmisselector=object&succinct=true"))
        except GoneError as error:
            raise VanishedError(f"the folder {self.folder!r} is no longer there: check its path") from error
        return _Root(_same_server(self.url, str(about["repositoryUrl"])), objects, str(folder["cmis:objectId"]))

    def _asked(self, root: _Root, since: int, newest: list[int]) -> Iterator[Item | Skipped]:
        """Yield the documents that changed at `since` (milliseconds) or later, the oldest change first."""
        folder = root.folder.replace("\\", "\\\\").replace("'", "\\'")
        statement = f"SELECT {COLUMNS} FROM cmis:document WHERE IN_TREE('{folder}')"
        if since:
            moment = datetime.fromtimestamp(since / 1000, UTC).isoformat(timespec="milliseconds")
            statement += f" AND cmis:lastModificationDate >= TIMESTAMP '{moment}'"
        statement += " ORDER BY cmis:lastModificationDate"
        start = 0
        while True:
            page = self._query(root, statement, start)
            found = page.get("results", [])
            for about in found:
                entry = _entry(_properties(about))
                if isinstance(entry, Item):
                    if is_left(entry.name, self.leave):
                        continue
                    newest[0] = max(newest[0], _milliseconds(entry))
                    entry = self._described(root, entry) if self.asks_rights else entry
                yield entry
            start += len(found)
            if not page.get("hasMoreItems") or not found:
                return

    def _query(self, root: _Root, statement: str, start: int) -> dict[str, Any]:
        said = {"cmisaction": "query", "statement": statement, "maxItems": PAGE, "skipCount": start, "succinct": "true"}
        page: dict[str, Any] = self._json(root.repository, urlencode(said).encode())
        return page

    def _described(self, root: _Root, item: Item) -> Item | Skipped:
        """Return the document with the folder it lies in and who may read it."""
        name = quote(item.key, safe="")
        try:
            aces = self._json(f"{root.objects}?objectId={name}&cmisselector=acl").get("aces", [])
            parents = self._json(f"{root.objects}?objectId={name}&cmisselector=parents&succinct=true")
        except ConnectorError as error:
            return Skipped(item.key, f"who may read it cannot be learnt ({error}): it is not taken without")
        readers = {
            str(ace["principal"]["principalId"]) for ace in aces if READING.intersection(ace.get("permissions", ()))
        }
        paths = [
            str(_properties(parent.get("object", parent)).get("cmis:path", ""))
            for parent in (parents if isinstance(parents, list) else [])
        ]
        return replace(item, rights=tuple(sorted(readers)), folder=paths[0].strip("/") if paths else "")

    def _json(self, url: str, form: bytes = b"") -> Any:
        headers = {"Accept": "application/json"} | (
            {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        )
        answer = self.web.ask(url, method="POST" if form else "GET", headers=headers, body=form)
        try:
            return json.loads(answer.body)
        except ValueError as error:
            raise ConnectorError("the server's answer is no JSON: is this CMIS's browser binding?") from error

    def fetch(self, key: str, into: Path, limit_bytes: int) -> Fetched:
        """Copy a document's content."""
        objects = self._root().objects
        return self.web.copy(f"{objects}?objectId={quote(key, safe='')}&cmisselector=content", into, limit_bytes)

    def close(self) -> None:
        """Nothing stays open."""


@dataclass(frozen=True, slots=True)
class _Root:
    repository: str
    objects: str
    folder: str


def _same_server(ours: str, theirs: str) -> str:
    """Return an address that the server states, as long as the account is not shown to another server by it."""
    if theirs.split("/")[:3] != ours.split("/")[:3]:
        raise ConnectorError("the server names addresses of another server: ask for its public address to be set there")
    return theirs


def _properties(about: Any) -> dict[str, Any]:
    if "succinctProperties" in about:
        return dict(about["succinctProperties"])
    return {name: entry.get("value") for name, entry in about.get("properties", {}).items()}


def _entry(told: dict[str, Any]) -> Item | Skipped:
    key, size = str(told.get("cmis:objectId", "")), told.get("cmis:contentStreamLength")
    if not key or size is None or int(size) < 0:
        return Skipped(key or "?", "the document has no content")
    changed = told.get("cmis:lastModificationDate")
    name = shown_name(str(told.get("cmis:name") or "document"))
    return Item(
        key=key,
        name=name,
        media_type=media_type_of(name, str(told.get("cmis:contentStreamMimeType") or "")),
        size=int(size),
        modified=datetime.fromtimestamp(int(changed) / 1000, UTC) if isinstance(changed, int) else None,
        etag=f"{told.get('cmis:changeToken') or ''}-{changed}-{size}",
    )


def _milliseconds(item: Item) -> int:
    return round(item.modified.timestamp() * 1000) if item.modified is not None else 0
