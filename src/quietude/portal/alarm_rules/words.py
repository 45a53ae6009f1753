"""What a rule watches, in a sentence of the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, ngettext, pgettext

from quietude.alarms.api import length
from quietude.portal.alarm_rules.kinds import kinds
from quietude.portal.town import current_town

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def watched(values: dict[str, Any], language: str) -> str:
    """Return what a rule watches: its facts, its condition, where and when. `values` are those of a sound rule."""
    parts = [condition(values["when"])]
    if values.get("scope"):
        parts.append(gettext("of the facts %(scope)s") % {"scope": values["scope"]})
    parts.append(place(values.get("by", "town"), language))
    calendar = values.get("calendar") or {}
    if calendar:
        parts.append(_when(calendar))
    return ", ".join(part for part in parts if part)


def condition(stated: dict[str, Any]) -> str:
    """Return a condition in words; of a kind that has no words here, its name and values."""
    said = _leaf(stated)
    if stated.get("lasting"):
        said = gettext("%(what)s, for %(length)s") % {"what": said, "length": span(stated["lasting"])}
    return said


def span(iso: str) -> str:
    """Return a length in words, such as “2 hours”."""
    minutes = int(length(iso).total_seconds()) / 60
    if minutes and minutes % (24 * 60) == 0:
        days = int(minutes) // (24 * 60)
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    if minutes and minutes % 60 == 0:
        return ngettext("%(n)d hour", "%(n)d hours", int(minutes) // 60) % {"n": int(minutes) // 60}
    if minutes and minutes % 1 == 0:
        return ngettext("%(n)d minute", "%(n)d minutes", int(minutes)) % {"n": int(minutes)}
    seconds = int(minutes * 60)
    return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}


def day_names() -> list[tuple[str, str]]:
    """Return the days of the week as a rule's calendar calls them, with their names."""
    names = (
        gettext("Monday"), gettext("Tuesday"), gettext("Wednesday"), gettext("Thursday"), gettext("Friday"),
        gettext("Saturday"), gettext("Sunday"),
    )  # fmt: skip
    return [(code, name.capitalize()) for code, name in zip(DAYS, names, strict=True)]


def place(by: str, language: str) -> str:
    """Return what one alarm of a rule is about, in words."""
    kind, _, which = by.partition(":")
    if kind == "zone":
        levels = {level.name: level.labels.get(language, level.name) for level in current_town().territory.levels}
        return gettext("by zone: %(level)s") % {"level": levels.get(which, which)}
    if kind == "h3":
        return gettext("by hexagon of size %(size)s") % {"size": which}
    if kind == "radius":
        return gettext("by places within %(metres)s m of each other") % {"metres": which}
    if kind == "object":
        return gettext("by what moves: %(attribute)s") % {"attribute": which}
    alone = {"source": gettext("by source"), "series": gettext("by series"), "place": gettext("by place")}
    return alone.get(kind, gettext("in the whole town"))


def _leaf(stated: dict[str, Any]) -> str:
    kind = next((name for name in kinds() if name in stated), "")
    held = stated.get(kind) or {}
    if kind in {"all", "any"}:
        joint = pgettext("conditions", " and ") if kind == "all" else pgettext("conditions", " or ")
        return "(" + joint.join(condition(each) for each in held) + ")"
    if kind == "not":
        return gettext("not (%(what)s)") % {"what": condition(held)}
    scope = f" {held['scope']}" if isinstance(held, dict) and held.get("scope") else ""
    if kind == "match":
        return gettext("a fact%(scope)s") % {"scope": scope}
    return _measured(kind, held, scope)


def _measured(kind: str, held: Any, scope: str) -> str:
    if kind == "count":
        said = {"n": held["at_least"], "scope": scope, "length": span(held["within"])}
        return gettext("at least %(n)d facts%(scope)s within %(length)s") % said
    if kind == "silence":
        return gettext("no fact%(scope)s for %(length)s") % {"scope": scope, "length": span(held["lasts"])}
    if kind == "sequence":
        said = {"first": held["first"], "then": held["then"], "length": span(held["within"])}
        return gettext("%(first)s, then %(then)s within %(length)s") % said
    return _level(held) if kind == "level" else _placed(kind, held, scope)


def _placed(kind: str, held: Any, scope: str) -> str:
    if kind == "departure":
        said = {"scope": scope, "length": span(held.get("window", "PT3H"))}
        return gettext("more facts%(scope)s within %(length)s than these hours let expect") % said
    if kind == "entering":
        return gettext("something%(scope)s comes into the place") % {"scope": scope}
    values = ", ".join(f"{name} {value}" for name, value in held.items()) if isinstance(held, dict) else str(held)
    return f"{kinds().get(kind, kind)} ({values})"


def _level(held: dict[str, Any]) -> str:
    series = held.get("series", "")
    named = ", ".join(series) if isinstance(series, list | tuple) else str(series)
    is_above = held.get("above") is not None
    said = {"series": named, "level": held["above"] if is_above else held.get("below")}
    words = gettext("%(series)s above %(level)s") if is_above else gettext("%(series)s below %(level)s")
    if not held.get("lasts"):
        return words % said
    return gettext("%(what)s, for %(length)s") % {"what": words % said, "length": span(held["lasts"])}


def _when(calendar: dict[str, Any]) -> str:
    names = dict(day_names())
    days = ", ".join(names[day].lower() for day in calendar.get("days", ()) if day in names)
    hours = calendar.get("hours", "")
    said = gettext("%(hours)s h") % {"hours": hours.replace("-", "–")} if hours else ""
    return " ".join(part for part in (days, said) if part)
