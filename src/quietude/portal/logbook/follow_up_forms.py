"""What is typed about follow-ups: what, for whom, by when, when to remind of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User
from quietude.portal.logbook.addressees import addressees
from quietude.portal.logbook.forms import DUE_HELP, language, typed_term
from quietude.portal.logbook.moments import MomentError
from quietude.portal.logbook.terms import terms_of
from quietude.portal.town import current_town


class FollowUpForm(forms.Form):
    """What is to be done, by whom, by when."""

    what = forms.CharField(label=_("What is to be done"), max_length=300)
    to = forms.ChoiceField(label=_("For whom"), required=False)
    due = forms.CharField(
        label=_("By when"), required=False, max_length=40, help_text=DUE_HELP, widget=forms.TextInput({"data-term": ""})
    )
    remind = forms.CharField(
        label=_("Remind"), required=False, max_length=120,
        help_text=_("Nothing: on the morning of its last day. Or tomorrow 8:00; Friday."),
    )  # fmt: skip

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = timezone.now()
        self.fields["to"].choices = addressees(user, language(), self.now)  # type: ignore[attr-defined]

    def clean_due(self) -> datetime | None:
        """Return the term that was typed."""
        return typed_term(self.cleaned_data["due"], self.now)

    def clean_remind(self) -> list[datetime]:
        """Return when to remind of it."""
        typed = self.cleaned_data["remind"]
        try:
            return terms_of(typed, now=self.now, timezone=current_town().timezone)
        except MomentError as error:
            said = gettext("“%(typed)s” is no time to come. Write tomorrow 8:00, or several: tomorrow 8:00; Friday.")
            raise ValidationError(said % {"typed": typed}) from error


class HandOverForm(FollowUpForm):
    """To whom a follow-up is handed over, with which term, and why."""

    why = forms.CharField(label=_("A word with it"), required=False, max_length=300)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        del self.fields["what"], self.fields["remind"]


class WishForm(forms.Form):
    """How a person wants to be found by follow-ups."""

    by_mail = forms.BooleanField(label=_("Remind me by e-mail"), required=False)
    away_until = forms.CharField(
        label=_("I am away until"), required=False, max_length=40,
        help_text=_("Nothing: I am there. Or Friday, 24/12: until then my follow-ups are my service's too."),
    )  # fmt: skip

    def clean_away_until(self) -> date | None:
        """Return the last day."""
        found = typed_term(self.cleaned_data["away_until"], timezone.now())
        return found.astimezone(ZoneInfo(current_town().timezone)).date() if found is not None else None
