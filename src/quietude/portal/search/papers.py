"""Documents in the answer to a search: within the reader's rights, with the page that says most of what is asked.

The index says which; the database says it again before anything of one is shown. Names of persons are masked in
excerpts, unless the reader works under the regime of criminal matters or gave a motive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from quietude.guard.api import Level, findings
from quietude.model.event import Regime
from quietude.model.filter.question import Filter
from quietude.portal.documents.asked import WORDS_MAX
from quietude.portal.documents.classes import title_of
from quietude.portal.documents.indexing import paper_index
from quietude.portal.documents.models import Change, Document, PageText
from quietude.portal.documents.scope import Reader
from quietude.portal.services.models import Service
from quietude.search.api import AskedPapers, BestPage, FoundPapers, Node, Of, Piece, excerpt

FACETS = ("kind", "year", "service", "tag")
AROUND = 200  # letters on each side of an excerpt in which a name is looked for: "M." may stand before its beginning
MASK = "\N{BULLET}"
LIKELY = 5  # documents that a "did you mean" is read from


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """One document that was found."""

    key: int
    title: tuple[Piece, ...]
    """Empty where it is closed to the reader."""
    kind_title: str
    day: date
    page: int | None
    """On which the words stand; None where they stand beside the pages, or the reader may not read these."""
    pieces: tuple[Piece, ...]
    address: str
    """Of that page in the reader, the words marked."""
    is_fictional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersAsked:
    """A search as documents are asked it."""

    reader: Reader
    question: Filter
    words: Node | None
    of: Of
    today: date
    language: str


def find(asked: PapersAsked, *, limit: int, offset: int = 0) -> FoundPapers:
    """Return which documents answer, and their counts."""
    found = paper_index().find(
        asked.reader.ways(),
        AskedPapers(
            conditions=asked.question,
            words=asked.words,
            of=asked.of,
            facets=FACETS,
            limit=limit,
            offset=offset,
            today=asked.today,
        ),
    )
    if found.is_whole or Change.objects.exists():
        return found
    return replace(found, is_whole=True)  # there was never a document: nothing is to be built


def count(asked: PapersAsked) -> int:
    """Return how many documents answer."""
    return paper_index().count(asked.reader.ways(), asked.question, asked.words, asked.of)


def rows_of(asked: PapersAsked, keys: Sequence[int]) -> tuple[PaperRow, ...]:
    """Return documents as they are shown, asked of the database again; what is shown is noted before it is."""
    reader = asked.reader
    rows = {each.pk: each for each in reader.documents().filter(pk__in=keys)}
    titled = set(reader.titled().filter(pk__in=keys).values_list("pk", flat=True))
    readable = set(reader.readable().filter(pk__in=keys).values_list("pk", flat=True))
    best = paper_index().best_pages(reader.ways(), asked.words, [key for key in keys if key in readable])
    texts = {key: text for key, page in best.items() if key in readable and (text := _text(key, page)) is not None}
    reader.note_reading([rows[key] for key in keys if key in rows and key in titled - texts.keys()], "title")
    shown = [rows[key] for key in keys if key in rows and key in texts]
    reader.note_reading([each for each in shown if each.pk in titled], "title,text")
    reader.note_reading([each for each in shown if each.pk not in titled], "text")
    masks = asked.reader.regime != Regime.TITRE_III.value and not asked.reader.viewer.motive
    return tuple(
        _row(rows[key], asked, (texts[key], best[key]) if key in texts else None, masks=masks, is_titled=key in titled)
        for key in keys
        if key in rows
    )


def _row(
    document: Document, asked: PapersAsked, said: tuple[str, BestPage] | None, *, masks: bool, is_titled: bool
) -> PaperRow:
    pieces: tuple[Piece, ...] = ()
    wanted: list[tuple[str, str]] = []
    if said is not None:
        text, page = said
        bare = excerpt(text, asked.words, "text")
        words = " ".join(dict.fromkeys(piece.text.lower() for piece in bare if piece.is_hit))[:WORDS_MAX]
        pieces = _masked(text, bare) if masks else bare
        newest = document.current.number
        wanted = [("q", words), ("page", str(page.number)), ("version", str(page.version))]
        wanted = [(name, value) for name, value in wanted if value and (name != "version" or page.version != newest)]
    start = reverse("documents:page", args=[document.pk])
    return PaperRow(
        key=document.pk,
        title=excerpt(document.title, asked.words, "title") if is_titled else (),
        kind_title=title_of(document.kind, asked.language),
        day=document.dated_on or document.added_at.date(),
        page=said[1].number if said is not None else None,
        pieces=pieces,
        address=f"{start}?{urlencode(wanted)}" if wanted else start,
        is_fictional=document.is_fictional,
    )


def _text(key: int, page: BestPage) -> str | None:
    found = PageText.objects.filter(version__document=key, version__number=page.version, number=page.number)
    return found.values_list("text", flat=True).first()


def _masked(text: str, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Return an excerpt of a page with a dot for each letter of a name, or of what else says who somebody is."""
    body = "".join(piece.text for piece in pieces if piece.text != "…" or piece.is_hit)
    begin = text.find(body)
    if begin < 0:
        return ()  # a page that holds the sign of omission itself where ours stands: nothing rather than a name
    start = max(begin - AROUND, 0)
    letters = list(body)
    for finding in findings(text[start : begin + len(body) + AROUND]):
        if finding.level is Level.IDENTITY:
            first = max(start + finding.begin - begin, 0)
            last = min(start + finding.end - begin, len(letters))
            letters[first:last] = [MASK if letter.isalnum() else letter for letter in letters[first:last]]
    masked, at = [], 0
    for piece in pieces:
        if piece.text == "…" and not piece.is_hit:
            masked.append(piece)
            continue
        said = "".join(letters[at : at + len(piece.text)])
        masked.append(Piece(said, is_hit=piece.is_hit and MASK not in said))
        at += len(piece.text)
    return tuple(masked)


