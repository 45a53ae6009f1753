"""Terms as people write them: "demain 10h", "dans 3 jours", "vendredi", "ce soir", "24/12 18:30"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from quietude.portal.logbook.moments import MomentError

END_OF_DAY = time(23, 59)
"""A day without an hour is a term that holds until its end."""
PARTS = {"matin": time(12), "morning": time(12), "midi": time(12), "noon": time(12), "apres-midi": time(18),
         "afternoon": time(18), "soir": time(22), "evening": time(22)}  # fmt: skip
"""A part of the day is over at such an hour."""
DAWN = time(6)  # "cette nuit" ends then, on the next day where it is still evening
DAYS = {"aujourd'hui": 0, "ce jour": 0, "today": 0, "demain": 1, "tomorrow": 1, "apres-demain": 2, "apres demain": 2}
THIS = ("ce", "cet", "cette", "this", "a")
WEEKDAYS = {
    name: day
    for day, names in enumerate(
        (
            ("lundi", "monday"), ("mardi", "tuesday"), ("mercredi", "wednesday"), ("jeudi", "thursday"),
            ("vendredi", "friday"), ("samedi", "saturday"), ("dimanche", "sunday"),
        )
    )
    for name in names
}  # fmt: skip
_CLOCK = r"(?P<hour>[01]?\d|2[0-4])\s*(?:h|:|\.)\s*(?P<minute>[0-5]\d)?"
_HOUR = rf"(?:\s*,?\s*(?:a|at|avant|by|before)?\s*(?:{_CLOCK}|(?P<part>{'|'.join(PARTS)})))?"
_ONLY = re.compile(rf"(?:a|at|avant|by|before)?\s*{_CLOCK}")
_FOUR = re.compile(r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)")
_NIGHT = re.compile(r"cette nuit|tonight")
_PART = re.compile(rf"(?:(?:{'|'.join(THIS)})\s+)?(?P<part>{'|'.join(PARTS)})")
_NAMED = re.compile(rf"(?P<name>{'|'.join(sorted(DAYS, key=len, reverse=True))}){_HOUR}")
_WEEKDAY = re.compile(rf"(?:on\s+)?(?P<name>{'|'.join(WEEKDAYS)})(?:\s+(?:prochain|next))?{_HOUR}")
_IN = re.compile(
    r"(?:dans|d'ici|sous|in|within|\+)\s*(?P<count>\d{1,3}|une?|an?)\s*"
    rf"(?P<unit>min\w*|mn|h(?:eures?|ours?)?|j(?:ours?)?|d(?:ays?)?|sem(?:aines?)?|w(?:eeks?)?|mois|months?){_HOUR}"
)
_DATED = re.compile(rf"(?:le\s+)?(?P<day>\d{{1,2}})[/.](?P<month>\d{{1,2}})(?:[/.](?P<year>\d{{4}}|\d{{2}}))?{_HOUR}")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:[t ](?P<hour>\d{2}):(?P<minute>\d{2}))?")
Parts = dict[str, str | None]


def term_of(text: str, *, now: datetime, timezone: str) -> datetime:
    """Return the moment by which something is to be done, in UTC.

    A time of day is the next one; a day without an hour is its end; a weekday is the next one, today only where its
    hour is still to come. An hour that summer time leaves out is read one hour later; of one that comes twice, the
    first.

    Args:
        text: what was typed.
        now: the present, aware.
        timezone: the town's (IANA name).

    Raises:
        MomentError: the text is no such moment, or it is past.
    """
    said = _plain(text)
    local = now.astimezone(ZoneInfo(timezone))
    for form, read in _FORMS:
        found = form.fullmatch(said)
        if found is not None:
            try:
                term = read(found.groupdict(), local).astimezone(UTC)
            except (ValueError, OverflowError) as error:
                raise MomentError(text) from error
            if term <= now:
                raise MomentError(text)
            return term
    raise MomentError(text)


def terms_of(text: str, *, now: datetime, timezone: str) -> list[datetime]:
    """Return several moments that are parted by semicolons or "et", each once, in their order.

    Raises:
        MomentError: one of them is none.
    """
    parts = [part for part in re.split(r";|\s+et\s+|\s+and\s+", text) if part.strip()]
    return sorted({term_of(part, now=now, timezone=timezone) for part in parts})


def _plain(text: str) -> str:
    """Return a text in lower case, without accents, blanks as one: "Après-demain" is "apres-demain"."""
    bare = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return " ".join("".join(letter for letter in bare if not unicodedata.combining(letter)).split())


def _wall(day: date, at: time, local: datetime, *, days: int = 0) -> datetime:
    wall = datetime.combine(day + timedelta(days=days), at, tzinfo=local.tzinfo)
    return wall.astimezone(UTC).astimezone(local.tzinfo)  # through UTC: an hour left out becomes the next one


def _at(parts: Parts, day: date, local: datetime) -> datetime:
    if parts.get("part"):
        return _wall(day, PARTS[parts["part"] or ""], local)
    if not parts.get("hour"):
        return _wall(day, END_OF_DAY, local)
    days, hour = divmod(int(parts["hour"] or 0), 24)  # "24h" is midnight at the end of the day
    return _wall(day, time(hour, int(parts.get("minute") or 0)), local, days=days)


def _clock(parts: Parts, local: datetime) -> datetime:
    today = _at(parts, local.date(), local)
    return today if today > local else _at(parts, local.date() + timedelta(days=1), local)


def _night(_parts: Parts, local: datetime) -> datetime:
    today = _wall(local.date(), DAWN, local)
    return today if today > local else _wall(local.date(), DAWN, local, days=1)


def _named(parts: Parts, local: datetime) -> datetime:
    return _at(parts, local.date() + timedelta(days=DAYS[parts["name"] or ""]), local)


def _weekday(parts: Parts, local: datetime) -> datetime:
    ahead = (WEEKDAYS[parts["name"] or ""] - local.weekday()) % 7
    found = _at(parts, local.date() + timedelta(days=ahead), local)
    has_hour = bool(parts.get("hour") or parts.get("part"))
    is_next = ahead > 0 or (has_hour and found > local)
    return found if is_next else _at(parts, local.date() + timedelta(days=7), local)


def _in(parts: Parts, local: datetime) -> datetime:
    count, unit = parts["count"] or "", parts["unit"] or ""
    number = int(count) if count.isdecimal() else 1
    if unit.startswith(("mi", "mn", "h")):
        span = timedelta(hours=number) if unit.startswith("h") else timedelta(minutes=number)
        return (local.astimezone(UTC) + span).astimezone(local.tzinfo)
    if unit.startswith("mo"):
        months = local.month - 1 + number
        year, month = local.year + months // 12, months % 12 + 1
        last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        return _at(parts, date(year, month, min(local.day, last)), local)
    days = number * 7 if unit.startswith(("s", "w")) else number
    return _at(parts, local.date() + timedelta(days=days), local)


def _dated(parts: Parts, local: datetime) -> datetime:
    year = int(parts.get("year") or local.year)
    year += 2000 if year < 100 else 0
    found = _at(parts, date(year, int(parts["month"] or 0), int(parts["day"] or 0)), local)
    if found <= local and not parts.get("year"):  # "03/01" written in December
        return _at(parts, date(year + 1, int(parts["month"] or 0), int(parts["day"] or 0)), local)
    return found


_FORMS: tuple[tuple[re.Pattern[str], Callable[[Parts, datetime], datetime]], ...] = (
    (_ISO, _dated),
    (_DATED, _dated),
    (_NIGHT, _night),
    (_NAMED, _named),
    (_WEEKDAY, _weekday),
    (_IN, _in),
    (_PART, _clock),
    (_ONLY, _clock),
    (_FOUR, _clock),
)
