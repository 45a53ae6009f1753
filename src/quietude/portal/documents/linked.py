"""What besides entries a document may belong to, such as situations: an app says so in its module `document_links`.

Such a module keeps the links itself, so that both sides show one and the same; documents know nothing of it but this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from quietude.portal.accounts.models import User
from quietude.portal.documents.models import Document
from quietude.portal.logbook.reading import Reader

MODULE = "document_links"


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A link as its reader sees it: that it is there, and where to, if that is theirs to open."""

    key: str
    """What it leads to and its number there, as a form names it: entry-12."""
    what: str
    title: str
    url: str


class Linker(Protocol):
    """A module `document_links`."""

    WHAT: str
    """Short name of what it links to, of letters."""

    def knows(self, by: User, ref: str) -> bool:
        """Tell whether a reference names something of its own that somebody may see."""

    def link(self, by: User, reader: Reader, document: Document, ref: str, now: datetime) -> str:
        """Link a document to it, and return its name.

        Raises:
            PermissionDenied: `by` may not change it.
            ValidationError: it takes nothing more, or the document is not theirs to read.
        """

    def unlink(self, by: User, document: Document, number: int, now: datetime) -> None:
        """Remove one of its links.

        Raises:
            PermissionDenied: there is no such link, or `by` may not change what it leads to.
            ValidationError: what it leads to is over.
        """

    def links(self, by: User, document: Document) -> Sequence[ShownLink]:
        """Return the links of a document as somebody may see them."""


@cache
def linkers() -> tuple[Linker, ...]:
    """Return the modules `document_links` of all installed apps."""
    return tuple(
        cast("Linker", import_module(f"{config.name}.{MODULE}"))
        for config in apps.get_app_configs()
        if config.module is not None and module_has_submodule(config.module, MODULE)
    )
