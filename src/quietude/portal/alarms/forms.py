"""What is said with an act on alarms."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from quietude.portal.alarms.acts import SAID_MAX

LENGTHS = (
    ("PT15M", _("15 minutes")),
    ("PT1H", _("1 hour")),
    ("PT4H", _("4 hours")),
    ("PT12H", _("12 hours")),
    ("PT24H", _("24 hours")),
)
SPANS = {
    "PT15M": timedelta(minutes=15),
    "PT1H": timedelta(hours=1),
    "PT4H": timedelta(hours=4),
    "PT12H": timedelta(hours=12),
    "PT24H": timedelta(hours=24),
}


class SaidForm(forms.Form):
    """A few words."""

    said = forms.CharField(label=_("Comment"), max_length=SAID_MAX, required=False)


class ShelveForm(forms.Form):
    """For how long, and why."""

    length = forms.ChoiceField(label=_("For"), choices=LENGTHS, initial="PT1H")
    said = forms.CharField(
        label=_("Why"), max_length=SAID_MAX, error_messages={"required": _("Say why: whoever comes next will ask.")}
    )

    def until(self, now: datetime) -> datetime:
        """Return when the shelf ends."""
        return now + SPANS[self.cleaned_data["length"]]
