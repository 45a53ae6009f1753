"""An answer to what was typed: facts with excerpts, facets that lead on, and what to drop where nothing is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from quietude.model.filter.question import Choice, Filter, ZoneChoice
from quietude.model.filter.text import parse
from quietude.model.territory import Territory
from quietude.portal.explore.answers import Reader
from quietude.portal.explore.changes import joined
from quietude.portal.explore.chips import ICONS, label_of
from quietude.portal.explore.conditions import conditions
from quietude.portal.explore.reading import language_of, sees_places, today
from quietude.portal.explore.selection import filter_query
from quietude.portal.search import papers
from quietude.portal.search.feeding import current_index
from quietude.portal.search.papers import PaperRow, PapersAsked
from quietude.portal.search.rows import Row, row_of
from quietude.portal.search.scoping import Scope, address, narrowed, remarks
from quietude.portal.search.services import by_service
from quietude.portal.search.synonyms import current_synonyms
from quietude.portal.town import current_town, current_vocabulary, town_day
from quietude.search.api import (
    All,
    Asked,
    Found,
    Fuzzy,
    Hit,
    Node,
    Of,
    Search,
    Term,
    expand,
    leaves,
    nearest_word,
    read_search,
)

PAGE_ROWS = 20
DEEPEST_PAGE = 50  # a thousand facts: who wants more of them wants Explore, or an export
FACET_ROWS = 8
SLIPS = 2
PAPERS_SHOWN = 3  # documents above the facts, where all is looked for: the best ones, and a way to the others
OWN_ICONS = {"kind": "file-text", "tag": "tag", "service": "users"}
LIKELY = 5  # facts that a "did you mean" is read from


@dataclass(frozen=True, slots=True)
class Way:
    """A link to another search: of a facet's value, without a condition, with another word."""

    label: str
    address: str
    count: int
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """The documents of an answer."""

    count: int
    rows: tuple[PaperRow, ...]
    facets: tuple[tuple[str, tuple[Way, ...]], ...]
    everything: str
    """Address of all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the page and the data route say."""

    text: str
    count: int
    """Of the facts, or of the entries of logbooks where these are looked for; 0 where only documents are."""
    papers: Papers | None
    """None where documents are not looked for."""
    tabs: tuple[tuple[Way, bool], ...]
    """All that is found by kind, and whether it is the one that is shown."""
    page: int
    rows: tuple[Row, ...]
    facets: tuple[tuple[str, tuple[Way, ...]], ...]
    chips: tuple[Way, ...]
    """Conditions of the address; each leads to the search without it."""
    notes: tuple[str, ...]
    ways: tuple[Way, ...]
    """Where nothing is found: the search without each of its conditions, with what it would find."""
    meant: Way | None
    explore: str
    steps: Mapping[str, str]
    is_whole: bool


def read(text: str, reader: Reader) -> Search:
    """Return what was typed as a search; nothing that can be typed is an error."""
    return read_typed(text, territory=reader.territory, language=language_of(), today=today())


def read_typed(text: str, *, territory: Territory, language: str, today: date) -> Search:
    """Return a text as a search, its conditions in a language and told from a day of the town."""

    def condition(said: str) -> Filter:
        town = current_town()
        return parse(
            said,
            territory=territory,
            vocabulary=current_vocabulary(),
            today=today,
            language=language,
            timezone=town.timezone,
            sources=tuple(town.sources),
        )

    return read_search(text, condition)


@dataclass(frozen=True, slots=True)
class _Ask:
    """One question as facts and documents are asked it."""

    reader: Reader
    scope: Scope
    now: datetime

    def papers(self, question: Filter, words: Node | None) -> PapersAsked | None:
        """Return the question to documents; None to whom there are none."""
        if self.scope.papers is None:
            return None
        return PapersAsked(
            reader=self.scope.papers, question=question, words=words, of=self.scope.of, today=town_day(self.now),
            language=language_of(),
        )  # fmt: skip

    def count(self, question: Filter, words: Node | None) -> int:
        """Return how many facts and documents would be found, of those that are looked for."""
        count = 0
        if self.scope.has_facts:
            count += current_index().count(self.reader.viewer, narrowed(question, self.scope.what), words)
        asked = self.papers(question, words) if self.scope.has_papers else None
        return count + (papers.count(asked) if asked is not None else 0)


