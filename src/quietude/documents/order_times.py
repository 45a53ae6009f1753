"""When an order on traffic holds: its days, its hours, how long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from quietude.documents.mentions import MONTH_OF

MONTH = "|".join(MONTH_OF)
WEEKDAY = r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\s+)?"
DAY = rf"{WEEKDAY}(\d{{1,2}})(?:er)?"
WHOLE = rf"{DAY}\s+({MONTH})\s+(\d{{4}})"
BEGINS = r"(?:à\s+compter\s+du|à\s+partir\s+du|du|entre\s+le|les)"
ENDS = r"(?:et\s+)?(?:jusqu['’]au|au|et\s+le|et)"
SPAN = re.compile(rf"\b{BEGINS}\s+{WHOLE}\s*,?\s*{ENDS}\s+{WHOLE}", re.IGNORECASE)
SHORT_SPAN = re.compile(rf"\b{BEGINS}\s+{DAY}(?:\s+({MONTH}))?\s*,?\s*{ENDS}\s+{WHOLE}", re.IGNORECASE)
FIGURES_SPAN = re.compile(
    rf"\b{BEGINS}\s+{WEEKDAY}(\d{{1,2}})[/.](\d{{1,2}})[/.](\d{{4}})\s*,?\s*{ENDS}\s+{WEEKDAY}"
    r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})",
    re.IGNORECASE,
)
FROM_FOR = re.compile(
    rf"\b(?:à\s+compter\s+du|à\s+partir\s+du|du)\s+{WHOLE}\s*,?\s*(?:et\s+)?(?:pour|pendant)\s+(?:une\s+(?:durée|période)"
    r"\s+de\s+)?(\d{1,3})\s+(jours?|semaines?)",
    re.IGNORECASE,
)
ONE = re.compile(rf"(?<!en date du )\b(?:le|la journée du|la nuit du)\s+{WHOLE}", re.IGNORECASE)
HOURS = re.compile(
    r"\b(?:de|entre)\s+(\d{1,2})\s?(?:h|heures?)\s?(\d{2})?\s+(?:à|et)\s+(\d{1,2})\s?(?:h|heures?)\s?(\d{2})?",
    re.IGNORECASE,
)
BEFORE = 110  # letters before hours in which it is said what they are of: the longest clause in the scans we have
OF_WORKS = re.compile(
    r"travaux|chantier|circulation|stationnement|déroul|manifestation|interdi|jusqu['’]au", re.IGNORECASE
)
OF_OTHERS = re.compile(r"signalisation|contacter|police municipale\s+au|téléphone|appel", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of each day on which an order holds, in the town's time; `ends` before `begins`: over midnight."""

    begins: time
    ends: time

    @property
    def is_night(self) -> bool:
        """Tell whether they go over midnight."""
        return self.ends <= self.begins


def days_of(text: str) -> tuple[date | None, date | None]:
    """Return the first and the last day that a text says its measures hold; a span goes before a lone day.

    A day that no calendar has, and a span that ends before it begins, are none.
    """
    said = " ".join(text.split())
    for found in (*_spans(said), *_lone(said)):
        return found
    return None, None


def _spans(said: str) -> Iterator[tuple[date, date]]:
    for match in SPAN.finditer(said):
        yield from _span(_day(*match.group(1, 2, 3)), _day(*match.group(4, 5, 6)))
    for match in FIGURES_SPAN.finditer(said):
        yield from _span(_day(*match.group(1, 2, 3)), _day(*match.group(4, 5, 6)))
    for match in SHORT_SPAN.finditer(said):
        last = _day(*match.group(3, 4, 5))
        yield from _span(_day(match[1], match[2] or match[4], match[5]), last)
    for match in FROM_FOR.finditer(said):
        first = _day(*match.group(1, 2, 3))
        length = int(match[4]) * (7 if match[5].lower().startswith("semaine") else 1)
        if first is not None and length:
            yield first, first + timedelta(days=length - 1)


def _lone(said: str) -> Iterator[tuple[date, date]]:
    for match in ONE.finditer(said):
        day = _day(*match.group(1, 2, 3))
        yield from _span(day, day)


def _span(first: date | None, last: date | None) -> Iterator[tuple[date, date]]:
    if first is not None and last is not None and first <= last:
        yield first, last


def _day(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month) if month.isdecimal() else MONTH_OF[month.lower()], int(day))
    except ValueError:
        return None


def hours_of(text: str) -> tuple[Hours, ...]:
    """Return the hours of the measures themselves: not those at which signs are put up, or a number answers."""
    said = " ".join(text.split())
    found: list[Hours] = []
    for match in HOURS.finditer(said):
        before = said[max(0, match.start() - BEFORE) : match.start()]
        if not OF_WORKS.search(before) or OF_OTHERS.search(before):
            continue
        begins, ends = _time(match[1], match[2]), _time(match[3], match[4])
        if begins is not None and ends is not None and Hours(begins, ends) not in found:
            found.append(Hours(begins, ends))
    return tuple(found)


def _time(hour: str, minute: str | None) -> time | None:
    try:
        return time(int(hour) % 24 if int(hour) == 24 else int(hour), int(minute or 0))
    except ValueError:
        return None
