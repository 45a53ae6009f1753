"""Lines of the journal for those who may read it: by person, by fact, by purpose, newest first."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import orjson
from django.db import connection

from quietude.journal.api import Kind

PAGE = 50
SCANNED = 200_000  # lines looked through for what stands out: a month of a large town
NIGHT = frozenset({22, 23, 0, 1, 2, 3, 4, 5})
NAME = re.compile(r"[\w:.-]{1,80}")


@dataclass(frozen=True, slots=True)
class Line:
    """One act as a screen shows it; what was erased of it is empty."""

    index: int
    at: datetime
    kind: Kind
    is_clock_back: bool
    who: str
    purpose: str
    to_whom: str
    motive: str
    ids: tuple[str, ...]
    filter_text: str
    detail: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines; empty means any."""

    who: str = ""
    purpose: str = ""
    kind: str = ""
    about: str = ""
    """Public name of a fact."""

    def __post_init__(self) -> None:
        for text in (self.who, self.purpose, self.kind, self.about):
            if text and NAME.fullmatch(text) is None:
                raise ValueError(f"not a name that a journal holds: {text[:80]!r}")


def search(wanted: Wanted, *, before: int | None = None, limit: int = PAGE) -> list[Line]:
    """Return the newest lines that match, before a line where one is given."""
    conditions, values = ["1 = 1"], list[str | int]()
    # The parts are canonical JSON (sorted keys, no spaces): a key and its value stand side by side in one form only.
    for column, pattern in (
        ("actor", f'%"who":"{_escaped(wanted.who)}"}}' if wanted.who else ""),
        ("actor", f'%"purpose":"{_escaped(wanted.purpose)}"%' if wanted.purpose else ""),
        ("leaf", f'%"kind":"{_escaped(wanted.kind)}"%' if wanted.kind else ""),
        ("subject", f'%"{_escaped(wanted.about)}"%' if wanted.about else ""),
    ):
        if pattern:
            conditions.append(f"{column} LIKE %s ESCAPE '!'")
            values.append(pattern)
    if before is not None:
        conditions.append("journal_leaf.idx < %s")
        values.append(before)
    sql = (
        "SELECT journal_leaf.idx, leaf, actor, subject FROM journal_leaf JOIN journal_payload USING (idx) "
        f"WHERE {' AND '.join(conditions)} ORDER BY journal_leaf.idx DESC LIMIT %s"  # conditions of ours
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, limit])
        return [_line(*row) for row in cursor.fetchall()]


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _line(index: int, leaf: str, actor: str | None, subject: str | None) -> Line:
    told, who, what = orjson.loads(leaf), orjson.loads(actor or "{}"), orjson.loads(subject or "{}")
    return Line(
        index=index,
        at=datetime.fromisoformat(told["at"]),
        kind=Kind(told["kind"]),
        is_clock_back="clock_back_us" in told,
        who=who.get("who", ""),
        purpose=who.get("purpose", ""),
        to_whom=who.get("to_whom", ""),
        motive=what.get("motive", ""),
        ids=tuple(what.get("ids", ())),
        filter_text=what.get("filter", ""),
        detail=what.get("detail", {}),
    )


def recent(now: datetime, span: timedelta) -> Iterator[Line]:
    """Yield the lines of the last days, newest first, `SCANNED` at most."""
    before: int | None = None
    seen = 0
    while seen < SCANNED:
        lines = search(Wanted(), before=before, limit=2_000)
        for line in lines:
            if line.at < now - span:
                return
            yield line
        if not lines:
            return
        seen += len(lines)
        before = lines[-1].index


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that stands out, to be looked into by a person: no verdict."""

    what: str
    """"night", "volume", "curiosity" or "clock"."""
    who: str
    about: str
    number: int
    usual: int


@dataclass(slots=True)
class _Person:
    days: Counter[str] = field(default_factory=Counter)
    at_night: int = 0
    all: int = 0
    facts: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


VOLUME_TIMES = 5  # a day with five times the usual day of all persons
VOLUME_LEAST = 50
NIGHT_LEAST = 20
NIGHT_SHARE = 0.5  # most of what a person read, while the usual person reads by day
CURIOUS_DAYS = 4  # one fact read again on so many days


def remarks(lines: Iterable[Line], *, timezone: str) -> list[Remark]:
    """Return what stands out among acts of reading: nights, volumes, one fact read again and again, clocks put back."""
    zone = ZoneInfo(timezone)
    people: defaultdict[str, _Person] = defaultdict(_Person)
    found: list[Remark] = []
    for line in lines:
        if line.is_clock_back:
            found.append(Remark("clock", line.who, f"{line.index}", 1, 0))
        if line.kind not in {Kind.CONSULT, Kind.COMMUNICATE} or not line.who.startswith("user:"):
            continue
        person, local = people[line.who], line.at.astimezone(zone)
        person.all += 1
        person.days[f"{local:%Y-%m-%d}"] += 1
        person.at_night += local.hour in NIGHT
        if len(line.ids) == 1:
            person.facts[line.ids[0]].add(f"{local:%Y-%m-%d}")
    usual = median([count for person in people.values() for count in person.days.values()] or [0])
    shares = [person.at_night / person.all for person in people.values()]
    for who, person in people.items():
        for day, count in person.days.items():
            if count >= max(VOLUME_LEAST, VOLUME_TIMES * usual):
                found.append(Remark("volume", who, day, count, round(usual)))
        if person.at_night >= NIGHT_LEAST and person.at_night / person.all > max(NIGHT_SHARE, median(shares)):
            found.append(Remark("night", who, "", person.at_night, person.all))
        found += [
            Remark("curiosity", who, fact, len(days), 1)
            for fact, days in person.facts.items()
            if len(days) >= CURIOUS_DAYS
        ]
    return sorted(found, key=lambda remark: (remark.what, remark.who, remark.about))
