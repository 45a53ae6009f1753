"""Places of documents as a test sees them: documents are put there, changed, moved and deleted by their owner."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol
from urllib.parse import quote

from tests.documents.connectors.servers import SECRET, CmisServer

from quietude.documents.connectors.change import Change, Connector, Deleted, Skipped
from quietude.documents.connectors.opening import Surroundings, connector_of
from quietude.fetch.api import Fetcher
from quietude.sources.api import Manifest
from quietude.sources.manifest import manifest_from

NOW = datetime(2026, 11, 28, 5, tzinfo=UTC)


def manifest(**read: Any) -> Manifest:
    """Return a manifest of documents."""
    return manifest_from(
        {
            "title": {"fr": "Arrêtés", "en": "Orders"}, "owner": "Secrétariat général", "kind": "documents",
            "legal_basis": "mission d'intérêt public", "retention": "P10Y", "schedule": {"every": "PT10M"},
            "read": read,
        }
    )  # fmt: skip


def opened(drop_dir: Path | None = None, **read: Any) -> Connector:
    """Return the connector of a place on this machine."""
    around = Surroundings(
        fetcher=Fetcher(listed_hosts=frozenset({"127.0.0.1"})),
        secret_of=lambda name: {"store": SECRET}[name],
        clock=lambda: datetime.now(UTC),
        drop_dir=drop_dir,
    )
    place: Any = manifest(**read).read[0]
    return connector_of(place, around)


def keys(changes: list[Change], *kinds: type) -> set[str]:
    """Return the keys of the changes of some kinds."""
    return {
        change.key if isinstance(change, Deleted | Skipped) else change.item.key  # type: ignore[union-attr]
        for change in changes
        if isinstance(change, kinds)
    }


class Place(Protocol):
    """Where documents are."""

    on_change: ClassVar[set[str]]
    on_move: ClassVar[set[str]]

    def connector(self) -> Connector: ...
    def put(self, name: str, content: bytes) -> None: ...
    def change(self, name: str, content: bytes) -> None: ...
    def move(self, name: str, to: str) -> None: ...
    def delete(self, name: str) -> None: ...
    def vanish(self) -> None: ...
    def read(self, content: bytes) -> bytes: ...
    def __str__(self) -> str: ...


@dataclass
class Disk:
    """A folder, whoever serves it."""

    root: Path
    said: dict[str, Any]
    drop_dir: Path | None = None
    on_change: ClassVar[set[str]] = {"Changed"}
    on_move: ClassVar[set[str]] = {"Added", "Deleted"}

    def connector(self) -> Connector:
        return opened(self.drop_dir, **self.said)

    def put(self, name: str, content: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    change = put

    def move(self, name: str, to: str) -> None:
        (self.root / to).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).rename(self.root / to)

    def delete(self, name: str) -> None:
        (self.root / name).unlink()

    def vanish(self) -> None:
        shutil.rmtree(self.root)

    def read(self, content: bytes) -> bytes:
        return content

    def __str__(self) -> str:
        return str(self.said["format"])


@dataclass
class Mail:
    """A Maildir folder behind an IMAP server: a message never changes, it is replaced."""

    root: Path
    port: int
    mailbox: str
    on_change: ClassVar[set[str]] = {"Added", "Deleted"}
    on_move: ClassVar[set[str]] = {"Added", "Deleted"}
    _contents: dict[str, bytes] = field(default_factory=dict)

    def connector(self) -> Connector:
        return opened(
            format="mailbox", host="127.0.0.1", port=self.port, tls=False, user="accueil", secret="store",
            mailbox=self.mailbox,
        )  # fmt: skip

    @property
    def _new(self) -> Path:
        folder = self.root / f".{self.mailbox}"
        if not folder.exists():
            for part in ("new", "cur", "tmp"):
                (folder / part).mkdir(parents=True)
                shutil.chown(folder / part, "nobody", "nogroup")
            shutil.chown(folder, "nobody", "nogroup")
        return folder / "cur"

    def put(self, name: str, content: bytes) -> None:
        self._contents[name] = content
        path = self._new / f"{abs(hash((name, content)))}.M1.host:2,"
        path.write_bytes(b"Subject: " + quote(name).encode() + b"\nFrom: a@b.example\n\n" + content)
        shutil.chown(path, "nobody", "nogroup")

    def change(self, name: str, content: bytes) -> None:
        self.delete(name)
        self.put(name, content)

    def move(self, name: str, to: str) -> None:
        content = self._contents[name]
        self.delete(name)
        self.put(to, content)

    def delete(self, name: str) -> None:
        content = self._contents.pop(name)
        mark = b"Subject: " + quote(name).encode() + b"\n"
        found = [path for path in self._new.iterdir() if path.read_bytes().startswith(mark)]
        assert found, content
        found[0].unlink()

    def vanish(self) -> None:
        shutil.rmtree(self._new.parent)

    def read(self, content: bytes) -> bytes:
        return content.partition(b"\r\n\r\n")[2]

    def __str__(self) -> str:
        return "mailbox"


@dataclass
class Objects:
    """A bucket of moto's S3."""

    client: Any
    url: str
    bucket: str
    on_change: ClassVar[set[str]] = {"Changed"}
    on_move: ClassVar[set[str]] = {"Added", "Deleted"}

    def connector(self) -> Connector:
        return opened(format="s3", url=self.url, bucket=self.bucket, access_key="reader", secret="store")

    def put(self, name: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=name, Body=content)

    change = put

    def move(self, name: str, to: str) -> None:
        self.client.copy_object(Bucket=self.bucket, Key=to, CopySource={"Bucket": self.bucket, "Key": name})
        self.delete(name)

    def delete(self, name: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=name)

    def vanish(self) -> None:
        for about in self.client.list_objects_v2(Bucket=self.bucket).get("Contents", []):
            self.delete(about["Key"])
        self.client.delete_bucket(Bucket=self.bucket)

    def read(self, content: bytes) -> bytes:
        return content

    def __str__(self) -> str:
        return "s3"


