"""Groups of a fact's columns that a grant opens, opens on demand, or keeps closed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Group(TextChoices):
    """Columns that belong together."""

    TITLE = "title", _("Title")
    """A few words at the head of a record."""
    TEXT = "text", _("Free text")
    """What people wrote in their own words, where a name may have slipped through the masking."""
    RECORD = "record", _("Reference in the source")
    """What leads back to the source's own record."""
    PLACE = "place", _("Exact place")
    """What says where more finely than a zone."""


COLUMNS: Mapping[Group, frozenset[str]] = MappingProxyType(
    {
        Group.TITLE: frozenset({"title"}),
        Group.TEXT: frozenset({"text", "attributes"}),
        Group.RECORD: frozenset({"source_key"}),
        Group.PLACE: frozenset({"lon_deg", "lat_deg", "place_label", "h3"}),
    }
)


class Access(TextChoices):
    """How a grant treats a group of columns."""

    OPEN = "open", _("open")
    ON_DEMAND = "on_demand", _("on demand, with a motive")
    CLOSED = "closed", _("kept closed")


class Motive(TextChoices):
    """Why closed columns are opened: chosen, or typed in one's own words."""

    REPORT = "report", _("Follow-up of a report")
    HANDOVER = "handover", _("Change of shift")
    REQUEST = "request", _("Request of a resident or a partner")
    PROCEDURE = "procedure", _("Judicial request or procedure")
    QUALITY = "quality", _("Check of the data")
    OTHER = "other", _("Another motive, in my own words")
