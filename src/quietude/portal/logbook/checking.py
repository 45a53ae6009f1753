"""What an entry must hold together: told field by field, in plain words, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext

from quietude.model.event import Regime
from quietude.portal.logbook.content import Content, Identity
from quietude.portal.town import current_town, current_vocabulary
from quietude.sources.api import EntryField, Logbook, parse_duration

CLOCKS_DIFFER = timedelta(minutes=10)  # of a device that keeps its time by the network, and of a hasty hand


def check(logbook: Logbook, content: Content, identities: Sequence[Identity], *, now: datetime) -> None:
    """Check an entry as a whole.

    Raises:
        ValidationError: by field, what is wrong and what to do.
    """
    wrong: dict[str, str] = {}
    if not content.text and not content.words and not content.category:
        wrong["text"] = gettext("Write what happened.")
    wrong |= _times(logbook, content, now)
    wrong |= _category(logbook, content)
    wrong |= _persons(logbook, content, identities)
    wrong |= _fields(logbook, content)
    if content.regime not in {regime.value for regime in Regime}:
        wrong["regime"] = gettext("Choose one of the two regimes.")
    if (content.place.lon_deg is None) != (content.place.lat_deg is None):
        wrong["place"] = gettext("A place needs both longitude and latitude.")
    if wrong:
        raise ValidationError(wrong)


def _times(logbook: Logbook, content: Content, now: datetime) -> dict[str, str]:
    wrong: dict[str, str] = {}
    zone = ZoneInfo(current_town().timezone)
    if content.occurred_at > now + CLOCKS_DIFFER:
        shown = content.occurred_at.astimezone(zone).strftime("%d/%m/%Y %H:%M")
        wrong["occurred_at"] = gettext(
            "%(when)s is yet to come. Correct the time; if it is your device's clock that is ahead, set it right."
        ) % {"when": shown}
    elif content.occurred_at.astimezone(zone).date() < parse_duration(logbook.retention).before(
        now.astimezone(zone).date()
    ):
        wrong["occurred_at"] = gettext("This is older than what the logbook may keep. Check the year.")
    if content.occurred_to is not None and content.occurred_to < content.occurred_at:
        wrong["occurred_to"] = gettext("It ends before it begins.")
    return wrong


def _category(logbook: Logbook, content: Content) -> dict[str, str]:
    code, vocabulary = content.category, current_vocabulary()
    if not code:
        return {}
    if not vocabulary.has(code):
        language = (get_language() or "fr")[:2]
        near = ", ".join(vocabulary.label(each, language) for each in vocabulary.nearest(code))
        said = gettext("The category “%(code)s” is not in use any more. Choose another, such as: %(near)s.")
        return {"category": said % {"code": code, "near": near}}
    if logbook.categories and not any(code == each or code.startswith(f"{each}.") for each in logbook.categories):
        return {"category": gettext("This logbook does not take this category. Choose another, or another logbook.")}
    return {}


def _persons(logbook: Logbook, content: Content, identities: Sequence[Identity]) -> dict[str, str]:
    said = [identity for identity in identities if not identity.is_empty]
    if len(identities) > len(content.parties):
        return {"parties": gettext("Say of each person what it is to the fact.")}
    if said and not logbook.identities:
        return {"parties": gettext("This logbook does not note who persons are: describe the part they have only.")}
    return {}


def _fields(logbook: Logbook, content: Content) -> dict[str, str]:
    wrong: dict[str, str] = {}
    known = {field.code: field for field in logbook.fields}
    for code in content.fields.keys() - known.keys():
        wrong[f"field_{code}"] = gettext("This logbook has no such field.")
    for field in logbook.fields:
        fault = _field(field, content.fields.get(field.code, "").strip(), content.category)
        if fault:
            wrong[f"field_{field.code}"] = fault
    return wrong


def asks(field: EntryField, category: str) -> bool:
    """Tell whether a field is asked for with a category."""
    return not field.categories or any(category == each or category.startswith(f"{each}.") for each in field.categories)


def _field(field: EntryField, value: str, category: str) -> str:
    if not value:
        return gettext("This field is needed.") if field.required and asks(field, category) else ""
    if field.kind == "choice" and value not in field.choices:
        return gettext("Choose one of: %(choices)s.") % {"choices": ", ".join(field.choices)}
    if field.kind == "number" and not value.replace(",", ".", 1).replace(".", "", 1).isdigit():
        return gettext("Write a number.")
    if field.kind == "yes_no" and value not in {"yes", "no"}:
        return gettext("Choose yes or no.")
    return ""