@dataclass
class Repository:
    """A document system: a document keeps its name when it moves."""

    server: CmisServer
    on_change: ClassVar[set[str]] = {"Changed"}
    on_move: ClassVar[set[str]] = {"Changed"}

    def connector(self) -> Connector:
        return opened(format="cmis", url=f"http://127.0.0.1:{self.server.port}/browser", sweep="PT1S", **self.said)

    said: dict[str, Any] = field(default_factory=dict)

    def put(self, name: str, content: bytes) -> None:
        self.server.put(name, content)

    change = put

    def move(self, name: str, to: str) -> None:
        about = self.server.documents[name]
        about["name"], about["modified"] = to, about["modified"] + 1

    def delete(self, name: str) -> None:
        del self.server.documents[name]

    def vanish(self) -> None:
        self.server.is_there = False

    def read(self, content: bytes) -> bytes:
        return content

    def __str__(self) -> str:
        return "cmis"


@dataclass
class Website:
    """A site whose sitemap lists its pages."""

    port: int
    pages: dict[str, bytes]
    on_change: ClassVar[set[str]] = {"Changed"}
    on_move: ClassVar[set[str]] = {"Added", "Deleted"}

    def connector(self) -> Connector:
        return opened(format="site", url=f"http://127.0.0.1:{self.port}/sitemap.xml")

    def put(self, name: str, content: bytes) -> None:
        self.pages.setdefault("/sitemap.xml", b"")
        self.pages[f"/{quote(name)}"] = content

    change = put

    def move(self, name: str, to: str) -> None:
        self.pages[f"/{quote(to)}"] = self.pages.pop(f"/{quote(name)}")

    def delete(self, name: str) -> None:
        del self.pages[f"/{quote(name)}"]

    def vanish(self) -> None:
        self.pages.clear()

    def read(self, content: bytes) -> bytes:
        return content

    def __str__(self) -> str:
        return "site"


def website(pages: dict[str, bytes], port: list[int]) -> Any:
    """Return a WSGI application that serves pages, and a sitemap of them."""

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        path = quote(environ["PATH_INFO"].encode("latin-1"))
        body = pages.get(path)
        if path == "/sitemap.xml" and body == b"":
            listed = "".join(
                f"<url><loc>http://127.0.0.1:{port[0]}{page}</loc>"
                f"<lastmod>2026-11-{1 + len(content) % 28:02d}</lastmod></url>"
                for page, content in pages.items()
                if page not in {"/sitemap.xml", "/robots.txt"}
            )
            body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'.encode()
        start("404 Not Found" if body is None else "200 OK", [("Content-Length", str(len(body or b"")))])
        return [body or b""]

    return app
