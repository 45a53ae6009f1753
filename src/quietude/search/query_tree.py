"""What a search asks for, as a tree: every engine compiles the same tree, and none reads what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from quietude.model.filter.question import Filter

FIELDS = ("title", "text", "place_label", "source_category")
"""Where words are looked for; a leaf without a field looks in all of them."""
ONLY_DOCUMENTS = ("tags", "notes", "order_number", "kind_title")
"""Fields of words that documents have and facts have not."""


@dataclass(frozen=True, slots=True)
class Term:
    """One analysed term."""

    term: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Two or more analysed terms that follow one another in one field."""

    terms: tuple[str, ...]
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """Terms that begin with some folded letters, or the term that these letters are a form of."""

    start: str
    term: str
    """`travau*` also finds "travail", whose plural it begins; often equal to `start`."""
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Terms at most `edits` (1 or 2) letters away; a letter added, dropped, changed or two swapped count as one."""

    term: str
    edits: int
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the filter inside a choice or a refusal: `tapage OU nature:bruit`."""

    question: Filter


@dataclass(frozen=True, slots=True)
class All:
    """Every one of two or more."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of two or more."""

    of: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What the inner node does not find."""

    of: Node


Leaf: TypeAlias = Term | Phrase | Prefix | Fuzzy | Condition
Node: TypeAlias = Leaf | All | AnyOf | Not


def all_of(nodes: list[Node]) -> Node | None:
    """Return one node for several that must all hold; None for none."""
    flat = tuple(dict.fromkeys(inner for node in nodes for inner in (node.of if isinstance(node, All) else (node,))))
    return All(flat) if len(flat) > 1 else next(iter(flat), None)


def any_of(nodes: list[Node]) -> Node | None:
    """Return one node for several one of which must hold; None for none."""
    flat = tuple(dict.fromkeys(inner for node in nodes for inner in (node.of if isinstance(node, AnyOf) else (node,))))
    return AnyOf(flat) if len(flat) > 1 else next(iter(flat), None)


def leaves(node: Node | None) -> Iterator[Leaf]:
    """Yield the leaves of a tree from left to right, those under a refusal too."""
    if isinstance(node, All | AnyOf):
        for inner in node.of:
            yield from leaves(inner)
    elif isinstance(node, Not):
        yield from leaves(node.of)
    elif node is not None:
        yield node
