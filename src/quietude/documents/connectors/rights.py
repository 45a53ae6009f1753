"""What rights of another system mean here: by the rules of the manifest."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from quietude.documents.connectors.change import Item
from quietude.model.event import Sensitivity
from quietude.sources.api import RightSpec

STRICTNESS = (Sensitivity.PUBLIC, Sensitivity.INTERNAL, Sensitivity.RESTRICTED, Sensitivity.CONFIDENTIAL)


@dataclass(frozen=True, slots=True)
class Rights:
    """Who may read a document here."""

    sensitivity: Sensitivity
    groups: tuple[str, ...]
    """Services that may; empty: all that may see the sensitivity."""
    is_closed: bool = False
    """Whether the place lets only such people read it as no rule knows: no one may here, until a rule says who."""


def rights_of(item: Item, rules: Sequence[RightSpec], otherwise: Sensitivity) -> Rights:
    """Return who may read a document: the strictest sensitivity of the rules that apply, and all their groups.

    Args:
        item: the document.
        rules: of the manifest.
        otherwise: the manifest's own sensitivity, where no rule that applies says one.
    """
    readers = {_folded(name) for name in item.rights or ()}
    applying = [
        rule
        for rule in rules
        if (rule.folder is not None and _is_in(item.folder, rule.folder))
        or (rule.principal is not None and _folded(rule.principal) in readers)
    ]
    said = [rule.sensitivity for rule in applying if rule.sensitivity is not None]
    groups = dict.fromkeys(group for rule in applying for group in rule.groups)
    asks_readers = item.rights is not None and any(rule.principal is not None for rule in rules)
    return Rights(
        sensitivity=max(said, key=STRICTNESS.index, default=otherwise),
        groups=tuple(groups),
        is_closed=asks_readers and not any(rule.principal is not None for rule in applying),
    )


def _is_in(folder: str, rule: str) -> bool:
    inner, outer = _folded(folder).strip("/"), _folded(rule).strip("/")
    return not outer or inner == outer or inner.startswith(f"{outer}/")


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