def answer_to(
    text: str,
    beside: Filter,
    reader: Reader,
    scope: Scope,
    *,
    page: int,
    now: datetime,
    place: tuple[float, float] | None = None,
) -> Answer:
    """Return the answer to what was typed, beside the conditions of the address.

    `place` is the (lon_deg, lat_deg) that nearness is measured from; without it the middle of what is searched near to.

    Raises:
        StoreError: the facts cannot be read.
    """
    search = read(text, reader)
    page = min(max(page, 1), DEEPEST_PAGE)
    question = joined(beside, search.conditions)
    words = expand(search.words, current_synonyms())
    fields = _facets(reader)
    near = question.near
    if place is None and near is not None:
        place = (near.lon_deg, near.lat_deg)
    ask = _Ask(reader, scope, now)
    asked = Asked(
        conditions=narrowed(question, scope.what),
        words=words,
        facets=tuple(fields),
        limit=PAGE_ROWS if scope.has_facts else 0,  # what is not shown is not read
        offset=(page - 1) * PAGE_ROWS,
        now=now,
        around=place if sees_places(reader) else None,
    )
    found = current_index().find(reader.viewer, asked)
    documents, is_indexed = _papers(ask, text, beside, search, page)
    shown = found.count if scope.has_facts else 0
    total = shown + (documents.count if documents is not None else 0)
    notes = [note.say(language_of()) for note in search.notes]
    listed = shown if scope.has_facts else total
    return Answer(
        text=text,
        count=shown,
        papers=documents,
        tabs=tuple(_tabs(ask, text, beside, question, words)),
        page=page,
        rows=tuple(row_of(hit, words) for hit in found.hits) if scope.has_facts else (),
        facets=tuple(_facet_ways(found, fields, text, beside, ask)) if scope.has_facts else (),
        chips=tuple(_chips(text, beside, ask)),
        notes=(*notes, *remarks(question, words, scope, reader.territory, language_of())),
        ways=tuple(_ways(text, beside, search, ask)) if not total else (),
        meant=_meant(text, beside, search, ask) if not total else None,
        explore=_explore(narrowed(question, scope.what), text, search),
        steps=_steps(text, beside, page, listed, scope),
        is_whole=found.is_whole and is_indexed,
    )


def _papers(ask: _Ask, text: str, beside: Filter, search: Search, page: int) -> tuple[Papers | None, bool]:
    """Return the documents of an answer, and whether their index is whole."""
    words = expand(search.words, current_synonyms())
    asked = ask.papers(joined(beside, search.conditions), words) if ask.scope.has_papers else None
    if asked is None:
        return None, True
    is_alone = ask.scope.what == "documents"
    found = papers.find(asked, limit=PAGE_ROWS, offset=(page - 1) * PAGE_ROWS if is_alone else 0)
    keys = found.keys if is_alone else found.keys[:PAPERS_SHOWN]
    rows = papers.rows_of(asked, keys) if is_alone or page == 1 else ()
    only = replace(ask.scope, what="documents")
    facets = []
    for name, title, values in papers.facet_values(found, language_of()) if is_alone else ():
        ways = []
        for value, label, count in values[:FACET_ROWS]:
            part = _part_of(name, value) if name == "year" else None
            narrow = joined(beside, part) if part is not None else beside
            of = only.of if name == "year" else replace(only.of, **{name: value})
            ways.append(Way(label, address(text, narrow, scope=replace(only, of=of)), count))
        facets.append((title, tuple(ways)))
    return (
        Papers(count=found.count, rows=rows, facets=tuple(facets), everything=address(text, beside, scope=only)),
        found.is_whole,
    )


