"""Forms of documents."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User
from quietude.portal.documents.acts import Said
from quietude.portal.documents.classes import OTHER, current_classes
from quietude.portal.documents.models import SAID_MAX, TITLE_MAX, Document
from quietude.portal.rights.models import CEILINGS
from quietude.portal.services.api import open_services, services_of
from quietude.portal.services.models import Service


def language() -> str:
    """Return the language of the screen."""
    return (get_language() or "fr")[:2]


def class_choices() -> list[tuple[str, str]]:
    """Return the classes of the town with their titles, by title."""
    named = [(name, kind.title.say(language())) for name, kind in current_classes().items()]
    return sorted(named, key=lambda each: each[1].casefold())


def _named(service: Any) -> str:
    return str(service.say(language()))


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DescriptionForm(forms.Form):
    """What is said of a document."""

    title = forms.CharField(label=pgettext_lazy("document", "Title"), max_length=TITLE_MAX, required=False)
    kind = forms.ChoiceField(label=_("Class"))
    sensitivity = forms.ChoiceField(label=_("Sensitivity"), required=False)
    service = forms.ModelChoiceField(Service.objects.none(), label=_("Service"), required=False)
    dated_on = forms.DateField(label=_("Date of the document"), required=False, widget=_day())
    tags = forms.CharField(
        label=pgettext_lazy("document", "Tags"), required=False, max_length=400, help_text=_("Separated by commas.")
    )

    def __init__(self, *args: Any, by: User, document: Document | None = None, **kwargs: Any) -> None:
        if document is not None:
            kwargs.setdefault("initial", _said_of(document))
        super().__init__(*args, **kwargs)
        self.document = document
        kinds = class_choices()
        if document is not None and document.kind not in dict(kinds):
            kinds.append((document.kind, document.kind))
        kind, sensitivity, service = self.fields["kind"], self.fields["sensitivity"], self.fields["service"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101  # as declared above
        assert isinstance(sensitivity, forms.ChoiceField)  # noqa: S101  # as above
        assert isinstance(service, forms.ModelChoiceField)  # noqa: S101  # as above
        kind.choices = kinds
        kind.initial = OTHER
        sensitivity.choices = CEILINGS if document is not None else [("", _("as its class says")), *CEILINGS]
        service.queryset = open_services(timezone.now())
        service.label_from_instance = _named  # type: ignore[method-assign,assignment]  # Django's own way
        if document is None:
            own = services_of(by, timezone.now())
            service.initial = own[0].pk if own else None
            self.fields["title"].help_text = _("For one file; without it, the name of the file.")

    def said(self, **more: Any) -> Said:
        """Return what the form says."""
        given = self.cleaned_data
        return Said(
            kind=given["kind"], title=given["title"], sensitivity=given["sensitivity"], service=given["service"],
            dated_on=given["dated_on"], tags=tuple(given["tags"].split(",")), **more,
        )  # fmt: skip


class NoteForm(forms.Form):
    """A note beside a page."""

    page = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    said = forms.CharField(
        label=pgettext_lazy("document", "Note"), max_length=SAID_MAX, widget=forms.Textarea(attrs={"rows": 2})
    )


class LinkForm(forms.Form):
    """What a document is linked to."""

    ref = forms.CharField(
        label=_("Entry or situation"), max_length=120,
        help_text=_("Logbook and number of the entry (pm/PM-2026-0012), or number of the situation (2026-0042)."),
    )  # fmt: skip


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class TermForm(ReasonForm):
    """Until when a document is kept."""

    until = forms.DateField(label=_("Kept until"), widget=_day())
    field_order = ("until", "reason")


def _said_of(document: Document) -> dict[str, object]:
    dated_on: date | None = document.dated_on
    return {
        "title": document.title, "kind": document.kind, "sensitivity": document.sensitivity,
        "service": document.service_id, "dated_on": dated_on,
        "tags": ", ".join(document.tags.values_list("name", flat=True)),
    }  # fmt: skip
