"""The connector of a WebDAV folder. Source: RFC 4918."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from quietude.documents.connectors.change import (
    Change,
    ConnectorError,
    DeniedError,
    Fetched,
    GoneError,
    Item,
    Skipped,
    VanishedError,
)
from quietude.documents.connectors.comparing import is_left, listed_changes
from quietude.documents.connectors.folder import DEEPEST, shown_folder
from quietude.documents.connectors.naming import is_plain, media_type_of, shown_name
from quietude.documents.connectors.web import Web

ASKED = b"""<?xml version="1.0" encoding="utf-8"?>
<propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/><getlastmodified/><getetag/><getcontenttype/></prop>
</propfind>"""
DAV = "{DAV:}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebDav:
    """Follows the files of a WebDAV folder: by ETag, or by size and time where the server has none."""

    web: Web
    url: str
    """Address of the folder, with a slash at its end."""
    leave: tuple[str, ...] = ()
    deletions: float = 0.2

    def changes(self, cursor: str | None, *, deletions_allowed: int = 0) -> Iterator[Change]:
        """Yield what changed: every folder is listed, one request each."""
        return listed_changes("webdav", self._walk(), cursor, share=self.deletions, allowed=deletions_allowed)

    def _walk(self) -> Iterator[Item | Skipped]:
        waiting, met = [""], {""}
        while waiting:
            folder = waiting.pop()
            for key, about in self._listed(folder):
                if about is None:
                    yield Skipped(key, "it is not within the folder that was asked for, or its name is not UTF-8")
                elif isinstance(about, str):
                    yield Skipped(key, about)
                elif is_left(key.rpartition("/")[2], self.leave):
                    continue
                elif about.find(f".//{DAV}collection") is None:
                    yield _item(key, about)
                elif key not in met and key.count("/") < DEEPEST:
                    met.add(key)
                    waiting.append(key)

    def _listed(self, folder: str) -> Iterator[tuple[str, Element | str | None]]:
        """Yield what lies in a folder by key: its properties, why the folder is passed over, None for the foreign."""
        headers = {"Depth": "1", "Content-Type": "application/xml; charset=utf-8"}
        try:
            answer = self.web.ask(self._address(folder, "/"), method="PROPFIND", headers=headers, body=ASKED)
            found = fromstring(answer.body).findall(f"{DAV}response")
        except GoneError as error:
            if folder:
                return  # gone since its parent was listed
            raise VanishedError("the WebDAV folder is no longer there: check its address and the account") from error
        except DeniedError as error:
            if not folder:
                raise
            yield folder, str(error)
            return
        except (ParseError, DefusedXmlException) as error:
            raise ConnectorError(
                "the server's listing is no XML that can be read: is this a WebDAV address?"
            ) from error
        for response in found:
            key = self._key(response.findtext(f"{DAV}href", "").strip())
            if key is None or (key != folder and shown_folder(key) != folder):
                yield response.findtext(f"{DAV}href", ""), None
            elif key != folder:
                yield key, response

    def _address(self, key: str, end: str = "") -> str:
        return self.url + (quote(key) + end if key else "")

    def _key(self, href: str) -> str | None:
        root = unquote(urlsplit(self.url).path)
        try:
            path = unquote(urlsplit(urljoin(self.url, href)).path, errors="strict")
            raw = unquote(urlsplit(href).path, errors="strict")
        except ValueError:
            return None
        if ".." in raw.split("/") or not f"{path}/".startswith(root):
            return None
        key = path[len(root) :].strip("/")
        return key if not key or (is_plain(key) and key.isprintable()) else None

    def fetch(self, key: str, into: Path, limit_bytes: int) -> Fetched:
        """Copy a file."""
        if not is_plain(key):
            raise GoneError(f"{key!r} is no path within the folder")
        return self.web.copy(self._address(key), into, limit_bytes)

    def close(self) -> None:
        """Nothing stays open."""


def _item(key: str, about: Element) -> Item:
    size = about.findtext(f".//{DAV}getcontentlength", "").strip()
    modified = about.findtext(f".//{DAV}getlastmodified", "").strip()
    name = shown_name(key)
    try:
        when = parsedate_to_datetime(modified) if modified else None
    except ValueError:
        when = None
    return Item(
        key=key,
        name=name,
        folder=shown_folder(key),
        size=int(size) if size.isdecimal() else None,
        media_type=media_type_of(name, about.findtext(f".//{DAV}getcontenttype", "")),
        modified=when,
        etag=about.findtext(f".//{DAV}getetag", "").strip() or f"{size}-{modified}",
    )
