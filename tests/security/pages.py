"""Every address of the portal with arguments that lead to something, and what a page's source holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.portal.test_access import ROUTES, Route, access_of

from quietude.portal.accounts.roles import RIGHTS, Role

ARGUMENTS = {"name": "logbook", "username": "agent", "level": "district", "kind": "csv"}
"""Arguments of routes that lead to something of the made-up town, by name."""


def role_for(route: Route) -> Role | None:
    """Return a role that may open a route, None when it is open to all."""
    right = access_of(route).right
    return None if right is None else next(role for role in Role if right in RIGHTS[role])


ROLES = list(dict.fromkeys(map(role_for, ROUTES)))
"""Whoever is the first to be let in somewhere; None where all are."""


def address_of(route: Route, event: str) -> str:
    """Return the address of a route: arguments that we know lead to something, the others to nothing."""
    known = {**ARGUMENTS, "event_id": event}

    def value(match: re.Match[str]) -> str:
        kind, name = match.groups()
        return known.get(name, "1" if kind == "int:" else "x")

    return re.sub(r"<(\w+:)?(\w+)>", value, route.pattern)


@dataclass
class Source(HTMLParser):
    """What of a page is code or style of its own."""

    nonce: str
    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note inline code, inline style, and scripts without the nonce of the answer."""
        given = dict(attrs)
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.found.append(f"<{tag} {name}={value!r}>")
            is_picture = tag == "img" and (value or "").startswith("data:image/")
            if (
                not is_picture
                and name in {"href", "src", "action", "formaction"}
                and (value or "").strip().lower().startswith(("javascript:", "data:", "vbscript:"))
            ):
                self.found.append(f"<{tag} {name}={value!r}>")
        if tag in {"style", "object", "embed", "iframe", "base"}:
            self.found.append(f"<{tag}>")
        if tag == "script" and given.get("type") != "application/json":
            if not given.get("src"):
                self.found.append("<script> with code in the page")
            if not self.nonce or given.get("nonce") != self.nonce:
                self.found.append(f"<script src={given.get('src')!r}> without the nonce of the answer")
        if tag == "link" and given.get("rel") == "modulepreload" and given.get("nonce") != self.nonce:
            self.found.append(f"<link href={given.get('href')!r}> without the nonce of the answer")


def own_code(page: str, nonce: str) -> list[str]:
    """Return what a page holds of code or style that a policy would have to let through."""
    source = Source(nonce)
    source.feed(page)
    return source.found
