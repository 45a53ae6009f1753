"""Forms of rosters, their turns and exceptions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User
from quietude.portal.rosters.models import DAYS, Replacement, Roster, Turn
from quietude.portal.services.api import members_of, open_services
from quietude.portal.town import current_town


class RosterForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What a roster is for; its code is chosen once."""

    zones = forms.MultipleChoiceField(
        label=_("Only in these zones"), required=False, help_text=_("None means the whole town.")
    )

    class Meta:
        """All that is said of a roster."""

        model = Roster
        fields = ("code", "title_fr", "title_en", "service", "at_least", "zones", "must_cover", "is_open")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        service: Any = self.fields["service"]
        service.queryset = open_services(timezone.now())
        service.label_from_instance = lambda each: each.say((get_language() or "fr")[:2])
        zones: Any = self.fields["zones"]
        zones.choices = zone_choices()
        self.fields["code"].disabled = self.instance.pk is not None  # rules name it


def zone_choices() -> list[tuple[str, str]]:
    """Return the zones of the town, the coarse first, as choices."""
    territory = current_town().territory
    return [
        (f"{name}:{zone.code}", zone.name)
        for name in territory.level_names
        for zone in sorted(territory.level(name).by_code.values(), key=lambda each: each.name)
    ]


def _people(field: Any, roster: Roster) -> None:
    members = members_of(roster.service, timezone.now(), within=True)
    field.queryset = User.objects.filter(pk__in=members.values("pk"))


class TurnForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """One person's hours of each week."""

    days = forms.TypedMultipleChoiceField(
        label=_("Days on which it begins"), choices=DAYS, coerce=int, widget=forms.CheckboxSelectMultiple()
    )

    class Meta:
        """All that is said of a turn."""

        model = Turn
        fields = ("person", "days", "begins", "ends", "rank", "since", "until")
        widgets = {  # noqa: RUF012  # Django's own way
            "begins": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "ends": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "since": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "turn_%s", **kwargs})  # beside another form on the page
        _people(self.fields["person"], self.instance.roster)


class ReplacementForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Who stands in for whom, from when to when."""

    class Meta:
        """All that is said of an exception."""

        model = Replacement
        fields = ("replaces", "person", "begins_at", "ends_at")
        widgets = {  # noqa: RUF012  # Django's own way
            name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            for name in ("begins_at", "ends_at")
        }
        help_texts = {  # noqa: RUF012  # Django's own way
            "replaces": _("Empty: the person is on call besides the others."),
            "person": _("Empty: nobody stands in."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "change_%s", **kwargs})  # as above
        for name in ("person", "replaces"):
            _people(self.fields[name], self.instance.roster)
