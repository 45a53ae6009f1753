"""The connector of a bucket that speaks S3: ListObjectsV2 and GetObject, path-style addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, unquote_plus
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from quietude.documents.connectors.change import (
    Change,
    ConnectorError,
    Fetched,
    GoneError,
    Item,
    Skipped,
    VanishedError,
)
from quietude.documents.connectors.comparing import is_left, listed_changes
from quietude.documents.connectors.folder import shown_folder
from quietude.documents.connectors.naming import media_type_of, shown_name
from quietude.documents.connectors.signing import SAFE
from quietude.documents.connectors.web import Web

PAGE = 1000  # objects a page, the most that S3 gives


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Follows the objects of a bucket: by ETag."""

    web: Web
    url: str
    """Address of the store, without a slash at its end."""
    bucket: str
    prefix: str = ""
    leave: tuple[str, ...] = ()
    deletions: float = 0.2

    def changes(self, cursor: str | None, *, deletions_allowed: int = 0) -> Iterator[Change]:
        """Yield what changed: the bucket is listed by 1,000 objects."""
        return listed_changes("s3", self._listed(), cursor, share=self.deletions, allowed=deletions_allowed)

    def _listed(self) -> Iterator[Item | Skipped]:
        token, asked = "", set[str]()
        while True:
            page = self._page(token)
            space = page.tag.rpartition("}")[0] + "}" if "}" in page.tag else ""
            for about in page.findall(f"{space}Contents"):
                key = unquote_plus(about.findtext(f"{space}Key", ""))
                name = key.rpartition("/")[2]
                if not name or is_left(name, self.leave):
                    continue  # "folders" are empty objects whose keys end in a slash
                if not key.isprintable():
                    yield Skipped(ascii(key), "the key holds control signs: rename the object")
                    continue
                yield _item(key, about, space)
            token = page.findtext(f"{space}NextContinuationToken", "")
            if page.findtext(f"{space}IsTruncated", "") != "true":
                return
            if not token or token in asked:
                raise ConnectorError("the store's listing does not go on: ask whoever runs it")
            asked.add(token)

    def _page(self, token: str) -> Element:
        query = {"list-type": "2", "encoding-type": "url", "max-keys": str(PAGE), "prefix": self.prefix}
        if token:
            query["continuation-token"] = token
        said = "&".join(f"{name}={quote(value, safe=SAFE)}" for name, value in sorted(query.items()))
        try:
            page: Element = fromstring(self.web.ask(f"{self.url}/{self.bucket}?{said}").body)
        except GoneError as error:
            raise VanishedError(f"the bucket {self.bucket!r} is no longer there: check its name") from error
        except (ParseError, DefusedXmlException) as error:
            raise ConnectorError("the store's listing is no XML that can be read: does it speak S3?") from error
        return page

    def fetch(self, key: str, into: Path, limit_bytes: int) -> Fetched:
        """Copy an object."""
        return self.web.copy(f"{self.url}/{self.bucket}/{quote(key, safe=SAFE + '/')}", into, limit_bytes)

    def close(self) -> None:
        """Nothing stays open."""


def _item(key: str, about: Element, space: str) -> Item:
    size, modified = about.findtext(f"{space}Size", ""), about.findtext(f"{space}LastModified", "")
    try:
        when = datetime.fromisoformat(modified)
    except ValueError:
        when = None
    name = shown_name(key)
    return Item(
        key=key,
        name=name,
        folder=shown_folder(key),
        media_type=media_type_of(name),
        size=int(size) if size.isdecimal() else None,
        modified=when,
        etag=about.findtext(f"{space}ETag", "").strip('"'),
    )
