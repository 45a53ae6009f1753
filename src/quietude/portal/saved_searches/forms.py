"""The form of a saved search."""

from __future__ import annotations

from typing import Any

from django import forms

from quietude.portal.saved_searches.models import SavedSearch


class SavedSearchForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Its name, what of, how its owner is told. The question comes from the search page; its words can be changed."""

    class Meta:
        """What is said of it."""

        model = SavedSearch
        fields = ("name", "text", "has_facts", "has_documents", "told", "rhythm")
        widgets = {"text": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})}  # noqa: RUF012  # Django's own way

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:  # the words are those of the address, which was just tried
            del self.fields["text"]
