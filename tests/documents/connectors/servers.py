"""Servers of documents for the tests: real ones on the loopback address, and a CMIS one of our own."""

from __future__ import annotations

import getpass
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cheroot.wsgi import Server as Cheroot
from tests.leaving import leaving

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
PARTS = re.compile(r'name="(\w+)"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r]*)\r\n')
"""Fields of a form in parts, as cmislib sends it."""
SECRET = "dépôt-1"
LONGEST_START = 20.0  # seconds; a busy machine


def program(name: str, package: str) -> str:
    """Return the path of a server's program, or skip; where everything must be there (CI) a skip fails."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None or os.geteuid() != 0:
        pytest.skip(f"needs {name} (Debian package {package}) and root: apt-get install {package}")
    return found


def free_port() -> int:
    """Return a port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def until_answers(port: int, process: subprocess.Popen[str]) -> None:
    """Wait until a server answers."""
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end:
        assert process.poll() is None, process.communicate()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)  # the condition that is waited for
        else:
            return
    pytest.fail(f"nothing answers at port {port}")


@contextmanager
def served(app: WSGI) -> Iterator[int]:
    """Serve a WSGI application; give its port."""
    port = free_port()
    server = Cheroot(("127.0.0.1", port), app, numthreads=4, shutdown_timeout=1)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield port
    server.stop()
    thread.join(5)


@contextmanager
def hanging() -> Iterator[int]:
    """Listen, take connections, and never say a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


@contextmanager
def dovecot(folder: Path) -> Iterator[int]:
    """Run an IMAP server whose mailboxes are Maildir folders in `folder`/mail."""
    binary, port = program("dovecot", "dovecot-imapd"), free_port()
    mail, base = folder / "mail", folder / "run"
    for made in (mail, base):
        made.mkdir()
    folder.chmod(0o755)
    shutil.chown(mail, "nobody", "nogroup")
    conf = folder / "dovecot.conf"
    conf.write_text(
        f"""
