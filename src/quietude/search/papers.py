"""Documents as they are searched: what an index needs of each, who may see them, and the fields they become.

The index keeps no text to show. Who may see a document, or read its title and its words, depends on four groups of
values only (source, sensitivity, regime, service, those it is only for): so rights are a condition of the query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import tantivy

from quietude.model.filter.question import Choice
from quietude.search.analysis import Analyser
from quietude.search.fields import NONE, day_number

FORMAT = 1
"""Of the fields below: another number in the note, and the index is built again."""
KEY = "key"
"""Key of the document. A text: Tantivy deletes nothing by a number, and does not say so."""
TITLE, TEXT = "title", "text"
ANY_SOURCE = Choice()
RIGHT_OF = {
    "title": TITLE, "tags": TITLE, "text": TEXT, "notes": TEXT, "place_label": TEXT, "order_number": TEXT,
    "kind_title": None,
}  # fmt: skip
"""Field of words → what of a document must be open to be found by it; None: that it exists."""
ANYWHERE = ("title", "tags", "text", "notes")
"""Where words without a field are looked for; places and numbers are words of the text already."""
GROUPS = ("source", "sensitivity", "regime", "service", "kind", "year", "month")
NOBODY = "nobody"
"""Stands in "only" of what no service here may see; no service's key is a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPage:
    """The words of one page of one version."""

    version: int
    number: int
    text: str
    is_newest: bool
    """Whether the version is the newest one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One document as it is searched."""

    key: int
    source: str
    sensitivity: str
    regime: str
    service: str | None
    only: tuple[str, ...] | None = None
    """Services that alone may see it, whatever grants others hold; none of them: nobody. None: whoever is let."""
    kind: str
    """Name of its class."""
    kind_title: str
    """The class's names in each language."""
    day: date
    """Its own date, or the town's day that it came."""
    title: str
    tags: tuple[str, ...] = ()
    notes: str = ""
    place_label: str = ""
    """The ways that it names."""
    order_number: str = ""
    pages: tuple[PaperPage, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """How far changes are in the index."""

    number: int = 0
    """Of the last change that is in."""
    at: datetime | None = None
    """Its moment: another one at this number, and the database is another one (a backup was put back)."""
    gaps: tuple[int, ...] = ()
    """Lower numbers that were not there yet: of transactions that were open, or came to nothing."""


START = Mark()


@dataclass(frozen=True, slots=True)
class Changed:
    """One change of a document."""

    number: int
    at: datetime
    key: int
    is_gone: bool


class Papers(Protocol):
    """What the index needs of whoever keeps documents."""

    def last(self) -> Changed | None:
        """Return the newest change."""

    def holds(self, mark: Mark) -> bool:
        """Tell whether the change of a mark is there, of the same moment."""

    def changes(self, mark: Mark, limit: int) -> Sequence[Changed]:
        """Return changes after a mark in order, those of its gaps that came meanwhile first."""

    def keys(self) -> Sequence[int]:
        """Return the keys of all documents."""

    def papers(self, keys: Sequence[int]) -> Iterator[Paper]:
        """Yield those of some documents that are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way by which documents are open to a reader."""

    sensitivities: frozenset[str]
    regimes: frozenset[str]
    sources: Choice = ANY_SOURCE
    services: frozenset[str] | None = None
    """None: of any service, or of none."""
    masked: frozenset[str] = frozenset()
    """Of `TITLE` and `TEXT`: closed by this way but for what is public."""
    member_of: frozenset[str] = frozenset()
    """Services of the reader: what is only for others is not open by any way."""


def schema() -> tantivy.Schema:
    """Return the fields of documents and of their pages."""
    made = tantivy.SchemaBuilder()
    made.add_text_field(KEY, stored=True, tokenizer_name="raw", index_option="basic")
    made.add_integer_field("key_number", fast=True)
    made.add_text_field("what", tokenizer_name="raw", index_option="basic")
    for name in (*RIGHT_OF, "page_text"):
        made.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in (*GROUPS, "tag", "only"):
        made.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    made.add_integer_field("day", indexed=True, fast=True)
    made.add_integer_field("version", stored=True)
    made.add_integer_field("page", stored=True)
    made.add_text_field("is_newest", stored=True, tokenizer_name="raw", index_option="basic")
    return made.build()


def documents_of(papers: Iterable[Paper], analyser: Analyser) -> Iterator[tantivy.Document]:
    """Yield a document of the index for each paper, and one for each of its pages."""
    for paper in papers:
        words = [analyser.terms(page.text) for page in paper.pages]
        yield _whole(paper, words, analyser)
        for page, terms in zip(paper.pages, words, strict=True):
            if terms:
                made = tantivy.Document()
                made.add_text(KEY, str(paper.key))
                made.add_text("what", "page")
                made.add_text("page_text", terms)
                made.add_integer("version", page.version)
                made.add_integer("page", page.number)
                made.add_text("is_newest", "yes" if page.is_newest else "no")
                yield made


def _whole(paper: Paper, words: Sequence[str], analyser: Analyser) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text(KEY, str(paper.key))
    made.add_integer("key_number", paper.key)
    made.add_text("what", "document")
    for name, text in (
        ("title", paper.title), ("tags", " ".join(paper.tags)), ("notes", paper.notes),
        ("place_label", paper.place_label), ("order_number", paper.order_number), ("kind_title", paper.kind_title),
    ):  # fmt: skip
        if text:
            made.add_text(name, analyser.terms(text))
    for terms in words:
        if terms:
            made.add_text("text", terms)
    for name in ("source", "sensitivity", "regime", "service", "kind"):
        made.add_text(name, getattr(paper, name) or NONE)
    for tag in paper.tags:
        made.add_text("tag", tag)
    for service in (NONE,) if paper.only is None else paper.only or (NOBODY,):
        made.add_text("only", service)
    made.add_text("year", str(paper.day.year))
    made.add_text("month", f"{paper.day:%Y-%m}")
    made.add_integer("day", day_number(paper.day))
    return made