def _tabs(ask: _Ask, text: str, beside: Filter, question: Filter, words: Node | None) -> Iterator[tuple[Way, bool]]:
    """Yield what is found of each kind, whichever is shown."""
    bare = replace(ask.scope, of=Of())
    names = {"": _("Everything"), "facts": _("Facts"), "entries": _("Logbook entries"), "documents": _("Documents")}
    if bare.papers is None:
        del names["documents"]
    for what, label in names.items():
        scope = replace(bare, what=what)
        count = _Ask(ask.reader, scope, ask.now).count(question, words)
        yield Way(label, address(text, beside, scope=scope), count), what == ask.scope.what


def _facets(reader: Reader) -> dict[str, str]:
    level = reader.territory.levels[0 if len(reader.territory.levels) == 1 else -1]
    return {
        "source": _("Source"),
        "category": _("Nature"),
        f"zone_{level.name}": level.labels.get(language_of(), level.name),
        "year": _("Year"),
        "status": _("State"),
        "origin": _("Origin"),
    }


def _facet_ways(
    found: Found, fields: Mapping[str, str], text: str, beside: Filter, ask: _Ask
) -> Iterator[tuple[str, tuple[Way, ...]]]:
    told_of = by_service(found.facets["source"])[:FACET_ROWS]
    if told_of:
        ways = [
            Way(owner, address(text, _narrowed(beside, part), scope=ask.scope), count) for owner, part, count in told_of
        ]
        yield _("Service"), tuple(ways)
    for name, title in fields.items():
        told = list(found.facets[name].items())[:FACET_ROWS]
        ways = []
        for value, count in told:
            part = _part_of(name, value)
            if part is not None:
                label = label_of(conditions(part)[0], ask.reader.territory, language_of())
                narrow = address(text, _narrowed(beside, part), scope=ask.scope)
                ways.append(Way(value if name == "year" else label, narrow, count))
        if ways:
            yield title, tuple(ways)


def _narrowed(beside: Filter, part: Filter) -> Filter:
    """Return the conditions of the address with one value of a facet in place of what they ask for there."""
    changed: dict[str, Any] = {}
    for item in fields_of(Filter):
        asked, held = getattr(part, item.name), getattr(beside, item.name)
        if asked != getattr(Filter(), item.name):
            changed[item.name] = replace(held, any_of=asked.any_of) if isinstance(held, Choice | ZoneChoice) else asked
    return replace(beside, **changed)


def _part_of(name: str, value: str) -> Filter | None:
    choices = {"source": "sources", "category": "categories", "status": "statuses", "origin": "origins"}
    if name in choices:
        return _with(choices[name], Choice(any_of=(value,)))
    if name == "year":
        return Filter(since=date(int(value), 1, 1), until=date(int(value), 12, 31)) if value.isdecimal() else None
    return Filter(zones=ZoneChoice(any_of=((name.removeprefix("zone_"), value),)))


def _with(field: str, value: object) -> Filter:
    values: dict[str, Any] = {field: value}
    return replace(Filter(), **values)


def _chips(text: str, beside: Filter, ask: _Ask) -> Iterator[Way]:
    scope = ask.scope
    for each in conditions(beside):
        label = label_of(each, ask.reader.territory, language_of())
        yield Way(label, address(text, each.rest, scope=scope), 0, ICONS[each.kind])
    for name, label in papers.own_labels(scope.of, language_of()):
        without = replace(scope, of=replace(scope.of, **{name: ""}))
        yield Way(label, address(text, beside, scope=without), 0, OWN_ICONS[name])


