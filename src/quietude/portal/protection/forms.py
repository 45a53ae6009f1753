"""The forms of data protection."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from quietude.keeping.api import Asked
from quietude.portal.protection.models import Breach, PersonRequest
from quietude.portal.town import current_town


class RequestForm(forms.Form):
    """A person's letter comes in."""

    reference = forms.CharField(
        label=_("Reference of the letter"), max_length=60, help_text=_("As in the mail register: no name.")
    )
    kind = forms.ChoiceField(label=_("Right"), choices=PersonRequest.Kind.choices)
    received_on = forms.DateField(label=_("Received on"), widget=forms.DateInput(attrs={"type": "date"}))


class PersonForm(forms.Form):
    """Where a person is looked for; nothing of it is kept."""

    phrases = forms.CharField(
        label=_("Names, telephone numbers, file references"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line; each is looked for as it is, whatever case and accents. Nothing of it is kept."),
    )
    uids = forms.CharField(
        label=_("Names of facts"), required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("One a line.")
    )
    hidden = forms.CharField(
        label=_("Third parties to hide"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One name a line; hidden in the access file, where numbers and addresses are masked anyway."),
    )
    reason = forms.CharField(label=_("Reason, or what the person says"), required=False, max_length=400)
    place_label = forms.CharField(label=_("Corrected place"), required=False, max_length=200)
    text = forms.CharField(label=_("Corrected text"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self) -> dict[str, Any]:
        """Refuse a search for nothing, and words so short that they are found everywhere."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        asked = self.asked()
        if not asked.phrases and not asked.uids:
            raise forms.ValidationError(_("Say at least one name, reference or fact."))
        if any(len(phrase) < 3 for phrase in asked.phrases):
            raise forms.ValidationError(_("Three letters at least: fewer are found everywhere."))
        return cleaned

    def asked(self) -> Asked:
        """Return what is looked for."""
        uids = tuple(name.rpartition("-")[2] for name in _lines(self.cleaned_data.get("uids", "")))
        return Asked(phrases=_lines(self.cleaned_data.get("phrases", "")), uids=uids)

    def third_parties(self) -> tuple[str, ...]:
        """Return the names to hide."""
        return _lines(self.cleaned_data.get("hidden", ""))

    def corrections(self) -> dict[str, str]:
        """Return the texts that the person corrects."""
        names = ("place_label", "text")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}


class HoldForm(forms.Form):
    """A legal hold."""

    title = forms.CharField(label=_("Title"), max_length=120)
    reason = forms.CharField(label=_("Reason"), max_length=400, help_text=_("The case, the request of a court."))
    sources = forms.MultipleChoiceField(
        label=_("Sources held whole"), required=False, widget=forms.SelectMultiple(attrs={"size": 4})
    )
    words = forms.CharField(
        label=_("Selection"),
        required=False,
        help_text=_("As in Explore, such as: source:logbook depuis:2025 nature:bruit"),
    )
    uids = forms.CharField(label=_("Facts"), required=False, help_text=_("Names of facts, separated by spaces."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sources"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(name, manifest.title.fr) for name, manifest in current_town().sources.items()]


class VisaForm(forms.Form):
    """Who decides that a list leaves."""

    signed_by = forms.CharField(label=_("Signed by"), max_length=80)
    reason = forms.CharField(label=_("Decision"), max_length=400, help_text=_("Number and day of the visa."))
    list_digest = forms.CharField(widget=forms.HiddenInput)
    as_of = forms.DateField(widget=forms.HiddenInput)


class BreachForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What is known of a breach."""

    class Meta:
        """Fields in the order of the notification."""

        model = Breach
        fields: ClassVar[list[str]] = [
            "title", "found_at", "happened", "concerned", "data", "consequences", "measures", "risk",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "found_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            **{name: forms.Textarea(attrs={"rows": 3}) for name in ("happened", "concerned", "data")},
            **{name: forms.Textarea(attrs={"rows": 3}) for name in ("consequences", "measures")},
        }


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
