"""What is said with an act on alarms."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from quietude.portal.alarms.acts import SAID_MAX
from quietude.sources.api import parse_duration

LENGTHS = (
    ("PT15M", _("15 minutes")),
    ("PT1H", _("1 hour")),
    ("PT4H", _("4 hours")),
    ("PT12H", _("12 hours")),
    ("PT24H", _("24 hours")),
)


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
        return now + parse_duration(self.cleaned_data["length"]).exact
