"""What a document says: dates, order numbers, articles of law, ways, organisations. Proposals, never facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import polars as pl

from quietude.documents.extracted import Page
from quietude.documents.ways import CAPITALS, WAY, plain
from quietude.ingest.api import Geocoder

Kind = Literal["date", "order", "law", "place", "organisation"]
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
MONTH_OF = {name: at for at, name in enumerate(MONTHS, 1)} | {"fevrier": 2, "aout": 8, "decembre": 12}
LONG_DATE = re.compile(rf"\b(\d{{1,2}})(?:er)?\s+({'|'.join(MONTH_OF)})\s+(\d{{4}})\b", re.IGNORECASE)
SHORT_DATE = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")
ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
ORDER = re.compile(
    r"\b(?:arr[êeÊE]t[ée]s?|délibération|décision)(?:\s+(?:\w+al|interministériel|ministériel))?\s+n\s?[°ºo]\s?"
    r"((?:[A-Z]{1,4}\s?)?\d{2,4}(?:\s?[A-Z]{1,3}\s\d{3,6}|\s?[-_/.]\s?[A-Z\d]{1,6}|\s[A-Z]?\d{3,6})*)",
    re.IGNORECASE,
)
STATUTE = re.compile(r"\b(loi|décret|ordonnance)(?:\s+organique)?\s+n\s?[°ºo]\s?(\d{2,4}-\d{1,5})\b", re.IGNORECASE)
CODES = (
    "général des collectivités territoriales", "général de la propriété des personnes publiques", "de la route",
    "pénal", "de procédure pénale", "de la sécurité intérieure", "de la voirie routière", "de l'urbanisme",
    "de l'environnement", "de la santé publique", "de la construction et de l'habitation", "civil", "du travail",
    "des relations entre le public et l'administration", "rural et de la pêche maritime", "électoral",
)  # fmt: skip
CODE = re.compile("code (?:" + "|".join(CODES) + r")\b", re.IGNORECASE)
ARTICLE = re.compile(r"\b([LRDA])\s?\.?\s?(\d{1,4}(?:-\d{1,3}){0,3})\b")
FAR = 250  # letters between a code's name and an article listed under it: the longest lists of real orders
ORGANISATION = re.compile(
    r"\b(?i:entreprise|société|association|syndicat|établissement public)\s+"
    r"((?:[A-ZÀ-Ý][\w&'’-]*)(?:\s+(?:de\s|du\s|des\s|d['’])?[A-ZÀ-Ý][\w&'’-]*){0,5})"
)
SURE, LIKELY, UNSURE = 0.95, 0.7, 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Something that a page names: a proposal until a person confirms it."""

    kind: Kind
    text: str
    """As it is written."""
    page: int
    start: int
    end: int
    """`page.text[start:end]` is `text`."""
    value: str
    """In one form: an ISO date, "2024 T 123", "code de la route R. 417-10", a way's name."""
    confidence: float
    lon_deg: float | None = None
    lat_deg: float | None = None
    accuracy_m: float | None = None


def mentions(pages: Sequence[Page]) -> list[Mention]:
    """Return what the pages name, in the order of the text."""
    found: list[Mention] = []
    for page in pages:
        found += sorted(_of(page), key=lambda mention: (mention.start, mention.end))
    return found


def dates_in(text: str) -> Iterator[tuple[re.Match[str], date]]:
    """Yield the dates of a text and where they stand; what is no day of the calendar is left out."""
    for match in LONG_DATE.finditer(text):
        day, month, year = match.groups()
        yield from _dated(match, int(year), MONTH_OF[month.lower()], int(day))
    for match in SHORT_DATE.finditer(text):
        yield from _dated(match, int(match[3]), int(match[2]), int(match[1]))
    for match in ISO_DATE.finditer(text):
        yield from _dated(match, int(match[1]), int(match[2]), int(match[3]))


def _dated(match: re.Match[str], year: int, month: int, day: int) -> Iterator[tuple[re.Match[str], date]]:
    try:
        yield match, date(year, month, day)
    except ValueError:
        return


def _of(page: Page) -> Iterator[Mention]:
    def mention(kind: Kind, span: tuple[int, int], value: str, confidence: float) -> Mention:
        start, end = span
        said = page.text[start:end]
        return Mention(kind=kind, text=said, page=page.number, start=start, end=end, value=value, confidence=confidence)

    for match, day in dates_in(page.text):
        yield mention("date", match.span(), day.isoformat(), SURE)
    for match in ORDER.finditer(page.text):
        yield mention("order", match.span(), plain(match[1]).upper(), SURE)
    for match in STATUTE.finditer(page.text):
        yield mention("law", match.span(), f"{match[1].lower()} {match[2]}", SURE)
    codes = list(CODE.finditer(" ".join(page.text.replace("’", "'").splitlines())))  # of the same length
    for match in ARTICLE.finditer(page.text):
        code = _code_of(match, codes)
        article = f"{match[1]}. {match[2]}"
        yield mention("law", match.span(), f"{code} {article}" if code else article, SURE if code else UNSURE)
    for pattern in (WAY, CAPITALS):
        for match in pattern.finditer(page.text):
            yield mention("place", match.span(), plain(match[0]), LIKELY)
    for match in ORGANISATION.finditer(page.text):
        yield mention("organisation", match.span(1), plain(match[1]), LIKELY)


def _code_of(article: re.Match[str], codes: Sequence[re.Match[str]]) -> str | None:
    """Return the code of an article: the one named right after ("R. 417-10 du code de la route"), else before."""
    after = next((code for code in codes if 0 <= code.start() - article.end() <= len(" du ")), None)
    before = [code for code in codes if 0 <= article.start() - code.end() <= FAR]
    named = after or (before[-1] if before else None)
    return None if named is None else named[0].lower()


def located(found: Sequence[Mention], geocoder: Geocoder) -> list[Mention]:
    """Return the mentions, the places among them put on the map. One the town does not know stays, and is unsure."""
    names = list(dict.fromkeys(mention.value for mention in found if mention.kind == "place"))
    if not names:
        return list(found)
    places = geocoder.locate(pl.DataFrame({"address": names}, schema={"address": pl.String}))
    rows = dict(zip(names, places.iter_rows(named=True), strict=True))
    return [_placed(mention, rows[mention.value]) if mention.kind == "place" else mention for mention in found]


def _placed(mention: Mention, row: dict[str, object]) -> Mention:
    lon, lat, accuracy, score = (row[name] for name in ("lon_deg", "lat_deg", "accuracy_m", "located_score"))
    if not (isinstance(lon, float) and isinstance(lat, float) and isinstance(accuracy, float)):
        return replace(mention, confidence=UNSURE)
    sure = score if isinstance(score, float) else LIKELY
    return replace(mention, lon_deg=lon, lat_deg=lat, accuracy_m=accuracy, confidence=round(sure, 2))
