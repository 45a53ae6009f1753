"""Forms of purposes, grants and openings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User
from quietude.portal.rights.groups import Motive
from quietude.portal.rights.models import Grant, Opening, Purpose
from quietude.portal.town import current_town, current_vocabulary


class DayInput(forms.DateInput):
    """A day, picked or typed."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class PurposeForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """An entry of the register."""

    class Meta:
        """All that an entry says."""

        model = Purpose
        fields = (
            "code", "title_fr", "title_en", "why", "legal_basis", "regime", "recipients", "duration", "least",
            "needs_training", "is_open",
        )  # fmt: skip
        widgets = {"why": forms.Textarea(attrs={"rows": 3})}  # noqa: RUF012  # Django's own way

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["least"].required = False  # left out, it is the usual one


class GrantForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What one person may read; choices are those of the town."""

    sources = forms.MultipleChoiceField(
        label=_("Sources"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all sources, those to come too."),
    )
    categories = forms.MultipleChoiceField(
        label=_("Families of facts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all families."),
    )
    zones = forms.MultipleChoiceField(
        label=_("Zones"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: the whole town."),
    )
    replaces = forms.BooleanField(
        label=_("Withdraw the grants that this person holds now"),
        required=False,
        help_text=_("Grants add up: to limit what a person reads, the usual grant of the role has to go."),
    )

    class Meta:
        """All that a grant says."""

        model = Grant
        fields = (
            "holder", "purpose", "level", "sources", "categories", "zones", "ceiling", "title", "text", "record",
            "place", "since", "until", "designation", "trained_on", "training_until",
        )  # fmt: skip
        widgets = {  # noqa: RUF012  # Django's own way
            name: DayInput() for name in ("since", "until", "trained_on", "training_until")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = (get_language() or "fr")[:2]
        town = current_town()
        self.fields["level"].required = False  # left out, the grant lists
        self.fields["holder"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]
        purposes = self.fields["purpose"]
        purposes.queryset = Purpose.objects.filter(is_open=True)  # type: ignore[attr-defined]
        purposes.label_from_instance = lambda purpose: purpose.say(language)  # type: ignore[attr-defined]
        self._choose("sources", [(name, source.title.say(language)) for name, source in town.sources.items()])
        vocabulary = current_vocabulary()
        families = [(family.code, vocabulary.label(family.code, language)) for family in vocabulary.families]
        self._choose("categories", families)
        self._choose(
            "zones",
            [(f"{level.name}:{zone.code}", zone.name) for level in town.territory.levels[:1] for zone in level.zones],
        )

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.choices = choices  # type: ignore[attr-defined]

    def parts(self) -> list[tuple[str | Promise, str | Promise, list[forms.BoundField]]]:
        """Return the fields as a person decides them: title, what it is about, fields."""
        return [
            (_("Who, and why"), "", [self[name] for name in ("holder", "purpose", "replaces")]),
            (
                _("Which facts"),
                _("Nothing chosen means everything."),
                [self[name] for name in ("level", "sources", "categories", "zones", "ceiling")],
            ),
            (
                _("Which columns"),
                _(
                    "Closed: never shown, neither searched nor counted. On demand: for an hour, with a motive. "
                    "Who may only count facts reads none of their columns."
                ),
                [self[name] for name in ("title", "text", "record", "place")],
            ),
            (
                _("From when to when, by which act"),
                _("Designation and training are needed where the purpose says so."),
                [self[name] for name in ("since", "until", "designation", "trained_on", "training_until")],
            ),
        ]


class OpeningForm(forms.Form):
    """Why something closed is opened."""

    kind = forms.ChoiceField(choices=Opening.Kind.choices, widget=forms.HiddenInput)
    motive = forms.ChoiceField(label=_("Motive"), choices=[("", "—"), *Motive.choices])
    words = forms.CharField(
        label=_("In my own words"),
        max_length=200,
        required=False,
        help_text=_("Such as the number of a report or a procedure. Names of persons do not belong here."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    back = forms.CharField(required=False, widget=forms.HiddenInput)


class ReviewForm(forms.Form):
    """What a supervisor finds of an opening."""

    verdict = forms.ChoiceField(label=_("Verdict"), choices=[("", "—"), *Opening.Verdict.choices])
    finding = forms.CharField(label=_("Reason"), max_length=300)


class ImportForm(forms.Form):
    """Persons and grants from a table."""

    table = forms.CharField(
        label=_("Table (CSV)"),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "mono"}),
        max_length=200_000,
        help_text=_("Paste it with its header line; columns are separated by commas, semicolons or tabs."),
    )
    is_trial = forms.BooleanField(label=_("Check only, change nothing"), required=False, initial=True)
