"""The works of an order, as a person confirms them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quietude.portal.mentions.deciding import Works
from quietude.portal.works.models import TITLE_MAX

WAYS_MAX = 2_000


class WorksForm(forms.Form):
    """What, from when to when, on which ways."""

    title = forms.CharField(label=_("What"), max_length=TITLE_MAX)
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    ways = forms.CharField(
        label=_("Ways"), max_length=WAYS_MAX, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("One a line. Those that the town knows are put on the map."),
    )  # fmt: skip

    def works(self) -> Works:
        """Return what the form says, once it is valid."""
        said = self.cleaned_data
        ways = [" ".join(way.split()) for way in said["ways"].splitlines()]
        return Works(said["title"], said["first_day"], said["last_day"], tuple(dict.fromkeys(filter(None, ways))))


def form_for(order: dict[str, Any], natures: Sequence[str], document_title: str) -> WorksForm:
    """Return the form filled with what an order proposes; natures: in the reader's words."""
    said = f"{', '.join(natures)} ({order['number']})" if order["number"] else ", ".join(natures)
    title = (said or document_title)[:TITLE_MAX]
    days = {name: order[name] or None for name in ("first_day", "last_day")}
    return WorksForm(initial={"title": title, "ways": "\n".join(order["ways"]), **days})
