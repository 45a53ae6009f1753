"""Finds what the rules mark. web/src/lib/guard/engine.ts does the same; one corpus tests both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from quietude.guard.fold import LINE_END, Folded, fold
from quietude.guard.rules import WINDOW, Kind, Level, Rule, rule_book

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """One stretch of a text that should not stand there."""

    begin: int
    """Character of the text where it begins, from 0."""
    end: int
    """Character after its last."""
    kind: Kind

    @property
    def level(self) -> Level:
        """How much it matters."""
        return self.kind.level


@dataclass(frozen=True, slots=True)
class _Ready:
    """A rule whose patterns are compiled."""

    rule: Rule
    pattern: re.Pattern[str]
    not_before: re.Pattern[str] | None
    not_after: re.Pattern[str] | None
    needs_before: re.Pattern[str] | None
    needs: re.Pattern[str] | None
    check: Callable[[str], bool] | None


def findings(text: str, *, regime: str = "", field: str = "text") -> list[Finding]:
    """Return what `text` should not hold, in order, without overlap.

    `regime` ("RGPD", "TITRE_III") and `field` ("text", "party", "vehicle") say where it is written: identities are
    lawful in the marked fields under some regimes. An unknown field or regime allows nothing.
    """
    folded = fold(text)
    kinds = rule_book().kinds
    taken: list[Span] = []
    found: list[Finding] = []
    protected: list[Span] = []
    quoted = _quoted(folded.lower)
    for ready in _ready():
        for begin, end in _matches(ready, folded):
            span = (begin, end)
            if not ready.rule.kind:
                protected.append(span)
                continue
            if _touches(span, taken) or (
                not ready.rule.anywhere and (_touches(span, protected) or _touches(span, quoted))
            ):
                continue
            taken.append(span)
            kind = kinds[ready.rule.kind]
            if not kind.is_allowed(field, regime):
                found.append(Finding(*folded.span(begin, end), kind))
    return sorted(found, key=lambda finding: finding.begin)


def _matches(ready: _Ready, folded: Folded) -> Iterator[Span]:
    if ready.needs is not None and ready.needs.search(folded.lower) is None:
        return
    text = folded.cased if ready.rule.cased else folded.lower
    for match in ready.pattern.finditer(text):
        begin, end = match.span(1) if ready.pattern.groups and match[1] is not None else match.span()
        before, after = folded.lower[max(0, begin - WINDOW) : begin], folded.lower[end : end + WINDOW]
        if ready.not_before is not None and ready.not_before.search(before):
            continue
        if ready.needs_before is not None and not ready.needs_before.search(before):
            continue
        if ready.not_after is not None and ready.not_after.search(after):
            continue
        if ready.check is not None:
            end = begin + _checked_length(folded.lower[begin:end], ready.check)
        if end > begin:
            yield begin, end


def _checked_length(candidate: str, check: Callable[[str], bool]) -> int:
    """Return how much of the candidate holds its checksum, without the words that follow; 0 when nothing does."""
    while candidate and not check(candidate):
        candidate = candidate[: max(0, *(candidate.rfind(gap) for gap in " .-"))]
    return len(candidate)


def _quoted(lower: str) -> list[Span]:
    """Return the stretches in quotation marks that report what somebody said, up to the line's end when left open."""
    speech = _speech()
    found: list[Span] = []
    at = 0
    while (begin := lower.find('"', at)) >= 0:
        ends = [place for place in (lower.find('"', begin + 1), lower.find(LINE_END, begin + 1)) if place >= 0]
        end = min(ends, default=len(lower))
        if speech.search(lower[max(0, begin - WINDOW) : begin]):
            found.append((begin, end))
        at = end + 1
    return found


def _touches(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < end and begin < span[1] for begin, end in others)


def _compiled(pattern: str) -> re.Pattern[str] | None:
    return re.compile(pattern, re.ASCII) if pattern else None


@cache
def _speech() -> re.Pattern[str]:
    return re.compile(rule_book().speech, re.ASCII)


@cache
def _ready() -> tuple[_Ready, ...]:
    return tuple(
        _Ready(
            rule=rule,
            pattern=re.compile(rule.pattern, re.ASCII),
            not_before=_compiled(rule.not_before),
            not_after=_compiled(rule.not_after),
            needs_before=_compiled(rule.needs_before),
            needs=_compiled(rule.needs),
            check=CHECKS[rule.check] if rule.check else None,
        )
        for rule in rule_book().rules
    )


def is_iban(text: str) -> bool:
    """Tell whether the letters and digits of `text` are an IBAN (ISO 13616: mod 97 is 1)."""
    plain = re.sub(r"[^a-z0-9]", "", text)
    if not 15 <= len(plain) <= 34 or sum(sign.isdigit() for sign in plain) < FEWEST_DIGITS:
        return False  # the shortest is Norway's, 34 the longest allowed
    return _remainder("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) == 1


def is_nir(text: str) -> bool:
    """Tell whether the digits of `text` are a French social security number with its key (97 less the rest by 97).

    Corsica's 2A and 2B count as 19 and 18 (décret 82-103).
    """
    plain = re.sub(r"[^a-z0-9]", "", text)
    number = plain[:5] + {"2a": "19", "2b": "18"}.get(plain[5:7], plain[5:7]) + plain[7:]
    return len(number) == 15 and number.isdigit() and 97 - _remainder(number[:13]) == int(number[13:])


def _remainder(digits: str) -> int:
    return int(digits) % 97


FEWEST_DIGITS = 10
"""In an IBAN: one in 97 stretches of words with a number or two would hold the checksum by chance."""

CHECKS: Mapping[str, Callable[[str], bool]] = {"iban": is_iban, "nir": is_nir}
