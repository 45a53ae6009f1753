"""What every page is given: the town, the reader's purpose and appearance, the places they may go to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.backups import fault_of
from quietude.portal.rights.glass import to_judge
from quietude.portal.rights.standing import standing_in
from quietude.portal.town import current_town, installation


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the rail."""

    label: str | Promise
    icon: str
    route: str
    right: Right
    keys: str
    is_main: bool = True
    """Whether it is one of the town's six; the others are administration."""


PLACES = (
    Place(_("Situation"), "gauge", "home", Right.SEE_TOWN, "g s"),
    Place(_("Alarms"), "bell-ring", "alarms:tray", Right.SEE_ALARMS, "g b"),
    Place(_("Situations"), "siren", "situations:list", Right.SEE_SITUATIONS, "g i"),
    Place(_("Main courante"), "notebook-pen", "logbook:central", Right.READ_LOGBOOK, "g c"),
    Place(_("Shifts"), "clock", "shifts:home", Right.READ_LOGBOOK, "g q"),
    Place(_("Explore"), "map", "explore:page", Right.EXPLORE, "g m"),
    Place(pgettext_lazy("place", "Search"), "search", "search:page", Right.EXPLORE, "g k"),
    Place(_("Data"), "database", "catalogue:inventory", Right.SEE_SOURCES, "g d"),
    Place(_("Documents"), "file-text", "documents:list", Right.SEE_DOCUMENTS, "g h", is_main=False),
    Place(_("Situation room"), "monitor", "room:page", Right.SEE_ALARMS, "g w", is_main=False),
    Place(_("Write an entry"), "pencil", "logbook:new", Right.WRITE_LOGBOOK, "n", is_main=False),
    Place(_("Follow-ups"), "list-checks", "logbook:follow_ups", Right.WRITE_LOGBOOK, "g f", is_main=False),
    Place(_("On call"), "calendar-days", "rosters:list", Right.SEE_ALARMS, "g t", is_main=False),
    Place(_("Rules of alarms"), "sliders-horizontal", "alarm_rules:list", Right.TUNE_ALARMS, "g e", is_main=False),
    Place(_("Opened"), "eye", "rights:openings", Right.SUPERVISE, "g o", is_main=False),
    Place(_("Journal"), "history", "journal:lines", Right.READ_JOURNAL, "g j", is_main=False),
    Place(_("Rules"), "landmark", "rules:list", Right.OWN_ACCOUNT, "g l", is_main=False),
    Place(_("Data protection"), "shield-check", "protection:home", Right.PROTECT_DATA, "g p", is_main=False),
    Place(_("Accounts"), "users", "users", Right.MANAGE_USERS, "g a", is_main=False),
    Place(_("Services"), "building-2", "services:list", Right.MANAGE_USERS, "g v", is_main=False),
    Place(_("Channels"), "send", "notifications:channels", Right.MANAGE_CHANNELS, "g n", is_main=False),
    Place(_("Grants"), "user-check", "rights:grants", Right.MANAGE_GRANTS, "g r", is_main=False),
    Place(_("Components"), "layers", "components", Right.SEE_COMPONENTS, "g u", is_main=False),
)
"""The rail, in order. Only what exists and what the account may open is shown."""
AT_HAND = 4
"""Places that a thumb reaches on a telephone; the others are under "More"."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the rail as a page shows it."""

    place: Place
    address: str
    is_current: bool


def entries_of(request: HttpRequest, user: User) -> list[Entry]:
    """Return the places that an account may open, as the rail shows them."""
    entries = []
    for place in PLACES:
        if not user.holds(place.right):
            continue
        try:
            address = reverse(place.route)
        except NoReverseMatch:  # a module that is not built yet has no address: no dead button
            continue
        entries.append(Entry(place, address, is_current=False))
    path = request.path
    here = [each for each in entries if path == each.address or (each.address != "/" and path.startswith(each.address))]
    nearest = max(here, key=lambda each: len(each.address), default=None)
    return [replace(each, is_current=each is nearest) for each in entries]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what the base template needs."""
    user = getattr(request, "user", None)
    town = current_town()
    language = get_language() or "fr"
    shown: dict[str, Any] = {
        "town": town,
        "town_title": town.title.say(language),
        "town_notice": town.notice.say(language) if town.notice is not None else None,
        "theme": "auto",
        "density": "comfortable",
        "has_keys": True,
        "can_search": False,
        "can_write": False,
        "rail": [],
        "at_hand": [],
        "beside": [],
        "own_purpose": None,
        "standing": None,
        "own_purposes": [],
    }
    if isinstance(user, User):
        standing, rail = standing_in(request), entries_of(request, user)
        at_hand = [entry for entry in rail if entry.place.is_main][:AT_HAND]
        shown |= {
            "theme": user.theme,
            "density": user.density,
            "has_keys": user.has_keys,
            "can_search": user.holds(Right.EXPLORE),
            "can_write": user.holds(Right.WRITE_LOGBOOK),
            "rail": rail,
            "at_hand": at_hand,
            "beside": [entry for entry in rail if entry not in at_hand],
            "own_purpose": standing.purpose.say(language)
            if standing.purpose is not None
            else _("no purpose: no facts"),
            "standing": standing,
            "backup_fault": fault_of(installation(), timezone.now()) if user.holds(Right.MANAGE_USERS) else "",
            "can_open": user.holds(Right.OPEN_ON_DEMAND),
            "to_judge": to_judge(user).count() if user.holds(Right.SUPERVISE) else 0,
            "can_manage_grants": user.holds(Right.MANAGE_GRANTS),
            "own_purposes": [(each.code, each.say(language), each == standing.purpose) for each in standing.purposes],
        }
    return shown
