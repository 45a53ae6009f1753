"""Names that people give to categories and zones, and the names that we say back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rapidfuzz import process

from quietude.model.filter.errors import FilterError, Problem
from quietude.model.filter.lexicon import LANGUAGES, NOTHING, key_of, plain, value_of, word_of
from quietude.model.filter.question import ABSENT
from quietude.model.filter.syntax import Piece, quoted
from quietude.model.territory import Territory, Zone
from quietude.model.vocabulary import Vocabulary

LIKELY = 60.0  # of 100: what is less alike than this shares a few letters only
SUGGESTIONS = 3

_BARE_VALUE = re.compile(r"[\w'’./:%+][\w'’./:%+-]*")
_PAIR = re.compile(r"([A-Za-z_]\w*)/(.+)", re.DOTALL)


def value_text(text: str) -> str:
    """Return a value as it stands after a key, in quotes only where it needs them."""
    return text if _BARE_VALUE.fullmatch(text) else quoted(text)


def nearest(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known names most like `text`, best first."""
    found = process.extract(text, list(known), processor=plain, score_cutoff=LIKELY, limit=SUGGESTIONS)
    return tuple(value_text(name) for name, _, _ in found)


def category_code(said: Piece, vocabulary: Vocabulary | None, language: str, *, family: bool = False) -> str:
    """Return the code of a category called by its code, label or synonym; a code as it is without a vocabulary.

    Raises:
        FilterError: no category, or several, are called so.
    """
    if value_of(NOTHING, said.text) is not None:
        return ABSENT
    if vocabulary is None:
        return said.text
    codes = _codes(said.text, vocabulary, language)
    if family:
        codes = tuple(code for code in codes if "." not in code)
    code = _holding_all(codes)
    if code is not None:
        return code
    where = (said.position, said.length, {"value": said.text})
    if codes:
        raise FilterError(Problem.AMBIGUOUS_CATEGORY, *where, codes)
    alike = vocabulary.search(said.text, language, limit=SUGGESTIONS)
    labels = [match.term.label(language) for match in alike if not family or match.term.level == 1]
    raise FilterError(Problem.UNKNOWN_CATEGORY, *where, tuple(value_text(label) for label in labels))


def _codes(text: str, vocabulary: Vocabulary, language: str) -> tuple[str, ...]:
    if vocabulary.has(text.lower()):
        return (text.lower(),)
    for words in dict.fromkeys((text, re.sub(r"[-_]+", " ", text))):
        for spoken in dict.fromkeys((language, *LANGUAGES)):
            codes = vocabulary.find(words, spoken)
            if codes:
                return codes
    return ()


def _holding_all(codes: tuple[str, ...]) -> str | None:
    """Return the code that all the others are below, coarser codes coming first; None when there is none."""
    return codes[0] if codes and all(f"{code}.".startswith(f"{codes[0]}.") for code in codes) else None


def category_text(code: str, vocabulary: Vocabulary | None, language: str) -> str:
    """Return the text that `category_code` reads as this code: its label, or the code where that means another."""
    if code == ABSENT:
        return word_of(NOTHING, ABSENT, language)
    if vocabulary is not None and vocabulary.has(code):
        label = vocabulary.label(code, language)
        if _holding_all(_codes(label, vocabulary, language)) == code and value_of(NOTHING, label) is None:
            return value_text(label)
    return value_text(code)


def level_of(name: str, territory: Territory) -> str | None:
    """Return the level that a key names, by its own name or label; None when it names none or a criterion of ours."""
    wanted = plain(name)
    if key_of(name) is not None:
        return None
    for level in territory.levels:
        if wanted in {plain(level.name), *(plain(label) for label in level.labels.values())}:
            return level.name
    return None


def zone_pair(said: Piece, territory: Territory, level: str | None) -> tuple[str, str]:
    """Return the (level, code) of a zone called by its name, code or number, on one level or on any.

    `level/code` names a pair as it is, even one of another town.

    Raises:
        FilterError: no zone, or several, are called so.
    """
    names = [level] if level is not None else list(territory.level_names)
    if value_of(NOTHING, said.text) is not None and names:
        return names[-1], ABSENT
    found = _zones(said.text, territory, names)
    if len(found) == 1:
        return found[0][0], found[0][1].code
    pair = _PAIR.fullmatch(said.text) if level is None and not found else None
    if pair is not None:
        return pair[1], pair[2]
    where = (said.position, said.length, {"value": said.text})
    if found:
        meant = tuple(f"{name}:{value_text(zone.code)}" for name, zone in found[:SUGGESTIONS])
        raise FilterError(Problem.AMBIGUOUS_ZONE, *where, meant)
    known = (zone.name for name in names for zone in territory.level(name).zones)
    raise FilterError(Problem.UNKNOWN_ZONE, *where, nearest(said.text, known))


def _zones(text: str, territory: Territory, levels: list[str]) -> list[tuple[str, Zone]]:
    """Return the zones that `text` names: by code, else by name, else by number, else by whole words of the name."""
    wanted = plain(text)
    rules: tuple[Callable[[Zone], bool], ...] = (
        lambda zone: zone.code == text,
        lambda zone: plain(zone.name) == wanted,
        lambda zone: wanted.isdigit() and [int(n) for n in re.findall(r"\d+", zone.name)] == [int(wanted)],
        lambda zone: bool(wanted) and f" {wanted} " in f" {plain(zone.name)} ",
    )
    for rule in rules:
        found = [(name, zone) for name in levels for zone in territory.level(name).zones if rule(zone)]
        if found:
            return found
    return []


def zone_text(level: str, code: str, territory: Territory, language: str) -> tuple[str | None, str]:
    """Return the key (None for "zone") and the text that are read as this zone."""
    known = next((candidate for candidate in territory.levels if candidate.name == level), None)
    if known is not None and level_of(level, territory) == level:
        if code == ABSENT:
            return level, word_of(NOTHING, ABSENT, language)
        zone = known.by_code.get(code)
        for text in (zone.name, zone.code) if zone is not None else ():
            found = _zones(text, territory, [level])
            if value_of(NOTHING, text) is None and [candidate.code for _, candidate in found] == [code]:
                return level, value_text(text)
    return None, value_text(f"{level}/{code}")


def is_shared(name: str, territory: Territory) -> bool:
    """Tell whether a zone's name alone does not say which zone is meant."""
    return len(_zones(name, territory, list(territory.level_names))) != 1