protocols = imap
listen = 127.0.0.1
base_dir = {base}
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{mail}
mail_max_userip_connections = 50
passdb {{
  driver = static
  args = password={SECRET}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={mail}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
""",
        encoding="utf-8",
    )
    with _running([binary, "-F", "-c", str(conf)], port):
        yield port


@contextmanager
def samba(folder: Path, shared: Path) -> Iterator[int]:
    """Run a Samba server with a share `city` of a folder."""
    binary, port = program("smbd", "samba"), free_port()
    user = getpass.getuser()
    conf = folder / "smb.conf"
    lines = [f"{name} directory = {folder}" for name in ("private", "lock", "state", "cache", "pid")]
    (folder / "ncalrpc").mkdir()
    conf.write_text(
        "\n".join(
            [
                "[global]", *lines, f"ncalrpc dir = {folder}/ncalrpc", f"log file = {folder}/smbd.log",
                "bind interfaces only = yes", "interfaces = lo", "disable netbios = yes", "load printers = no",
                "printing = bsd", "server role = standalone server", "disable spoolss = yes", "mangled names = no",
                "[city]", f"path = {shared}", "read only = yes", f"valid users = {user}", "",
            ]
        ),
        encoding="utf-8",
    )  # fmt: skip
    told = subprocess.run(
        ["smbpasswd", "-c", str(conf), "-s", "-a", user], input=f"{SECRET}\n{SECRET}\n", text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told
    with _running([binary, "-F", "--no-process-group", "-s", str(conf), "-p", str(port)], port):
        yield port


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    with (
        subprocess.Popen(  # a session of its own: Samba ends its whole group
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
        ) as server,
        leaving(server),
    ):
        until_answers(port, server)
        yield
        server.terminate()
        server.wait(10)


@dataclass
class CmisServer:
    """A document system of one repository, asked by the browser binding. Checked against cmislib in the tests."""

    port: int = 0
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Object id to name, content, modified (milliseconds), readers, folder."""
    is_there: bool = True
    statements: list[str] = field(default_factory=list)

    def put(self, key: str, content: bytes, **more: Any) -> None:
        """Add or change a document."""
        self.documents[key] = {
            "name": key, "content": content, "modified": 1_700_000_000_000 + 1000 * len(self.statements) + len(content),
            "readers": ["GROUP_POLICE"], "folder": "/Arrêtés", **more,
        }  # fmt: skip

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        given = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        asked = {name: values[0] for name, values in parse_qs(f"{environ['QUERY_STRING']}&{given}").items()}
        asked |= dict(PARTS.findall(given))
        status, kind, body = self._answer(environ["PATH_INFO"], asked)
        start(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, path: str, asked: dict[str, str]) -> tuple[str, str, bytes]:
        key = asked.get("objectId", "")
        what = asked.get("cmisselector") or asked.get("cmisaction")
        answers: dict[str | None, Callable[[], Any]] = {
            "query": lambda: self._query(asked),
            "object": lambda: self._properties(self._object(path, key), asked),
            "acl": lambda: {
                "aces": [
                    {"principal": {"principalId": reader}, "permissions": ["cmis:read"], "isDirect": True}
                    for reader in self.documents[key]["readers"]
                ]
            },
            "parents": lambda: [
                {"object": self._properties({"cmis:path": self.documents[key]["folder"]}, asked)},
            ],
            None: self._repositories,
        }
        if not self.is_there and what is not None:
            return "404 Not Found", "application/json", b'{"exception":"objectNotFound"}'
        if what == "content":
            if key not in self.documents:
                return "404 Not Found", "application/json", b'{"exception":"objectNotFound"}'
            return "200 OK", "application/octet-stream", self.documents[key]["content"]
        return "200 OK", "application/json", json.dumps(answers[what]()).encode()

    def _repositories(self) -> dict[str, Any]:
        here = f"http://127.0.0.1:{self.port}/browser/city"
        about = {"repositoryId": "city", "repositoryName": "City", "cmisVersionSupported": "1.1"}
        return {"city": {**about, "repositoryUrl": here, "rootFolderUrl": f"{here}/root", "rootFolderId": "root-id"}}

    def _object(self, path: str, key: str) -> dict[str, Any]:
        if key and key in self.documents:
            return self._columns(key)
        return {"cmis:objectId": "root-id", "cmis:path": path, "cmis:baseTypeId": "cmis:folder", "cmis:name": "root"}

    def _columns(self, key: str) -> dict[str, Any]:
        about = self.documents[key]
        return {
            "cmis:objectId": key, "cmis:name": about["name"], "cmis:contentStreamLength": len(about["content"]),
            "cmis:contentStreamMimeType": "application/octet-stream", "cmis:baseTypeId": "cmis:document",
            "cmis:lastModificationDate": about["modified"], "cmis:changeToken": None,
        }  # fmt: skip

    def _properties(self, values: dict[str, Any], asked: dict[str, str]) -> dict[str, Any]:
        if asked.get("succinct") == "true":
            return {"succinctProperties": values}
        return {
            "properties": {
                name: {"id": name, "type": _type(name, value), "value": value} for name, value in values.items()
            }
        }

    def _query(self, asked: dict[str, str]) -> dict[str, Any]:
        self.statements.append(asked.get("statement") or asked["q"])
        since = _since(self.statements[-1])
        found = sorted((about["modified"], key) for key, about in self.documents.items() if about["modified"] >= since)
        start, most = int(asked.get("skipCount", 0)), min(int(asked.get("maxItems", 100)), 3)
        page = [self._properties(self._columns(key), asked) for _, key in found[start : start + most]]
        return {"results": page, "hasMoreItems": start + most < len(found), "numItems": len(found)}


def _since(statement: str) -> float:
    _, _, after = statement.partition("TIMESTAMP '")
    return datetime.fromisoformat(after.partition("'")[0]).timestamp() * 1000 if after else 0.0


def _type(name: str, value: object) -> str:
    if name.endswith("Date"):
        return "datetime"
    return "integer" if isinstance(value, int) else "string"
