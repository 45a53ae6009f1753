"""The connector of a share of a Windows or Samba server, by SMB 2 and 3."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import smbclient
from smbprotocol.exceptions import LogonFailure, SMBException, SMBOSError

from quietude.documents.connectors.change import (
    Change,
    ConnectorError,
    DeniedError,
    Fetched,
    GoneError,
    Item,
    Skipped,
    UnsettledError,
    VanishedError,
)
from quietude.documents.connectors.comparing import is_left, listed_changes
from quietude.documents.connectors.copying import copying
from quietude.documents.connectors.folder import DEEPEST, shown_folder
from quietude.documents.connectors.naming import is_plain, media_type_of, shown_name
from quietude.fetch.api import Fetcher, FetchError

BLOCK_BYTES = 1 << 20
FOLDER, LINK = 0x10, 0x400  # attributes of a directory and of a reparse point. Source: MS-FSCC, 2.6
FAILURES = (SMBException, OSError, ValueError, EOFError)
"""What a broken, slow or odd server makes of a request."""


@dataclass(slots=True, kw_only=True)
class Share:
    """Follows the files of a share: by size and time. Links and referrals to other servers are not followed."""

    fetcher: Fetcher
    host: str
    port: int
    share: str
    path: str = ""
    user: str
    secret: str
    seconds: float = 30.0
    """How long the server may take for one folder, or for one megabyte."""
    leave: tuple[str, ...] = ()
    deletions: float = 0.2
    _cache: dict[str, Any] = field(default_factory=dict, init=False)
    _address: str = field(default="", init=False)

    def changes(self, cursor: str | None, *, deletions_allowed: int = 0) -> Iterator[Change]:
        """Yield what changed."""
        return listed_changes("smb", self._walk(), cursor, share=self.deletions, allowed=deletions_allowed)

    def _walk(self) -> Iterator[Item | Skipped]:
        waiting = [""]
        while waiting:
            folder = waiting.pop()
            try:
                found = self._listed(folder)
            except GoneError as error:
                if not folder:
                    raise VanishedError("the share or its folder is no longer there: check both names") from error
                yield Skipped(folder, str(error))
                continue
            for name, about in found:
                key = f"{folder}/{name}".lstrip("/")
                if is_left(name, self.leave):
                    continue
                if (
                    about.file_attributes & LINK
                    or not is_plain(key)
                    or not key.isprintable()
                    or key.count("/") >= DEEPEST
                ):
                    yield Skipped(ascii(key), "it is a link, has control signs in its name, or lies too deep")
                elif about.file_attributes & FOLDER:
                    waiting.append(key)
                else:
                    yield _item(key, about)

    def _listed(self, folder: str) -> list[tuple[str, Any]]:
        """Return names, and what the listing itself says of each; asking each by itself would take a second a file."""
        with self._asking() as options:
            return [(entry.name, entry.smb_info) for entry in smbclient.scandir(self._unc(folder), **options)]

    def fetch(self, key: str, into: Path, limit_bytes: int) -> Fetched:
        """Copy a file; others may go on writing to it meanwhile, which is noticed."""
        if not is_plain(key):
            raise GoneError(f"{key!r} is no path within the share")
        with copying(into, limit_bytes) as copy:
            before = self._stamp(key)
            with self._asking() as options:
                source = smbclient.open_file(self._unc(key), mode="rb", buffering=0, share_access="rwd", **options)
            try:
                while True:
                    with self._asking():
                        block = source.read(BLOCK_BYTES)
                    if not block:
                        break
                    copy.write(block)
            finally:
                with self._asking():
                    source.close()
            if self._stamp(key) != before:
                raise UnsettledError(f"{key!r} changes while it is read: it is taken once it rests")
            return copy.fetched

    def _stamp(self, key: str) -> str:
        with self._asking() as options:
            about = smbclient.stat(self._unc(key), follow_symlinks=False, **options)
            return f"{about.st_size}-{about.st_mtime_ns}"

    def _unc(self, key: str) -> str:
        parts = [self._address, self.share, *self.path.split("/"), *key.split("/")]
        return "\\\\" + "\\".join(part for part in parts if part)

    @contextmanager
    def _asking(self) -> Iterator[dict[str, Any]]:
        """Give the library its options, sign in if need be, and cut the connection of a server that hangs."""
        try:
            self._address = self._address or self.fetcher.address_of(self.host, self.port, seconds=self.seconds)
            # By number, and without referrals: nothing is resolved a second time, and no other server is asked.
            smbclient.ClientConfig(skip_dfs=True)
            clock = threading.Timer(self.seconds, self._cut)
            clock.daemon = True
            clock.start()
            options = {"username": self.user, "password": self.secret, "port": self.port}
            options |= {"connection_cache": self._cache}
            try:
                smbclient.register_session(self._address, connection_timeout=int(self.seconds) or 1, **options)
                yield options
            finally:
                clock.cancel()
        except FetchError as error:
            raise ConnectorError(str(error)) from error
        except LogonFailure as error:
            raise DeniedError("the server refuses the account: check user and secret") from error
        except SMBOSError as error:
            raise GoneError(f"it is no longer there, or may not be read ({error.strerror})") from error
        except FAILURES as error:
            self._cut()
            raise ConnectorError(
                f"{self.host} gave no answer that can be read: try later, or ask whoever runs it"
            ) from (error)

    def _cut(self) -> None:
        for connection in self._cache.values():
            connection.transport.close()
        self._cache.clear()

    def close(self) -> None:
        """Sign out."""
        try:
            smbclient.reset_connection_cache(fail_on_error=False, connection_cache=self._cache)
        except FAILURES:
            self._cut()


def _item(key: str, about: Any) -> Item:
    name = shown_name(key)
    return Item(
        key=key,
        name=name,
        folder=shown_folder(key),
        media_type=media_type_of(name),
        size=about.end_of_file,
        modified=about.last_write_time,
        etag=f"{about.end_of_file}-{about.last_write_time.isoformat()}",
    )
