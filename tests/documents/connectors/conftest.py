"""One server of each kind for the whole of a module's tests, and a place of each test's own on it."""

from __future__ import annotations

import getpass
import logging
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.documents.connectors.places import Disk, Mail, Objects, Place, Repository, Website, website
from tests.documents.connectors.servers import SECRET, CmisServer, dovecot, samba, served

KINDS = ("folder", "webdav", "mailbox", "s3", "cmis", "smb", "site")


class Servers:
    """Starts a server when a test first asks for it; ends all of them at the end of the module."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack, self._made = stack, dict[str, Any]()
        # Not pytest's own folder: servers that run as other users must reach it.
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="quietude-")))
        self.folder.chmod(0o755)

    def place(self, kind: str) -> Place:
        """Return an empty place of a kind."""
        if kind not in self._made:
            self._made[kind] = getattr(self, f"_start_{kind}")()
        made: Place = getattr(self, f"_new_{kind}")(self._made[kind])
        return made

    def _root(self, kind: str) -> tuple[str, Path]:
        name = uuid4().hex[:12]
        root = self.folder / kind / name
        root.mkdir(parents=True)
        return name, root

    def _start_folder(self) -> Path:
        return self.folder / "folder"

    def _new_folder(self, drop_dir: Path) -> Place:
        name, root = self._root("folder")
        return Disk(root, {"format": "folder", "path": name}, drop_dir)

    def _start_webdav(self) -> int:
        from wsgidav.wsgidav_app import WsgiDAVApp

        (self.folder / "webdav").mkdir()
        app = WsgiDAVApp(
            {
                "provider_mapping": {"/": {"root": str(self.folder / "webdav"), "readonly": True}},
                "simple_dc": {"user_mapping": {"*": {"reader": {"password": SECRET}}}},
                "http_authenticator": {"accept_basic": True, "accept_digest": False},
                "verbose": 0,
                "logging": {"enable": False},
            }
        )
        return self._stack.enter_context(served(app))

    def _new_webdav(self, port: int) -> Place:
        name, root = self._root("webdav")
        url = f"http://127.0.0.1:{port}/{name}"
        return Disk(root, {"format": "webdav", "url": url, "user": "reader", "secret": "store"})

    def _start_mailbox(self) -> tuple[Path, int]:
        folder = self.folder / "imap"
        folder.mkdir()
        return folder / "mail", self._stack.enter_context(dovecot(folder))

    def _new_mailbox(self, made: tuple[Path, int]) -> Place:
        return Mail(*made, mailbox=uuid4().hex[:12])

    def _start_s3(self) -> tuple[str, Any]:
        import boto3
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        self._stack.callback(server.stop)
        host, port = server.get_host_and_port()
        url = f"http://{host}:{port}"
        client = boto3.client(
            "s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
        )
        return url, client

    def _new_s3(self, made: tuple[str, Any]) -> Place:
        url, client = made
        bucket = f"city-{uuid4().hex[:12]}"
        client.create_bucket(Bucket=bucket)
        return Objects(client, url, bucket)

    def _start_cmis(self) -> CmisServer:
        server = CmisServer()
        server.port = self._stack.enter_context(served(server))
        return server

    def _new_cmis(self, server: CmisServer) -> Place:
        server.documents.clear()
        server.is_there = True
        return Repository(server)

    def _start_smb(self) -> int:
        folder = self.folder / "samba"
        folder.mkdir()
        (self.folder / "smb").mkdir()
        return self._stack.enter_context(samba(folder, self.folder / "smb"))

    def _new_smb(self, port: int) -> Place:
        name, root = self._root("smb")
        said = {"format": "smb", "host": "127.0.0.1", "port": port, "share": "city", "path": name}
        return Disk(root, {**said, "user": getpass.getuser(), "secret": "store"})

    def _start_site(self) -> tuple[int, dict[str, bytes]]:
        pages: dict[str, bytes] = {}
        known: list[int] = []
        known.append(self._stack.enter_context(served(website(pages, known))))
        return known[0], pages

    def _new_site(self, made: tuple[int, dict[str, bytes]]) -> Place:
        made[1].clear()
        return Website(*made)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Give the servers of a module."""
    with ExitStack() as stack:
        yield Servers(stack)


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, servers: Servers) -> Place:
    """Give an empty place of each kind in turn."""
    return servers.place(request.param)


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quietude.documents.connectors.web.PAUSES", (0.0,))
