"""What may come next in the filter bar: criteria, categories, zones, sources, values and dates at the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice

from quietude.model.filter.lexicon import (
    KEY_NAMES,
    VALUE_WORDS,
    Key,
    all_words,
    key_name,
    key_of,
    plain,
    spoken,
    word_of,
)
from quietude.model.filter.moments import period_names
from quietude.model.filter.names import category_text, is_shared, level_of, value_text, zone_text
from quietude.model.territory import Territory
from quietude.model.vocabulary import Vocabulary

LIKELY_CATEGORY = 0.7  # of 1: words that begin a category's name score 0.8 and more, mistyped ones up to 0.9
_AGO = {"fr": ("7j", "30j", "12mois"), "en": ("7d", "30d", "12months")}
_HOURS = ("22-6", "6-12", "12-18", "18-22")
_SEVERITIES = (">=4", ">=3", ">=2")
_KEY = re.compile(r"(-?)([^\W\d][\w'’-]*)\s*(:|[<>]=?|[=≥≤])\s*")
_SPREAD = re.compile(r"([^\W\d][\w'’-]*):([^\s\",:]+(?: [^\s\",:]+){1,5})$")


class Kind(StrEnum):
    """What a suggestion is, for its icon."""

    KEY = "key"
    CATEGORY = "category"
    ZONE = "zone"
    SOURCE = "source"
    VALUE = "value"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One way to go on: `text` stands in place of the characters `start` to `end` (excluded)."""

    start: int
    end: int
    text: str
    label: str
    """What to show, without quotes or codes."""
    detail: str
    """What tells it from its likes: the path of a category, the level of a zone, the name of a criterion."""
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Town:
    territory: Territory
    vocabulary: Vocabulary | None
    sources: Sequence[str]
    language: str


@dataclass(frozen=True, slots=True)
class _Offer:
    key: str | None
    text: str
    label: str
    detail: str
    kind: Kind


def suggest(
    text: str,
    cursor: int,
    *,
    territory: Territory,
    vocabulary: Vocabulary | None,
    language: str = "fr",
    sources: Sequence[str] = (),
    limit: int = 10,
) -> list[Suggestion]:
    """Return up to `limit` ways to complete what stands at the cursor, likeliest first.

    Args:
        text: what is typed, whole.
        cursor: where, from 0 to the length of the text.
        territory: whose zones and levels are offered.
        vocabulary: whose categories are offered.
        language: of keys, labels and values.
        sources: names offered after `source:`.
        limit: how many at most.
    """
    town = _Town(territory, vocabulary, sources, language)
    start = _clause_start(text[:cursor])
    keyed = _KEY.match(text, start, cursor)
    spread = _SPREAD.search(text, 0, cursor) if keyed is None else None
    offers: Iterator[_Offer] = iter(())
    if spread is not None:
        # A name of several words without quotes: `quartier:le pan`.
        offers = (offer for offer in _values(spread[1], spread[2], town) if _begins(spread[2], offer.label))
        first = next(offers, None)
        if first is not None:
            keyed, start, offers = spread, spread.start(2), chain([first], offers)
    if keyed is None:
        start += text[start:cursor].startswith("-")
        offers = _anything(text[start:cursor].strip('"'), town)
    elif keyed is not spread:
        start = _value_start(text, keyed.end(), cursor)
        offers = _values(keyed[2], text[start:cursor].strip('"'), town)
    end = _value_end(text, start, cursor)
    found: dict[str, Suggestion] = {}
    for offer in offers:
        whole = offer.text if keyed is not None or offer.key is None else f"{offer.key}:{offer.text}"
        found.setdefault(whole, Suggestion(start, end, whole, offer.label, offer.detail, offer.kind))
        if len(found) == limit:
            break
    return list(found.values())


def _clause_start(before: str) -> int:
    """Return where the clause begins that the text ends in: after the last blank outside quotes and values."""
    start, is_quoted = 0, False
    for position, character in enumerate(before):
        if character == '"':
            is_quoted = not is_quoted
        elif character.isspace() and not is_quoted and not before[:position].rstrip().endswith((":", ",")):
            start = position + 1
    return start


def _value_start(text: str, start: int, cursor: int) -> int:
    """Return where the last value of a clause begins: after the last comma outside quotes."""
    is_quoted = False
    for position in range(start, cursor):
        if text[position] == '"':
            is_quoted = not is_quoted
        elif text[position] == "," and not is_quoted:
            start = position + 1
    return start + len(text[start:cursor]) - len(text[start:cursor].lstrip())


def _value_end(text: str, start: int, cursor: int) -> int:
    """Return where the value at the cursor ends: at its closing quote, or before the next blank or comma."""
    closing = text.find('"', cursor)
    if text[start:cursor].startswith('"') and closing != -1:
        return closing + 1
    rest = re.search(r"[\s,]", text[cursor:])
    return cursor + rest.start() if rest is not None else len(text)