def _ways(text: str, beside: Filter, search: Search, ask: _Ask) -> Iterator[Way]:
    """Yield the search without each condition of the address, and without all of them, where that finds something."""
    words, scope, reader = expand(search.words, current_synonyms()), ask.scope, ask.reader
    parts = conditions(beside)
    for each in parts:
        count = ask.count(joined(each.rest, search.conditions), words)
        if count:
            label = label_of(each, reader.territory, language_of())
            yield Way(label, address(text, each.rest, scope=scope), count)
    if len(parts) > 1 and (count := ask.count(search.conditions, words)):
        yield Way(_("all conditions"), address(text, Filter(), scope=scope), count)
    chunks = text.split()
    if isinstance(search.words, All) and '"' not in text and "(" not in text:
        for at, chunk in enumerate(chunks):
            left = " ".join(chunks[:at] + chunks[at + 1 :])
            other = read(left, reader)
            count = ask.count(joined(beside, other.conditions), expand(other.words, current_synonyms()))
            if count:
                yield Way(f"« {chunk} »", address(left, beside, scope=scope), count)


def _meant(text: str, beside: Filter, search: Search, ask: _Ask) -> Way | None:
    """Return the search with a word as it stands in what the reader may read, in place of one that is nowhere."""
    changed, reader = text, ask.reader
    for leaf in leaves(search.words):
        if not isinstance(leaf, Term) or ask.count(Filter(), leaf):
            continue
        word, typed = _nearest(ask, leaf), _typed(changed, leaf.term, reader)
        if word is not None and typed is not None:
            changed = changed.replace(typed, word, 1)
    if changed == text:
        return None
    other = read(changed, reader)
    count = ask.count(joined(beside, other.conditions), expand(other.words, current_synonyms()))
    return Way(changed, address(changed, beside, scope=ask.scope), count) if count else None


def _near(ask: _Ask, words: Fuzzy) -> list[str]:
    """Return texts that the reader may read and that hold nearly a word."""
    texts: list[str] = []
    if ask.scope.has_facts:
        asked = Asked(conditions=Filter(), words=words, limit=LIKELY, now=ask.now)
        texts += _texts(current_index().find(ask.reader.viewer, asked).hits)
    of_papers = ask.papers(Filter(), words) if ask.scope.has_papers else None
    return [*texts, *(papers.texts_like(of_papers, words) if of_papers is not None else ())]


def _nearest(ask: _Ask, leaf: Term) -> str | None:
    """Return the nearest word of what the reader may read: words with one slip are many fewer, and looked for first."""
    for slips in range(1, SLIPS + 1):
        word = nearest_word(_near(ask, Fuzzy(leaf.term, slips, leaf.field)), leaf.term, slips)
        if word is not None:
            return word
    return None


def _texts(hits: Sequence[Hit]) -> list[str]:
    fields = ("title", "text", "place_label", "source_category")
    return [hit.row[field] for hit in hits for field in fields if hit.row[field]]


def _typed(text: str, term: str, reader: Reader) -> str | None:
    """Return the word of a text that was read as a term."""
    words = (word.strip('"()') for word in text.split())
    return next((word for word in words if word and read(word, reader).words == Term(term)), None)


def _explore(question: Filter, text: str, search: Search) -> str:
    """Return Explore's address of the same conditions; words that are plain go along as they were typed."""
    plain = search.words is not None and all(isinstance(leaf, Term) for leaf in leaves(search.words))
    is_alone = plain and search.conditions.is_open and isinstance(search.words, All | Term)
    words = tuple(text.split()) if is_alone and not set(text) & set('"()*~-') else ()
    query = filter_query(replace(question, words=(*question.words, *words)))
    return reverse("explore:page") + (f"?{query}" if query else "")


def _steps(text: str, beside: Filter, page: int, count: int, scope: Scope) -> dict[str, str]:
    steps = {}
    if page > 1:
        steps["before"] = address(text, beside, page - 1, scope)
    if page * PAGE_ROWS < count and page < DEEPEST_PAGE:
        steps["after"] = address(text, beside, page + 1, scope)
    return steps
