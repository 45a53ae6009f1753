"""The conditions of a question in the reader's words, one chip each, removable and editable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from quietude.model.filter.question import ABSENT, Choice, Filter
from quietude.model.territory import Territory
from quietude.portal.explore.conditions import Condition, conditions
from quietude.portal.explore.reading import text_of
from quietude.portal.explore.selection import Selection
from quietude.portal.facts.wording import word_for
from quietude.portal.ui.facts import source_title
from quietude.portal.ui.figures import figure
from quietude.portal.ui.words import ORIGINS, REALITIES, SENSITIVITIES, SEVERITIES, STATUSES, category_view

ICONS = {
    "period": "calendar-days",
    "weekdays": "calendar-days",
    "hours": "clock",
    "categories": "tag",
    "zones": "map-pin",
    "sources": "database",
    "statuses": "circle-dot",
    "origins": "eye",
    "realities": "drama",
    "regimes": "gavel",
    "sensitivities": "lock",
    "flags": "flag",
    "severity": "gauge",
    "is_located": "map-pin",
    "near": "crosshair",
    "box": "square",
    "polygon": "lasso",
    "words": "search",
    "without_words": "search",
    "ids": "file-text",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition as the bar shows it."""

    label: str
    icon: str
    text: str
    """The condition in its text form, for editing."""
    without: str
    """Query of the selection without it."""
    is_exclusion: bool


def chips(selection: Selection, territory: Territory, *, exact: bool, language: str) -> list[Chip]:
    """Return the chips of a selection."""
    return [
        Chip(
            label=label_of(condition, territory, language),
            icon=ICONS[condition.kind],
            text=text_of(condition.part),
            without=selection.asking(condition.rest).query(territory, exact=exact),
            is_exclusion=condition.is_exclusion,
        )
        for condition in conditions(selection.question)
    ]


def label_of(condition: Condition, territory: Territory, language: str) -> str:
    """Return what a chip says."""
    said = LABELS[condition.kind](condition.part, territory, language)
    return _("not %(condition)s") % {"condition": said} if condition.is_exclusion else said


def _value(choice: Choice) -> str:
    return (*choice.any_of, *choice.none_of)[0]


def day(moment: date | datetime) -> str:
    """Return a bound of a period as a short date, with the time where it has one."""
    if isinstance(moment, datetime):
        local = timezone.localtime(moment)
        return f"{date_format(local, 'j N Y')} {local:%H:%M}"
    return date_format(moment, "j N Y")


def period_label(part: Filter, _territory: Territory, _language: str) -> str:
    """Return a period in words."""
    since = "" if part.since is None else day(part.since)
    until = "" if part.until is None else day(part.until)
    if not since:
        return _("until %(day)s") % {"day": until}
    if not until:
        return _("since %(day)s") % {"day": since}
    return since if since == until else f"{since} – {until}"  # an en dash between two dates


def _category(part: Filter, _territory: Territory, language: str) -> str:
    code = _value(part.categories)
    return category_view(None if code == ABSENT else code, language).label


def _zone(part: Filter, territory: Territory, language: str) -> str:
    level_name, code = (*part.zones.any_of, *part.zones.none_of)[0]
    if level_name not in territory.level_names:
        return f"{level_name} {code}"
    level = territory.level(level_name)
    if code == ABSENT:
        return _("outside every zone (%(level)s)") % {"level": level.labels.get(language, level.name)}
    zone = level.by_code.get(code)
    return zone.name if zone is not None else code


def _severity(part: Filter, _territory: Territory, _language: str) -> str:
    low, high = part.severity_from or 1, part.severity_to or 5
    if low == high:
        return _("Severity %(level)s, %(word)s") % {"level": low, "word": str(SEVERITIES[low]).lower()}
    return _("Severity %(low)s to %(high)s") % {"low": low, "high": high}


def _weekdays(part: Filter, _territory: Territory, _language: str) -> str:
    monday = date(2024, 1, 1)
    return ", ".join(date_format(monday.replace(day=1 + weekday), "D") for weekday in part.weekdays)


def _hours(part: Filter, _territory: Territory, _language: str) -> str:
    return ", ".join(_("%(hour)s h") % {"hour": hour} for hour in part.hours)


def _near(part: Filter, _territory: Territory, _language: str) -> str:
    return _("within %(metres)s m of a point") % {"metres": figure(part.near.radius_m if part.near else 0)}


def _located(part: Filter, _territory: Territory, _language: str) -> str:
    return _("with a place") if part.is_located else _("without a place")


def _word(field: str, words: Mapping[str, object]) -> Callable[[Filter, Territory, str], str]:
    def said(part: Filter, _territory: Territory, _language: str) -> str:
        code = _value(getattr(part, field))
        found = words.get(code, code)
        return str(found[0] if isinstance(found, tuple) else found)

    return said


LABELS: Mapping[str, Callable[[Filter, Territory, str], str]] = {
    "period": period_label,
    "weekdays": _weekdays,
    "hours": _hours,
    "categories": _category,
    "zones": _zone,
    "sources": lambda part, _territory, language: source_title(_value(part.sources), language),
    "statuses": _word("statuses", STATUSES),
    "origins": _word("origins", ORIGINS),
    "realities": _word("realities", REALITIES),
    "regimes": lambda part, _territory, _language: word_for("regime", _value(part.regimes)),
    "sensitivities": _word("sensitivities", SENSITIVITIES),
    "flags": lambda part, _territory, _language: _value(part.flags),
    "severity": _severity,
    "is_located": _located,
    "near": _near,
    "box": lambda _part, _territory, _language: _("in the box on the map"),
    "polygon": lambda _part, _territory, _language: _("in the outline on the map"),
    "words": lambda part, _territory, _language: _("“%(word)s”") % {"word": part.words[0]},
    "without_words": lambda part, _territory, _language: _("“%(word)s”") % {"word": part.without_words[0]},
    "ids": lambda part, _territory, _language: part.ids[0],
}
