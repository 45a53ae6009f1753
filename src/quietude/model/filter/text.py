"""The text form of a question, for people: `nature:bruit zone:"Le Panier" depuis:2019 gravité>=3 "tapage nocturne"`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from quietude.model.filter.errors import FilterError, Problem
from quietude.model.filter.lexicon import KEY_NAMES, VALUE_WORDS, Key, all_words, key_name, key_of, value_of, word_of
from quietude.model.filter.moments import looks_like_period, read_instant, read_period
from quietude.model.filter.names import category_code, level_of, nearest, zone_pair
from quietude.model.filter.numbers import read_hours, read_near, read_outline, read_severities, read_weekdays
from quietude.model.filter.question import Box, Choice, Filter, ZoneChoice
from quietude.model.filter.say import say
from quietude.model.filter.syntax import Clause, Piece, read_clauses
from quietude.model.territory import Territory
from quietude.model.vocabulary import Vocabulary

__all__ = ["FilterError", "parse", "say"]


def parse(
    text: str,
    *,
    territory: Territory,
    vocabulary: Vocabulary | None,
    today: date,
    language: str = "fr",
    timezone: str = "UTC",
    sources: Sequence[str] = (),
) -> Filter:
    """Return the question that a text states; both languages are read, whatever `language`.

    Args:
        text: as typed; the empty text asks for every fact.
        territory: whose zones may be named, and whose levels are keys (`quartier:"Le Panier"`).
        vocabulary: whose categories may be named; without one, categories are codes.
        today: what `hier` and `30j` hang on.
        language: which of two meanings wins when a word has one in each language.
        timezone: the town's, for a date and time without an offset.
        sources: names that `source:` accepts; any name when empty.

    Raises:
        FilterError: the text can't be read; the error points at the characters.
    """
    reading = _Reading(territory, vocabulary, today, language, timezone, tuple(sources))
    for clause in read_clauses(text):
        reading.take(clause)
    return reading.question()


@dataclass
class _Reading:
    """What has been read so far of one text."""

    territory: Territory
    vocabulary: Vocabulary | None
    today: date
    language: str
    timezone: str
    sources: tuple[str, ...]
    chosen: dict[tuple[str, bool], list[Any]] = field(default_factory=dict)
    """Values by (dimension, whether they are excluded)."""
    single: dict[str, Any] = field(default_factory=dict)
    """The fields that are said once."""

    def take(self, clause: Clause) -> None:
        """Add what one clause says."""
        if clause.key is None:
            self._take_words(clause)
            return
        key, level = self._key(clause.key)
        if clause.compare is not None and key is not Key.SEVERITY:
            raise FilterError(Problem.NOT_COMPARED, clause.key.position, clause.key.length, {"key": clause.key.text})
        if clause.is_excluded and key not in _EXCLUDABLE:
            raise FilterError(Problem.NOT_NEGATED, clause.key.position, clause.key.length, {"key": clause.key.text})
        if key in _EXCLUDABLE:
            values = [self._value(key, piece, level) for piece in clause.values]
            self._choose(_EXCLUDABLE[key], clause.is_excluded, values)
        else:
            _READERS[key](self, clause)

    def question(self) -> Filter:
        """Return the question that all clauses state together."""
        fields: dict[str, Any] = dict(self.single)
        for name, kind in _CHOICES.items():
            fields[name] = kind(*(tuple(self.chosen.get((name, is_excluded), ())) for is_excluded in (False, True)))
        for name in ("words", "weekdays", "hours", "ids"):
            fields[name] = tuple(self.chosen.get((name, False), ()))
        return Filter(without_words=tuple(self.chosen.get(("words", True), ())), **fields)

    def _key(self, said: Piece) -> tuple[Key, str | None]:
        level = level_of(said.text, self.territory)
        key = Key.ZONE if level is not None else key_of(said.text)
        if key is None:
            known = [name for names in KEY_NAMES.values() for name in all_words(names)]
            alike = nearest(said.text, dict.fromkeys([*known, *self.territory.level_names]))
            raise FilterError(Problem.UNKNOWN_KEY, said.position, said.length, {"key": said.text}, alike)
        return key, level

    def _value(self, key: Key, said: Piece, level: str | None) -> Any:
        if key is Key.ZONE:
            return zone_pair(said, self.territory, level)
        if key in {Key.CATEGORY, Key.FAMILY}:
            return category_code(said, self.vocabulary, self.language, family=key is Key.FAMILY)
        if key in VALUE_WORDS:
            return self.word(key, said)
        if key is Key.SOURCE and self.sources and said.text not in self.sources:
            wrong = {"value": said.text, "expected": ", ".join(self.sources)}
            raise FilterError(
                Problem.UNKNOWN_SOURCE, said.position, said.length, wrong, nearest(said.text, self.sources)
            )
        return said.text

    def word(self, key: Key, said: Piece) -> str:
        """Return the value of a closed list that a word means."""
        words = VALUE_WORDS[key]
        value = value_of(words, said.text)
        if value is None:
            expected = [word_of(words, known, self.language) for known in words]
            wrong = {"value": said.text, "key": key_name(key, self.language), "expected": ", ".join(expected)}
            raise FilterError(Problem.UNKNOWN_VALUE, said.position, said.length, wrong, nearest(said.text, expected))
        return value

    def _choose(self, name: str, is_excluded: bool, values: Sequence[Any]) -> None:
        self.chosen.setdefault((name, is_excluded), []).extend(values)

    def _set(self, name: str, value: Any, said: Piece, whole: Piece) -> None:
        if name in self.single:
            raise FilterError(Problem.SAID_TWICE, whole.position, whole.length, {"key": said.text})
        self.single[name] = value

    def _take_words(self, clause: Clause) -> None:
        (said,) = clause.values
        if not said.text:
            raise FilterError(Problem.UNEXPECTED, said.position, said.length, {"found": '""'})
        period = None
        if not clause.is_quoted and looks_like_period(said.text):
            period = read_period(said.text, self.today)
        if period is None or clause.is_excluded:
            self._choose("words", clause.is_excluded, [said.text])
        else:
            self._set("since", period.first, said, said)
            self._set("until", period.last, said, said)

    def take_moment(self, clause: Clause) -> None:
        """Add a beginning, an end or both."""
        key, said = _key_piece(clause), _joined(clause)
        is_period = key_of(key.text) is Key.PERIOD
        is_since = key_of(key.text) is Key.SINCE
        instant = None if is_period else read_instant(said.text, self.timezone)
        period = read_period(said.text, self.today)
        if instant is None and period is None:
            raise FilterError(Problem.BAD_MOMENT, said.position, said.length, {"value": said.text})
        first: date | datetime | None = instant if instant is not None or period is None else period.first
        last: date | datetime | None = instant if instant is not None or period is None else period.last
        if is_period or is_since:
            self._set("since", first, key, key)
        if is_period or not is_since:
            self._set("until", last, key, key)

    def take_located(self, clause: Clause) -> None:
        """Add whether facts must have a position."""
        said = _joined(clause)
        self._set("is_located", self.word(Key.LOCATED, said) == "yes", _key_piece(clause), said)

    def take_weekdays(self, clause: Clause) -> None:
        """Add days of the week and spans of them."""
        for piece in clause.values:
            days = read_weekdays(piece.text)
            self._choose("weekdays", False, days if days is not None else [self.word(Key.WEEKDAY, piece)])

    def take_hours(self, clause: Clause) -> None:
        """Add hours of the day and spans of them."""
        for piece in clause.values:
            hours = read_hours(piece.text)
            if hours is None:
                raise FilterError(Problem.BAD_HOUR, piece.position, piece.length, {"value": piece.text})
            self._choose("hours", False, hours)

    def take_severity(self, clause: Clause) -> None:
        """Add bounds of severity."""
        said = _joined(clause)
        bounds = read_severities(said.text, clause.compare)
        if bounds is None:
            raise FilterError(Problem.BAD_SEVERITY, said.position, said.length, {"value": said.text})
        for name, bound in zip(("severity_from", "severity_to"), bounds, strict=True):
            if bound is not None:
                self._set(name, bound, _key_piece(clause), said)

    def take_near(self, clause: Clause) -> None:
        """Add a circle."""
        said = _joined(clause)
        near = read_near(said.text)
        if near is None:
            raise FilterError(Problem.BAD_POINT, said.position, said.length, {"value": said.text})
        self._set("near", near, _key_piece(clause), said)

    def take_outline(self, clause: Clause) -> None:
        """Add a box or an outline."""
        said = _joined(clause)
        shape = read_outline(said.text)
        if shape is None:
            raise FilterError(Problem.BAD_OUTLINE, said.position, said.length, {"value": said.text})
        self._set("box" if isinstance(shape, Box) else "polygon", shape, _key_piece(clause), said)

    def take_ids(self, clause: Clause) -> None:
        """Add names of facts."""
        self._choose("ids", False, [piece.text for piece in clause.values])


def _key_piece(clause: Clause) -> Piece:
    assert clause.key is not None  # noqa: S101 - the caller has read the key
    return clause.key


def _joined(clause: Clause) -> Piece:
    """Return all values of a clause as one, from the first character to the last."""
    first, last = clause.values[0], clause.values[-1]
    text = ",".join(re.sub(r"\s+", "", piece.text) if len(clause.values) > 1 else piece.text for piece in clause.values)
    return Piece(text, first.position, last.position + last.length - first.position)


_EXCLUDABLE: Mapping[Key, str] = {
    Key.CATEGORY: "categories",
    Key.FAMILY: "categories",
    Key.ZONE: "zones",
    Key.SOURCE: "sources",
    Key.STATUS: "statuses",
    Key.ORIGIN: "origins",
    Key.REALITY: "realities",
    Key.REGIME: "regimes",
    Key.SENSITIVITY: "sensitivities",
    Key.FLAG: "flags",
}
_CHOICES: Mapping[str, type[Choice] | type[ZoneChoice]] = {
    name: ZoneChoice if name == "zones" else Choice for name in _EXCLUDABLE.values()
}
_READERS: Mapping[Key, Callable[[_Reading, Clause], None]] = {
    Key.SINCE: _Reading.take_moment,
    Key.UNTIL: _Reading.take_moment,
    Key.PERIOD: _Reading.take_moment,
    Key.WEEKDAY: _Reading.take_weekdays,
    Key.HOUR: _Reading.take_hours,
    Key.SEVERITY: _Reading.take_severity,
    Key.LOCATED: _Reading.take_located,
    Key.NEAR: _Reading.take_near,
    Key.WITHIN: _Reading.take_outline,
    Key.ID: _Reading.take_ids,
}