def _begins(part: str, *names: str) -> bool:
    """Tell whether a word of a name begins with what is typed."""
    return any(f" {plain(part)}" in f" {plain(name)}" for name in names)


def _anything(part: str, town: _Town) -> Iterator[_Offer]:
    if not part:
        yield from _keys("", town)
        yield from _dates(part, town)
        return
    yield from _keys(part, town)
    yield from islice(_categories(part, town, is_sure=True), 4)
    yield from islice(_zones(part, town, None), 4)
    yield from _dates(part, town)
    yield from islice(_sources(part, town), 2)
    for key in VALUE_WORDS:
        if key is not Key.LOCATED:
            yield from _words(key, part, town)


def _values(name: str, part: str, town: _Town) -> Iterator[_Offer]:
    level = level_of(name, town.territory)
    key = Key.ZONE if level is not None else key_of(name)
    if key in {Key.CATEGORY, Key.FAMILY}:
        yield from _categories(part, town, is_sure=False)
    elif key is Key.ZONE:
        yield from _zones(part, town, level, is_any_level=level is None)
    elif key is Key.SOURCE:
        yield from _sources(part, town)
    elif key in {Key.SINCE, Key.UNTIL, Key.PERIOD}:
        yield from (
            _Offer(None, text, text, name, Kind.DATE) for text in _AGO[spoken(town.language)] if _begins(part, text)
        )
        yield from _dates(part, town)
    elif key is Key.HOUR:
        yield from (_Offer(None, text, text, name, Kind.VALUE) for text in _HOURS if text.startswith(part))
    elif key is Key.SEVERITY:
        yield from (_Offer(None, str(n), str(n), name, Kind.VALUE) for n in range(5, 0, -1) if str(n).startswith(part))
    elif key is not None and key in VALUE_WORDS:
        yield from _words(key, part, town)


def _keys(part: str, town: _Town) -> Iterator[_Offer]:
    for key, names in KEY_NAMES.items():
        if plain(part) and not any(plain(name).startswith(plain(part)) for name in all_words(names)):
            continue
        name = key_name(key, town.language)
        if key is Key.SEVERITY:
            yield from (_Offer(None, f"{name}{text}", f"{name} {text}", "", Kind.KEY) for text in _SEVERITIES)
        elif key is not Key.ZONE:
            yield _Offer(None, f"{name}:", name, "", Kind.KEY)
    for level in town.territory.levels:
        label = level.labels.get(town.language, level.name)
        if _begins(part, label, level.name):
            yield _Offer(None, f"{level.name}:", label, "", Kind.KEY)


def _categories(part: str, town: _Town, *, is_sure: bool) -> Iterator[_Offer]:
    if town.vocabulary is None:
        return
    key, language = key_name(Key.CATEGORY, town.language), town.language
    if part:
        matches = town.vocabulary.search(part, language, limit=10)
        codes = [match.term.code for match in matches if match.score >= (LIKELY_CATEGORY if is_sure else 0)]
    else:
        codes = [family.code for family in town.vocabulary.families]
    for code in codes:
        said = category_text(code, town.vocabulary, language)
        label, path = town.vocabulary.label(code, language), town.vocabulary.path_label(code, language)
        yield _Offer(key, said, label, path, Kind.CATEGORY)


def _zones(part: str, town: _Town, level: str | None, *, is_any_level: bool = False) -> Iterator[_Offer]:
    offers = []
    for held in town.territory.levels:
        if level is not None and held.name != level:
            continue
        for zone in held.zones:
            if not part or _begins(part, zone.name) or zone.code.startswith(part):
                is_start = plain(zone.name).startswith(plain(part))
                offers.append((not is_start, held, zone))
    for _, held, zone in sorted(offers, key=lambda offer: offer[0]):
        key, said = zone_text(held.name, zone.code, town.territory, town.language)
        if is_any_level and key is not None:
            said = value_text(f"{key}/{zone.code}") if is_shared(zone.name, town.territory) else said
        detail = held.labels.get(town.language, held.name)
        yield _Offer(key or key_name(Key.ZONE, town.language), said, zone.name, detail, Kind.ZONE)


def _sources(part: str, town: _Town) -> Iterator[_Offer]:
    key = key_name(Key.SOURCE, town.language)
    for source in town.sources:
        if not part or _begins(part, source):
            yield _Offer(key, value_text(source), source, key, Kind.SOURCE)


def _words(key: Key, part: str, town: _Town) -> Iterator[_Offer]:
    name = key_name(key, town.language)
    for value, names in VALUE_WORDS[key].items():
        if not part or _begins(part, *all_words(names)):
            word = word_of(VALUE_WORDS[key], value, town.language)
            yield _Offer(name, value_text(word), word, name, Kind.VALUE)


def _dates(part: str, town: _Town) -> Iterator[_Offer]:
    for name in period_names(town.language):
        if not part or _begins(part, name):
            yield _Offer(None, name, name.replace("-", " "), "", Kind.DATE)
