"""The portal's pages by name, and the address of each that a reader may open."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, resolve, reverse

from quietude.portal.accounts.access import Access
from quietude.portal.accounts.models import User


def patterns() -> dict[str, str]:
    """Return every page of the portal by name: "catalogue:source" to "/sources/<name>/"."""
    return dict(_patterns(get_resolver(), "/", ""))


def _patterns(resolver: URLResolver, start: str, namespace: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        address = start + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, address, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern) and entry.name is not None:
            yield f"{namespace}{entry.name}", re.sub(r"<\w+:", "<", address)


def address_for(name: str, user: User) -> str | None:
    """Return the address of a page, or None where it needs more than its name or the reader may not open it."""
    try:
        address = reverse(name)
    except NoReverseMatch:
        return None
    access: Access | None = getattr(resolve(address).func, "access", None)
    return address if access is not None and (access.right is None or user.holds(access.right)) else None
