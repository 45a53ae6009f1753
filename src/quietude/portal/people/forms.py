"""The form of a table of accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quietude.portal.people.tables import decode

SIZE_MAX = 256 * 1024  # bytes; 500 lines are 60 thousand


class TableForm(forms.Form):
    """A file, or a table pasted."""

    file = forms.FileField(
        label=_("File (CSV)"),
        required=False,
        help_text=_("From a spreadsheet: “save as CSV”. Commas, semicolons or tabs; UTF-8 or Windows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    table = forms.CharField(
        label=_("Or paste the table here"),
        required=False,
        max_length=SIZE_MAX,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "mono"}),
        help_text=_("With its header line. Services are codes separated by spaces, the main one first."),
    )
    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    """Names the changes that were looked at; empty asks what the table would do."""

    text = ""
    """The table as text, once the form is valid."""

    def clean(self) -> dict[str, Any]:
        """Take the file or the pasted table; the other one is left aside."""
        said = super().clean() or {}
        file = said.get("file")
        if file is None and not said.get("table", "").strip():
            raise forms.ValidationError(gettext("Choose a file, or paste a table."))
        if file is not None and file.size > SIZE_MAX:
            raise forms.ValidationError(
                gettext("The file is too long for a table of 500 accounts: import it in parts.")
            )
        self.text = decode(file.read()) if file is not None else said["table"]
        if "\0" in self.text:
            raise forms.ValidationError(gettext("This is no table of text. Save it as CSV from your spreadsheet."))
        return said
