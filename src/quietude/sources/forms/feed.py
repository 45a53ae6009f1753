"""Feeds of alerts: Atom or RSS whose entries lead to CAP messages or hold them, or one CAP message by itself.

Source: RFC 4287 (Atom), RSS 2.0; entries of CAP feeds as the alert hubs of WMO and NOAA write them.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin

from quietude.sources.forms.cap import CapAlert, alert_of
from quietude.sources.forms.problem import FormError
from quietude.sources.forms.xml_tree import Node, XmlError, read_xml

CAP = "application/cap+xml"
MOST = 500
"""Entries of a feed that are looked at; those of a whole country hold about as many on its worst day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry: its name and version, and its alert, or where that is."""

    name: str
    """The entry's own name and the time of its last change: one that is known is not asked for again."""
    url: str
    """"" where the alert stands in the entry."""
    alerts: tuple[CapAlert, ...] = ()
    fault: str = ""
    """What is wrong with an alert that stands in the entry."""


def read_feed(body: bytes, url: str, *, language: str) -> list[FeedEntry]:
    """Return the entries of a feed, oldest last as they stand; relative links start from `url`.

    Raises:
        FormError: the text is no XML, or neither a feed nor an alert.
    """
    try:
        root = read_xml(body)
    except XmlError as error:
        raise FormError(str(error)) from error
    if root.name == "alert":
        return [FeedEntry(name="", url="", alerts=tuple(alert_of(root, language=language)))]
    entries = [node for node in root.within() if node.name in {"entry", "item"}]
    if root.name not in {"feed", "rss", "RDF"}:
        raise FormError(f"line {root.line}: <{root.name}>: expected a feed (Atom or RSS) or a CAP alert")
    return [found for node in entries[:MOST] if (found := _entry(node, url, language)) is not None]


def _entry(node: Node, url: str, language: str) -> FeedEntry | None:
    link = _link(node)
    name = node.said("id") or node.said("guid") or link
    changed = node.said("updated") or node.said("pubDate") or node.said("published")
    version = f"{name} {changed}".strip()
    inside = next((each for each in node.within() if each.name == "alert"), None)
    if inside is not None:
        try:
            return FeedEntry(name=version, url="", alerts=tuple(alert_of(inside, language=language)))
        except FormError as error:
            return FeedEntry(name=version, url="", fault=str(error))
    return FeedEntry(name=version, url=urljoin(url, link)) if link else None


def _link(node: Node) -> str:
    """Return the link to a CAP message: the one of that type, else the first to the entry itself."""
    links = [each for each in node.all("link") if each.attributes.get("rel", "alternate") == "alternate"]
    links.sort(key=lambda each: each.attributes.get("type") != CAP)
    found = links[0] if links else None
    return (found.attributes.get("href") or found.text) if found is not None else ""
