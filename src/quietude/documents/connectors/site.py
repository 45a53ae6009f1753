"""The connector of a website's publications, by its sitemap. Source: sitemaps.org, protocol 0.9; RFC 9309 (robots)."""

from __future__ import annotations

import gzip
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser
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
from quietude.documents.connectors.comparing import listed_changes
from quietude.documents.connectors.naming import media_type_of, shown_name
from quietude.documents.connectors.web import Web

UNPACKED_BYTES = 50 * 2**20  # the protocol's own limit of a sitemap
DEEPEST = 2  # an index of sitemaps; the protocol knows no index of indices, some sites do
AGENT = "quietude"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Follows the pages that a sitemap lists, on its own server: by `lastmod`, or by what the page's headers say."""

    web: Web
    url: str
    only: tuple[str, ...] = ()
    """Beginnings of the paths that are taken."""
    max_pages: int = 20_000
    deletions: float = 0.2

    def changes(self, cursor: str | None, *, deletions_allowed: int = 0) -> Iterator[Change]:
        """Yield what changed."""
        return listed_changes("site", self._listed(), cursor, share=self.deletions, allowed=deletions_allowed)

    def _listed(self) -> Iterator[Item | Skipped]:
        robots, count = self._robots(), 0
        for address, changed in self._pages(self.url, 0):
            parts = urlsplit(address)
            if parts.netloc != urlsplit(self.url).netloc or parts.scheme not in {"http", "https"}:
                yield Skipped(address[:200], "the page is of another server than the sitemap")
                continue
            if self.only and not parts.path.startswith(self.only):
                continue
            if not robots.can_fetch(AGENT, address):
                yield Skipped(address, "robots.txt asks that the page is not read")
                continue
            count += 1
            if count > self.max_pages:
                raise ConnectorError(f"the sitemap lists more than {self.max_pages} pages: narrow `only`, or raise it")
            try:
                yield self._page(address, changed)
            except GoneError as error:
                yield Skipped(address, str(error))

    def _page(self, address: str, changed: str) -> Item:
        kind, size = "text/html", None
        if not changed:
            told = self.web.ask(address, method="HEAD").headers
            kind = told.get("content-type", kind)
            size = int(told["content-length"]) if told.get("content-length", "").isdecimal() else None
            changed = told.get("etag") or told.get("last-modified") or str(size or "")
        path = urlsplit(address).path
        name = shown_name(path.rstrip("/")) if path.strip("/") else "index"
        return Item(
            key=address, name=name, folder=path.strip("/").rpartition("/")[0], size=size, modified=_when(changed),
            media_type=media_type_of(name, kind if "." not in name else ""), etag=changed,
        )  # fmt: skip

    def _pages(self, address: str, depth: int) -> Iterator[tuple[str, str]]:
        try:
            root = _parsed(self.web.ask(address).body)
        except GoneError as error:
            if depth:
                raise ConnectorError(f"the sitemap {address} of the index is not there: ask whoever runs it") from error
            raise VanishedError("the sitemap is no longer there: check its address") from error
        is_index = root.tag.rpartition("}")[2] == "sitemapindex"
        for entry in root:
            told = {part.tag.rpartition("}")[2]: (part.text or "").strip() for part in entry}
            following = urljoin(address, told.get("loc", ""))
            if not is_index:
                yield following, told.get("lastmod", "")
            elif depth < DEEPEST and urlsplit(following).netloc == urlsplit(self.url).netloc:
                yield from self._pages(following, depth + 1)

    def _robots(self) -> RobotFileParser:
        robots = RobotFileParser()
        try:
            text = self.web.ask(urljoin(self.url, "/robots.txt")).body.decode("utf-8", "replace")
        except GoneError:
            text = ""  # none: all may be read
        robots.parse(text.splitlines())
        return robots

    def fetch(self, key: str, into: Path, limit_bytes: int) -> Fetched:
        """Copy a page as it is."""
        if urlsplit(key).netloc != urlsplit(self.url).netloc:
            raise GoneError("the page is of another server than the sitemap")
        return self.web.copy(key, into, limit_bytes)

    def close(self) -> None:
        """Nothing stays open."""


def added_text(before: str, after: str) -> str:
    """Return the lines of a page's text that it did not have before, in their order: what was published.

    Menus and footers, which every version repeats, are not in it. A line that comes once more counts as added.
    """
    had = Counter(line.strip() for line in before.splitlines())
    added = []
    for line in after.splitlines():
        text = line.strip()
        if had[text] > 0:
            had[text] -= 1
        elif text:
            added.append(text)
    return "\n".join(added)


def _parsed(body: bytes) -> Element:
    if body[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(body)) as packed:
                body = packed.read(UNPACKED_BYTES + 1)
        except (OSError, EOFError) as error:
            raise ConnectorError("the packed sitemap cannot be unpacked: ask whoever runs the site") from error
        if len(body) > UNPACKED_BYTES:
            raise ConnectorError(f"the sitemap is larger than the {UNPACKED_BYTES} bytes that the protocol allows")
    try:
        root: Element = fromstring(body)
    except (ParseError, DefusedXmlException) as error:
        raise ConnectorError("the sitemap is no XML that can be read: check its address") from error
    return root


def _when(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
