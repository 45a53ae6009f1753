"""A source of documents on a place of this machine, followed round by round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.documents.connectors.conftest import Servers
from tests.documents.connectors.conftest import servers as servers  # noqa: PLC0414  # a fixture of theirs
from tests.documents.connectors.places import Disk, Mail
from tests.portal.documents.conftest import author as author  # noqa: PLC0414  # fixtures of theirs
from tests.portal.documents.conftest import folder as folder  # noqa: PLC0414
from tests.portal.documents.conftest import service as service  # noqa: PLC0414

from quietude.documents.api import Added, Change, Connector, ConnectorError, Fetched, Item, Reached
from quietude.portal.document_sources import models as kept
from quietude.portal.document_sources import rounds
from quietude.portal.documents import files
from quietude.portal.documents.models import Document
from quietude.sources.api import Manifest
from quietude.sources.manifest import manifest_from
from quietude.sources.marks import Marks

NAME = "orders"


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quietude.documents.connectors.web.PAUSES", (0.0,))


def manifest(read: dict[str, Any] | None = None, name: str = NAME, **said: Any) -> Manifest:
    """Return the manifest of a source of documents."""
    content = {
        "title": {"fr": "Arrêtés", "en": "Orders"}, "owner": "Secrétariat général", "kind": "documents",
        "legal_basis": "mission d'intérêt public", "retention": "P10Y", "schedule": {"every": "PT10M"},
        "read": read or {"format": "folder", "path": "orders"}, **said,
    }  # fmt: skip
    return manifest_from(content).bind(name=name, path=Path("town/sources/orders.yml"), marks=Marks())


@dataclass
class Followed:
    """A source, as its rounds go by."""

    manifest: Manifest
    opened: Callable[[], Connector]
    now: datetime = field(default_factory=timezone.now)

    def round(self, **limits: Any) -> bool:
        """Go through one round, half an hour after the last."""
        self.now += timedelta(minutes=30)
        return rounds.follow(self.manifest, self.opened, self.now, limits=rounds.Limits(**limits))

    @property
    def source(self) -> kept.Source:
        """Return what is kept of it."""
        return kept.Source.objects.get(name=self.manifest.name)

    @property
    def documents(self) -> list[Document]:
        """Return its documents, the first first."""
        return list(Document.objects.filter(source=self.manifest.name).order_by("pk"))

    def document(self, title: str) -> Document:
        """Return one by its title."""
        return Document.objects.get(source=self.manifest.name, title=title)

    def states(self) -> dict[str, str]:
        """Return the states of its items by name."""
        return dict(kept.Item.objects.filter(source=self.manifest.name).values_list("name", "state"))

    def contents(self) -> list[bytes]:
        """Return what its documents hold now."""
        return sorted(files.vault().read(each.current.sha256) for each in self.documents)


def followed(place: Any, **said: Any) -> Followed:
    """Return a source that follows a place."""
    read = dict(place.said) if isinstance(place, Disk) else {"format": "folder", "path": "x"}
    if isinstance(place, Mail):
        read = {
            "format": "mailbox", "host": "127.0.0.1", "port": place.port, "tls": False, "user": "accueil",
            "secret": "store", "mailbox": place.mailbox,
        }  # fmt: skip
    read |= said.pop("read", {})
    return Followed(manifest(read, **said), place.connector)


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    """Return an empty folder that is followed."""
    root = tmp_path / "drop" / "orders"
    root.mkdir(parents=True)
    return Disk(root, {"format": "folder", "path": "orders"}, tmp_path / "drop")


@dataclass
class Told:
    """A place that tells what a test has it tell."""

    changes_told: list[Change]
    content: Callable[[str], bytes] = lambda key: f"%PDF-1.7\n{key}\n%%EOF\n".encode()
    fetched: list[str] = field(default_factory=list)

    def changes(self, cursor: str | None, *, deletions_allowed: int = 0) -> Iterator[Change]:
        """Tell what comes after the cursor: how many were told."""
        assert deletions_allowed == 0
        yield from self.changes_told[int(cursor or 0) :]

    def fetch(self, key: str, into: Path, limit_bytes: int) -> Fetched:
        """Copy what stands under a key; one that begins with "bad" cannot be."""
        self.fetched.append(key)
        if key.startswith("bad"):
            raise ConnectorError("no answer")
        content = self.content(key)
        assert len(content) <= limit_bytes
        with into.open("xb") as file:
            file.write(content)
        return Fetched(sha256="", size=len(content))

    def close(self) -> None:
        """Nothing stays open."""


def told(*keys: str, each: int = 500, **said: Any) -> Told:
    """Return a place that tells of documents, with a cursor after so many."""
    changes: list[Change] = []
    for number, key in enumerate(keys, 1):
        changes.append(Added(Item(key=key, name=key, etag=key, **said)))
        if number % each == 0 or number == len(keys):
            changes.append(Reached(str(len(changes) + 1)))
    return Told(changes)


@pytest.fixture
def place_of(servers: Servers) -> Callable[[str], Any]:
    """Return a maker of empty places of a kind."""
    return servers.place
