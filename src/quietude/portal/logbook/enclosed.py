"""What other parts of the portal enclose with an entry, such as files: an app says so in its module `enclosures`.

Such a module has two functions: `brought(request)` judges what comes with the entry's form, before the entry is
written; `enclosed(seen)` returns what a certified extract says of what is there. Entries themselves know of neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from django.apps import apps
from django.http import HttpRequest
from django.utils.module_loading import module_has_submodule

from quietude.portal.accounts.models import User
from quietude.portal.logbook.models import Entry
from quietude.portal.logbook.reading import Seen
from quietude.portal.logbook.wording import Line

MODULE = "enclosures"
BYTES_MAX = 24 * 2**20  # of all files of a form together: a large one, or several of the usual size


@dataclass(frozen=True, slots=True)
class Brought:
    """What came with the form of an entry."""

    faults: tuple[str, ...]
    """Why something of it is not taken; the entry is not written then, so that nothing is lost unsaid."""
    enclose: Callable[[User, Entry, str], None]
    """Encloses it with the entry once that is written: by whom, and under which purpose."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One thing that an extract encloses."""

    lines: tuple[Line, ...]
    name: str = ""
    """Name of its file in the archive; "" where there is none."""
    content: bytes | None = None


class Encloser(Protocol):
    """A module `enclosures`."""

    def brought(self, request: HttpRequest) -> Brought:
        """Judge what came with a form."""

    def enclosed(self, seen: Seen) -> Sequence[Enclosed]:
        """Return what an extract encloses, as far as the reader's rights go."""


@cache
def enclosers() -> tuple[Encloser, ...]:
    """Return the modules `enclosures` of all installed apps."""
    return tuple(
        cast("Encloser", import_module(f"{config.name}.{MODULE}"))
        for config in apps.get_app_configs()
        if config.module is not None and module_has_submodule(config.module, MODULE)
    )


def brought_with(request: HttpRequest) -> list[Brought]:
    """Return what came with a form, judged."""
    return [each.brought(request) for each in enclosers()]


def enclosed_with(seen: Seen) -> list[Enclosed]:
    """Return all that an extract of an entry encloses."""
    return [enclosed for each in enclosers() for enclosed in each.enclosed(seen)]
