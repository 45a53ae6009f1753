"""What is typed about shifts, crews, instructions and reports, checked field by field."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User
from quietude.portal.logbook.moments import MomentError, moment_of
from quietude.portal.services.api import Service, members_of
from quietude.portal.shifts.hours import end_of, watch_at
from quietude.portal.shifts.models import Shift, Watch
from quietude.portal.shifts.reports import WORD_MAX
from quietude.portal.town import current_town

NO_TIME = _("“%(typed)s” is no time that is understood. Write 14:05, 10 min ago, yesterday 23:00, 24/12 18:30.")


def language() -> str:
    """Return the language of the screen."""
    return (get_language() or "fr")[:2]


def _moment(typed: str, now: datetime) -> datetime:
    try:
        return moment_of(typed, now=now, timezone=current_town().timezone)
    except MomentError as error:
        raise ValidationError(gettext(str(NO_TIME)) % {"typed": typed}) from error


def _end(typed: str, begins: datetime) -> datetime:
    try:
        return end_of(typed, begins, timezone=current_town().timezone)
    except MomentError as error:
        raise ValidationError(gettext(str(NO_TIME)) % {"typed": typed}) from error


class RefusingForm(forms.Form):
    """A form that shows what the acts refuse beside its field."""

    def refuse(self, error: ValidationError) -> None:
        """Add the refusals of an act."""
        found = error.message_dict.items() if hasattr(error, "error_dict") else [("", error.messages)]
        for name, refusals in found:
            self.add_error(name if name in self.fields else None, refusals)


class OpenForm(RefusingForm):
    """A shift to be opened."""

    service = forms.ModelChoiceField(label=_("Service"), queryset=Service.objects.none(), empty_label=None)
    watch = forms.ChoiceField(label=_("Shift"), choices=Watch.choices)
    begins = forms.CharField(label=_("From"), required=False, max_length=40, help_text=_("Nothing: now. Or 21h."))
    ends = forms.CharField(label=_("Until"), max_length=40, help_text=_("05h: the next 05:00."))
    chief = forms.ModelChoiceField(label=_("Chief"), queryset=User.objects.none(), required=False, empty_label=None)

    def __init__(self, user: User, services: tuple[Service, ...], *args: Any, **kwargs: Any) -> None:
        self.now = timezone.now()
        kwargs["initial"] = {"watch": watch_at(self.now, timezone=current_town().timezone), "chief": user.pk}
        super().__init__(*args, **kwargs)
        own, chief = self.fields["service"], self.fields["chief"]
        own.queryset = Service.objects.filter(pk__in=[each.pk for each in services])  # type: ignore[attr-defined]
        own.label_from_instance = lambda each: each.say(language())  # type: ignore[attr-defined]
        keys = {pk for each in services for pk in members_of(each, self.now).values_list("pk", flat=True)}
        chief.queryset = User.objects.filter(pk__in=keys)  # type: ignore[attr-defined]

    def clean_begins(self) -> datetime:
        """Return when it begins: on a whole minute, as entries are typed."""
        return _moment(self.cleaned_data["begins"], self.now).replace(second=0, microsecond=0)

    def clean_ends(self) -> datetime | None:
        """Return when it ends."""
        begins = self.cleaned_data.get("begins")
        return _end(self.cleaned_data["ends"], begins) if begins is not None else None


class CrewForm(RefusingForm):
    """A crew to be sent out."""

    code = forms.CharField(label=_("Crew"), max_length=20)
    vehicle = forms.CharField(label=_("Vehicle"), max_length=60, required=False, help_text=_("Nothing: on foot."))
    since = forms.CharField(label=_("From"), max_length=40, required=False, help_text=_("Nothing: now. Or 21h."))
    until = forms.CharField(label=_("Until"), max_length=40, required=False, help_text=_("Nothing: not known yet."))
    people = forms.ModelMultipleChoiceField(
        label=_("Members"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, shift: Shift, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = timezone.now()
        people = self.fields["people"]
        people.queryset = members_of(shift.service, self.now, within=True)  # type: ignore[attr-defined]

    def clean_since(self) -> datetime:
        """Return when it goes out."""
        return _moment(self.cleaned_data["since"], self.now)

    def clean_until(self) -> datetime | None:
        """Return when it is to be back."""
        typed, since = self.cleaned_data["until"], self.cleaned_data.get("since")
        return _end(typed, since) if typed.strip() and since is not None else None


class CloseForm(RefusingForm):
    """A shift to be closed."""

    word = forms.CharField(
        label=_("For the next shift"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, is_chief: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_chief:
            del self.fields["reason"]


class InstructionForm(RefusingForm):
    """An instruction to be given."""

    service = forms.ModelChoiceField(label=_("Service"), queryset=Service.objects.none(), empty_label=None)
    text = forms.CharField(label=_("Instruction"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    until = forms.CharField(label=_("Until"), max_length=40, required=False, help_text=_("24/12 18:30, or a date."))
    is_priority = forms.BooleanField(label=_("Priority"), required=False)

    def __init__(self, services: list[Service], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.fields["service"]
        own.queryset = Service.objects.filter(pk__in=[each.pk for each in services])  # type: ignore[attr-defined]
        own.label_from_instance = lambda each: each.say(language())  # type: ignore[attr-defined]

    def clean_until(self) -> datetime | None:
        """Return until when it holds."""
        typed = self.cleaned_data["until"].strip()
        return _end(typed, timezone.now()) if typed else None


class SignForm(RefusingForm):
    """A report to be signed."""

    word = forms.CharField(
        label=_("Remarks of the signer"), max_length=WORD_MAX, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    reason = forms.CharField(label=_("Why it replaces the other"), max_length=300, required=False)

    def __init__(self, *args: Any, replaces: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not replaces:
            del self.fields["reason"]
