"""What a reader asks of the rulebook: words, a theme, a status, a day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quietude.portal.rules.words import STATUSES
from quietude.rulebook.api import Rulebook


class RulesForm(forms.Form):
    """The filter of the list; whatever is left empty asks nothing."""

    q = forms.CharField(
        label=_("Words"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    status = forms.ChoiceField(required=False, widget=forms.HiddenInput)
    at = forms.DateField(
        label=_("In force on"),
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write the day as 2026-11-30.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, asked: Any, *, book: Rulebook, language: str) -> None:
        super().__init__(asked)
        themes = [(theme.code, theme.title.say(language)) for theme in book.themes]
        self.fields["theme"].choices = [("", _("All themes")), *themes]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["status"].choices = [(status.value, word) for status, (word, *_rest) in STATUSES.items()]  # type: ignore[attr-defined]  # as above

    @property
    def asked(self) -> dict[str, Any]:
        """Return what could be read of the question, without what is empty."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
