"""What is said with an act on alarms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import RIGHTS, Right
from quietude.portal.alarms.acts import SAID_MAX
from quietude.portal.alarms.ground import rule_titles
from quietude.portal.alarms.models import RuleOutage, Suppression
from quietude.portal.rosters.forms import zone_choices
from quietude.portal.services.api import Service, open_services
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


class AssignForm(forms.Form):
    """To whom alarms are given."""

    to = forms.ChoiceField(label=_("To"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = (get_language() or "fr")[:2]
        services = [(f"service:{each.code}", each.say(language)) for each in open_services(timezone.now())]
        roles = [role for role, rights in RIGHTS.items() if Right.TAKE_ALARMS in rights]
        people = [(f"person:{each.pk}", str(each)) for each in User.objects.filter(is_active=True, role__in=roles)]
        choice: Any = self.fields["to"]
        choice.choices = [("", _("nobody")), (_("Services"), services), (_("Persons"), people)]

    def whom(self) -> User | Service | None:
        """Return the person or service that was chosen."""
        kind, _sign, name = self.cleaned_data["to"].partition(":")
        if kind == "service":
            return Service.objects.get(code=name)
        return User.objects.get(pk=name) if kind == "person" else None


class SuppressionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Which alarms do not ring during an event, from when to when, and why."""

    rules = forms.MultipleChoiceField(label=_("Rules"), required=False, help_text=_("None means all of them."))
    zones = forms.MultipleChoiceField(label=_("Zones"), required=False, help_text=_("None means the whole town."))

    class Meta:
        """All that is said of it."""

        model = Suppression
        fields = ("reason", "rules", "zones", "begins_at", "ends_at")
        widgets = {  # noqa: RUF012  # Django's own way
            name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            for name in ("begins_at", "ends_at")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules: Any = self.fields["rules"]
        zones: Any = self.fields["zones"]
        rules.choices, zones.choices = list(rule_titles(get_language() or "fr").items()), zone_choices()


class OutageForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Which rule is out of service, until when, and why."""

    rule = forms.ChoiceField(label=_("Rule"))

    class Meta:
        """All that is said of it."""

        model = RuleOutage
        fields = ("rule", "reason", "ends_at")
        widgets = {  # noqa: RUF012  # Django's own way
            "ends_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "outage_%s", **kwargs})  # beside another form on the page
        rule: Any = self.fields["rule"]
        rule.choices = list(rule_titles(get_language() or "fr").items())
