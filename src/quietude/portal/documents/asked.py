"""What somebody looks for in the list of documents: the condition, within what is theirs to see."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Exists, Func, OuterRef, Q, QuerySet, TextField, Value
from django.utils import timezone

from quietude.model.filter.question import Filter
from quietude.portal.documents.indexing import after, paper_index
from quietude.portal.documents.models import Change, Document, PageText, State, Version
from quietude.portal.documents.scope import Reader
from quietude.portal.town import current_town, town_day
from quietude.search.api import All, AskedPapers, Node, PaperIndex, Prefix, terms

WORDS_MAX = 200
WORD_MIN = 2
MOST = 10_000_000  # keys of one answer: all of them, which the database narrows further


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to the list; what cannot be read is left out."""

    words: str = ""
    kind: str = ""
    tag: str = ""
    state: str = ""
    service: int | None = None
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """Return the question of an address."""
        said = {name: query.get(name, "").strip() for name in ("q", "class", "tag", "state", "service", "from", "to")}
        return cls(
            words=said["q"][:WORDS_MAX], kind=said["class"], tag=said["tag"].lower(),
            state=said["state"] if said["state"] in State.values else "",
            service=int(said["service"]) if said["service"].isdecimal() and len(said["service"]) < 10 else None,
            since=_day(said["from"]), until=_day(said["to"]),
        )  # fmt: skip

    @property
    def is_narrow(self) -> bool:
        """Tell whether it asks for less than everything."""
        return self != Asked()

    @property
    def address(self) -> str:
        """Return the question as the query of an address."""
        said = {
            "q": self.words, "class": self.kind, "tag": self.tag, "state": self.state, "service": self.service,
            "from": self.since.isoformat() if self.since else "", "to": self.until.isoformat() if self.until else "",
        }  # fmt: skip
        return urlencode({name: value for name, value in said.items() if value})

    def found(self, reader: Reader) -> QuerySet[Document]:
        """Return the documents that answer it, newest first; words are looked for only where they are open."""
        rows = reader.documents()
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.tag:
            rows = rows.filter(tags__name=self.tag)
        if self.state:
            rows = rows.filter(pk__in=_of_newest(Q(state=self.state)))
        if self.service is not None:
            rows = rows.filter(service=self.service)
        rows = rows.filter(_dated(self.since, self.until))
        if words_in(self.words):
            rows = rows.filter(self._said(reader))
        return rows.order_by("-added_at", "-pk")

    def _said(self, reader: Reader) -> Q:
        """Return the condition that the words are there, in any version: an older one may hold what was taken out.

        The index tells; what it has not taken in yet is read through, so that what was read a moment ago is found.
        """
        index = paper_index()
        mark = index.mark()
        if mark is None or self._tree() is None:
            return self._read_through(reader, Document.objects.all())
        changed = Document.objects.filter(pk__in=Change.objects.filter(after(mark)).values("document"))
        return Q(pk__in=Listed(self._keys(reader, index))) | self._read_through(reader, changed)

    def _keys(self, reader: Reader, index: PaperIndex) -> Sequence[int]:
        asked = AskedPapers(conditions=Filter(), words=self._tree(), limit=MOST, today=town_day(timezone.now()))
        return index.find(reader.ways(), asked).keys

    def _tree(self) -> Node | None:
        """Return the words as the index is asked them: each is one, or begins one; None for words of grammar alone."""
        found = [Prefix(word, term) for word in words_in(self.words) if (term := terms(word).strip())]
        return All(tuple(found)) if len(found) > 1 else next(iter(found), None)

    def _read_through(self, reader: Reader, among: QuerySet[Document]) -> Q:
        """Return the condition that each word stands in the text, the title or a tag of some documents."""
        wanted = Q(pk__in=among)
        for word in words_in(self.words):
            readable = reader.readable().filter(pk__in=among)
            open_pages = PageText.objects.filter(version__document__in=readable, folded__contains=word)
            named = reader.titled().filter(Q(title__icontains=word) | Q(tags__name__contains=word), pk__in=among)
            wanted &= Q(pk__in=open_pages.values("version__document")) | Q(pk__in=named.values("pk"))
        return wanted


class Listed(Func):
    """Keys as one value of a statement, however many: a database takes a limited number of values."""

    template = "SELECT value FROM json_each(%(expressions)s)"
    output_field = BigIntegerField()

    def __init__(self, keys: Sequence[int]) -> None:
        super().__init__(Value(json.dumps(list(keys)), output_field=TextField()))

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Return the same in PostgreSQL's words."""
        template = "SELECT value::bigint FROM json_array_elements_text(%(expressions)s::json)"
        return super().as_sql(compiler, connection, template=template, **context)


def folded(text: str) -> str:
    """Return a text by which words are found whatever their accents and capitals; one sign for each sign."""
    return "".join(_plain(sign) for sign in text)


def words_in(text: str) -> list[str]:
    """Return the words that are looked for: all must be there."""
    return list(dict.fromkeys(word for word in re.findall(r"\w+", folded(text)) if len(word) >= WORD_MIN))


def _plain(sign: str) -> str:
    base = unicodedata.normalize("NFD", sign)[0].lower()
    return base if len(base) == 1 else sign


def _of_newest(condition: Q) -> QuerySet[Version, int]:
    newer = Version.objects.filter(document=OuterRef("document"), number__gt=OuterRef("number"))
    return Version.objects.filter(condition).exclude(Exists(newer)).values_list("document", flat=True)


def _dated(since: date | None, until: date | None) -> Q:
    """Return the condition on the date of a document, or on the town's day that it came where it has none."""
    zone = ZoneInfo(current_town().timezone)
    wanted = Q()
    if since is not None:
        begin = datetime.combine(since, time.min, zone)
        wanted &= Q(dated_on__gte=since) | Q(dated_on=None, added_at__gte=begin)
    if until is not None:
        end = datetime.combine(until, time.max, zone)
        wanted &= Q(dated_on__lte=until) | Q(dated_on=None, added_at__lte=end)
    return wanted


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
