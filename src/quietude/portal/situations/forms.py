"""Forms of situations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import RIGHTS, Right
from quietude.portal.logbook.content import Place
from quietude.portal.logbook.moments import MomentError, moment_of
from quietude.portal.logbook.placing import placed
from quietude.portal.logbook.terms import term_of
from quietude.portal.services.api import open_services
from quietude.portal.services.models import Service
from quietude.portal.situations.kinds import current_kinds
from quietude.portal.situations.models import Situation, Unit
from quietude.portal.situations.sharing import PARTS
from quietude.portal.town import current_town
from quietude.sources.api import parse_duration

PRIORITIES = (
    (5, _("5, now")),
    (4, _("4, urgent")),
    (3, _("3, soon")),
    (2, _("2, when possible")),
    (1, _("1, can wait")),
)
LASTS = (
    ("PT2H", _("2 hours")),
    ("PT12H", _("12 hours")),
    ("P1D", _("1 day")),
    ("P3D", _("3 days")),
    ("P7D", _("7 days")),
)


def language() -> str:
    """Return the language of the screen."""
    return (get_language() or "fr")[:2]


def _kinds() -> list[tuple[str, str]]:
    named = [(name, kind.title.say(language())) for name, kind in current_kinds().items()]
    return sorted(named, key=lambda each: each[1].casefold())


def place_of(label: str) -> Place:
    """Return what a place that is typed means, to the town's geocoder."""
    return placed(label, None, None, None) if label.strip() else Place(label="")


class OpeningForm(forms.Form):
    """A new situation."""

    kind = forms.ChoiceField(label=_("Kind of situation"), choices=_kinds)
    title = forms.CharField(
        label=_("What"), max_length=120, required=False, help_text=_("A few words, no names. Empty: the kind's own.")
    )
    place = forms.CharField(
        label=_("Where"), max_length=200, required=False, help_text=_("A street, a place, a district.")
    )
    since = forms.CharField(
        label=_("Since"), max_length=40, required=False, help_text=_("Empty: now. Or 14:05, -10 min, yesterday 23:00.")
    )
    priority = forms.TypedChoiceField(
        label=pgettext_lazy("situation", "Priority"),
        choices=[("", _("as its kind says")), *PRIORITIES],
        coerce=int,
        empty_value=None,
        required=False,
    )
    is_exercise = forms.BooleanField(label=_("This is an exercise"), required=False)

    def clean_since(self) -> datetime:
        """Return the moment that is meant."""
        return _moment(self.cleaned_data["since"], moment_of)


class DescribingForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What it is, how urgent, where."""

    place = forms.CharField(label=_("Where"), max_length=200, required=False)
    priority = forms.TypedChoiceField(label=pgettext_lazy("situation", "Priority"), choices=PRIORITIES, coerce=int)

    class Meta:
        """What can be said anew."""

        model = Situation
        fields = ("title", "priority")


class TaskForm(forms.Form):
    """What is to be done, by whom, by when."""

    text = forms.CharField(label=_("What is to be done"), max_length=300)
    owner = forms.ModelChoiceField(label=_("By whom"), queryset=User.objects.none(), required=False, empty_label="—")
    service = forms.ModelChoiceField(
        label=_("Or which service"), queryset=Service.objects.none(), required=False, empty_label="—"
    )
    due = forms.CharField(label=_("By when"), max_length=40, required=False, help_text=_("in 20 min, 23:30."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = handlers()
        service: Any = self.fields["service"]
        service.queryset = open_services(timezone.now())
        service.label_from_instance = _service_name

    def clean_due(self) -> datetime | None:
        """Return the moment that is meant."""
        return _moment(self.cleaned_data["due"], term_of) if self.cleaned_data["due"].strip() else None


def handlers() -> Any:
    """Return the accounts that handle situations, by name."""
    roles = [role for role, rights in RIGHTS.items() if Right.HANDLE_SITUATIONS in rights]
    return User.objects.filter(is_active=True, role__in=roles).order_by("username")


def _service_name(service: Service) -> str:
    return service.say(language())


class SharingForm(forms.Form):
    """For whom, what, for how long."""

    partner = forms.CharField(
        label=_("For whom"), max_length=120, help_text=_("A service and a role, such as SDIS, officer on duty.")
    )
    parts = forms.MultipleChoiceField(
        label=_("What they may read"), choices=list(PARTS.items()), widget=forms.CheckboxSelectMultiple,
        initial=["summary", "map"],
    )  # fmt: skip
    lasts = forms.ChoiceField(label=_("For"), choices=LASTS, initial="PT12H")

    def clean_lasts(self) -> Any:
        """Return the length."""
        return parse_duration(self.cleaned_data["lasts"]).exact


class UnitForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A unit of a service."""

    class Meta:
        """What is said of it once."""

        model = Unit
        fields = ("code", "service", "means")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        service: Any = self.fields["service"]
        service.queryset = open_services(timezone.now())
        service.label_from_instance = _service_name


def _moment(text: str, read: Any) -> datetime:
    try:
        found: datetime = read(text, now=timezone.now(), timezone=current_town().timezone)
    except MomentError as error:
        raise ValidationError(
            gettext("This time is not understood: write 14:05, in 20 min, tomorrow 10:00.")
        ) from error
    return found
