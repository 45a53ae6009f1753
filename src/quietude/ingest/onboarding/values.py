"""The source's own words brought to the vocabulary: what is likely, and what is all but sure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from quietude.model.crosswalk import Crosswalk, fold_values
from quietude.model.fold import fold
from quietude.model.vocabulary import Vocabulary
from quietude.model.vocabulary.suggest import Suggester, Suggestion

SURE = 0.9  # likeness from which the first suggestion may be taken unseen: of 245 values of sources it had not learnt
AHEAD = 0.08  # from, 95 % had the right nature and 98 % the right family; so far before the next of another nature
SUGGESTIONS = 4
STATUSES = {
    "closed": r"clos|clot|termin|trait|resolu|classe|fini|regle|sans suite|closed|done|cleared|unfounded|void|effectu",
    "under_way": r"en cours|attente|transmis|instruction|pending|progress|referred|assigned|affecte",
    "open": r"ouvert|nouveau|open|new|a traiter|a faire|signale",
}
SEVERITIES = {
    5: r"critique|vital|tres grave|critical|extreme|^p?0$",
    4: r"urgent|grave|haut|eleve|high|fort|majeur|^p?1$",
    3: r"moyen|normal|medium|standard|^p?2$",
    2: r"faible|bas|low|mineur|^p?3$",
    1: r"negligeable|tres faible|info|minimal|^p?4$",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of the source's categories; spellings that differ by case, accents or blanks are one."""

    value: str
    rows: int
    suggestions: tuple[Suggestion, ...]
    is_sure: bool


def grouped(counted: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return the values with those that a crosswalk takes for one put together, under the most frequent spelling."""
    if not counted:
        return []
    folded = fold_values(pl.Series([value for value, _ in counted], dtype=pl.String)).to_list()
    first: dict[str, str] = {}
    rows: dict[str, int] = {}
    for key, (value, times) in zip(folded, counted, strict=True):
        first.setdefault(key, value)
        rows[key] = rows.get(key, 0) + times
    return sorted(((first[key], times) for key, times in rows.items()), key=lambda pair: (-pair[1], pair[0]))


def suggested(
    counted: Sequence[tuple[str, int]], vocabulary: Vocabulary, crosswalks: Iterable[Crosswalk]
) -> list[Value]:
    """Return the grouped values with the likeliest codes, learnt from the terms and from the town's other sources."""
    pairs = [pair for crosswalk in crosswalks for pair in crosswalk.pairs]
    suggester = Suggester(vocabulary, pairs)
    known = {fold(value): code for value, code in pairs}
    return [_value(value, rows, suggester, vocabulary, known) for value, rows in grouped(counted)]


def _value(value: str, rows: int, suggester: Suggester, vocabulary: Vocabulary, known: Mapping[str, str]) -> Value:
    found = list(suggester.suggest(value, SUGGESTIONS))
    exact = _exact(value, vocabulary, known)
    if exact is not None:
        others = [suggestion for suggestion in found if suggestion.code != exact]
        found = [Suggestion(exact, 1.0, value), *others][:SUGGESTIONS]
    return Value(value=value, rows=rows, suggestions=tuple(found), is_sure=_is_sure(found))


def _exact(value: str, vocabulary: Vocabulary, known: Mapping[str, str]) -> str | None:
    """Return the code of a value that another source or the vocabulary has word for word, if there is just one."""
    if fold(value) in known:
        return known[fold(value)]
    codes = {code for language in ("fr", "en") for code in vocabulary.find(value, language)}
    return codes.pop() if len(codes) == 1 else None


def _is_sure(found: Sequence[Suggestion]) -> bool:
    if not found or found[0].score < SURE:
        return False
    nature = found[0].code.split(".")[:2]
    return all(found[0].score - other.score >= AHEAD for other in found[1:] if other.code.split(".")[:2] != nature)


def word_guess(kind: str, word: str) -> str:
    """Return what a word of a status or a severity likely means in the model, "" when unknown."""
    said = fold(word).strip()
    if kind == "severity" and re.fullmatch(r"[1-5]", said):
        return said
    table: Mapping[str, str] = (
        {str(key): pattern for key, pattern in SEVERITIES.items()} if kind == "severity" else STATUSES
    )
    return next((meaning for meaning, pattern in table.items() if re.search(pattern, said)), "")
