"""How places, exits and steps are called on screens."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quietude.portal.participants import participant_of

PLACES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "facts": _("Facts"),
        "versions": _("Past versions"),
        "numbers": _("Measurements"),
        "values": _("Measurements whose roll-ups stay"),
        "roll-ups": _("Roll-ups of measurements"),
        "quarantine": _("Quarantine"),
        "reports": _("Accounts of imports"),
        "packages": _("Packages for the archives"),
        "deleted views": _("Deleted views"),
        "accounts.User": _("Closed accounts"),
        "accounts.AccountAct": _("Journal of accounts"),
        "explore.SavedView": _("Saved views"),
        "sessions.Session": _("Sessions"),
    }
)
FATES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "eliminate": _("eliminated"),
        "transfer": _("transferred to the archives"),
        "generalise": _("kept for statistics"),
    }
)


def place_words(place: str) -> str | Promise:
    """Return the name of a place; a table without words of its own is called by its name."""
    participant = participant_of(place)
    return PLACES.get(place, participant.title if participant is not None and participant.title else place)