def texts_like(asked: PapersAsked, words: Node) -> list[str]:
    """Return titles and pages, as far as the reader may read them, that hold words: for a "did you mean"."""
    near = replace(asked, words=words, question=Filter(), of=Of())
    keys = find(near, limit=LIKELY).keys
    reader = asked.reader
    titles = list(reader.titled().filter(pk__in=keys).values_list("title", flat=True))
    best = paper_index().best_pages(reader.ways(), words, keys)
    readable = set(reader.readable().filter(pk__in=keys).values_list("pk", flat=True))
    pages = [text for key, page in best.items() if key in readable and (text := _text(key, page)) is not None]
    documents = list(reader.documents().filter(pk__in=keys))
    reader.note_reading(documents, "title,text")
    return [*titles, *pages]


def own_labels(of: Of, language: str) -> Iterator[tuple[str, str]]:
    """Yield the conditions that only documents have, as they are read."""
    if of.kind:
        yield "kind", title_of(of.kind, language)
    if of.tag:
        yield "tag", of.tag
    if of.service:
        found = Service.objects.filter(pk=int(of.service)).first() if of.service.isdecimal() else None
        yield "service", found.say(language) if found is not None else of.service


def facet_values(found: FoundPapers, language: str) -> Iterator[tuple[str, str, list[tuple[str, str, int]]]]:
    """Yield each facet as parameter of an address, title, and (value, label, count) of each of its values."""
    names: Mapping[str, str] = {
        "kind": _("Class"),
        "year": _("Year"),
        "service": _("Service"),
        "tag": pgettext("document", "Tag"),
    }
    services = {str(each.pk): each.say(language) for each in Service.objects.all()} if found.facets["service"] else {}
    for name in FACETS:
        values = []
        for value, documents in found.facets[name].items():
            label = services.get(value, "") if name == "service" else value
            label = title_of(value, language) if name == "kind" else label
            if label and value != "none":
                values.append((value, label, documents))
        if values:
            yield name, names[name], values
