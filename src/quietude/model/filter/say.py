"""From a question back to its text: one per question and language, which is read as the same question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from quietude.model.filter.lexicon import (
    VALUE_WORDS,
    WEEKDAYS,
    YES_NO,
    Key,
    key_name,
    word_of,
)
from quietude.model.filter.moments import looks_like_period
from quietude.model.filter.names import category_text, value_text, zone_text
from quietude.model.filter.numbers import box_text, hours_text, near_text, outline_text
from quietude.model.filter.question import Choice, Filter, ZoneChoice
from quietude.model.filter.syntax import quoted
from quietude.model.fold import fold
from quietude.model.territory import Territory
from quietude.model.vocabulary import Vocabulary

_BARE_WORD = re.compile(r"[^\W\d_][\w'’]*")
_MARKS = {"sauf", "except"}


def say(question: Filter, *, territory: Territory, vocabulary: Vocabulary | None = None, language: str = "fr") -> str:
    """Return the text form of a question, such that `parse` reads it as the same question; "" asks for every fact.

    Categories are said by their labels and zones by their names where these say no other, else by their codes.
    """
    return " ".join(_clauses(question, territory, vocabulary, language))


def _clauses(question: Filter, territory: Territory, vocabulary: Vocabulary | None, language: str) -> Iterator[str]:
    yield from _categories(question.categories, vocabulary, language)
    yield from _zones(question.zones, territory, language)
    yield from _when(question, language)
    yield from _severity(question, language)
    for key, choice in (
        (Key.SOURCE, question.sources),
        (Key.STATUS, question.statuses),
        (Key.ORIGIN, question.origins),
        (Key.REALITY, question.realities),
        (Key.REGIME, question.regimes),
        (Key.SENSITIVITY, question.sensitivities),
        (Key.FLAG, question.flags),
    ):
        words = VALUE_WORDS.get(key, {})
        for mark, values in (("", choice.any_of), ("-", choice.none_of)):
            texts = [value_text(word_of(words, value, language)) for value in values]
            yield from _listed(f"{mark}{key_name(key, language)}", texts)
    yield from _where(question, language)
    yield from _listed(key_name(Key.ID, language), [value_text(name) for name in question.ids])
    yield from (_word(word) for word in question.words)
    yield from (f"-{_word(word)}" for word in question.without_words)


def _listed(key: str, texts: Sequence[str]) -> Iterator[str]:
    if texts:
        yield f"{key}:{','.join(texts)}"


def _categories(choice: Choice, vocabulary: Vocabulary | None, language: str) -> Iterator[str]:
    key = key_name(Key.CATEGORY, language)
    yield from _listed(key, [category_text(code, vocabulary, language) for code in choice.any_of])
    yield from _listed(f"-{key}", [category_text(code, vocabulary, language) for code in choice.none_of])


def _zones(choice: ZoneChoice, territory: Territory, language: str) -> Iterator[str]:
    for mark, pairs in (("", choice.any_of), ("-", choice.none_of)):
        texts: dict[str, list[str]] = {}
        for level, code in pairs:
            key, text = zone_text(level, code, territory, language)
            texts.setdefault(key if key is not None else key_name(Key.ZONE, language), []).append(text)
        for key, said in texts.items():
            yield from _listed(f"{mark}{key}", said)


def _when(question: Filter, language: str) -> Iterator[str]:
    for key, moment in ((Key.SINCE, question.since), (Key.UNTIL, question.until)):
        if moment is not None:
            yield f"{key_name(key, language)}:{_moment(moment)}"
    days = [word_of(WEEKDAYS, str(day), language) for day in question.weekdays]
    yield from _listed(key_name(Key.WEEKDAY, language), days)
    yield from _listed(key_name(Key.HOUR, language), hours_text(question.hours))


def _moment(moment: date | datetime) -> str:
    return moment.isoformat()


def _severity(question: Filter, language: str) -> Iterator[str]:
    key = key_name(Key.SEVERITY, language)
    for sign, bound in ((">=", question.severity_from), ("<=", question.severity_to)):
        if bound is not None:
            yield f"{key}{sign}{bound}"


def _where(question: Filter, language: str) -> Iterator[str]:
    if question.is_located is not None:
        word = word_of(YES_NO, "yes" if question.is_located else "no", language)
        yield f"{key_name(Key.LOCATED, language)}:{word}"
    if question.near is not None:
        yield f"{key_name(Key.NEAR, language)}:{near_text(question.near)}"
    if question.box is not None:
        yield f"{key_name(Key.WITHIN, language)}:{box_text(question.box)}"
    if question.polygon is not None:
        yield f"{key_name(Key.WITHIN, language)}:{outline_text(question.polygon)}"


def _word(word: str) -> str:
    is_plain = _BARE_WORD.fullmatch(word) is not None and fold(word) not in _MARKS and not looks_like_period(word)
    return word if is_plain else quoted(word)
