"""Forms of services and memberships."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quietude.portal.services.belonging import open_services, parts_of
from quietude.portal.services.models import Membership, Service


class DayInput(forms.DateInput):
    """A day, picked or typed."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


def _named(field: Any) -> None:
    language = (get_language() or "fr")[:2]
    field.label_from_instance = lambda service: service.say(language)


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """One service; its code is chosen once."""

    class Meta:
        """All that is said of a service."""

        model = Service
        fields = ("code", "title_fr", "title_en", "kind", "parent", "opened_on")
        widgets = {"opened_on": DayInput()}  # noqa: RUF012  # Django's own way

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: Any = self.fields["parent"]
        own = self.instance.pk
        parent.queryset = open_services(timezone.now()).exclude(pk__in={own} | parts_of(self.instance) if own else ())
        _named(parent)
        self.fields["code"].disabled = own is not None  # logbooks, shifts and the journal name it


class JoinForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """To which service a person belongs, and from when."""

    class Meta:
        """The service and its days."""

        model = Membership
        fields = ("service", "since", "until", "is_main")
        widgets = {"since": DayInput(), "until": DayInput()}  # noqa: RUF012  # Django's own way
        help_texts = {  # noqa: RUF012  # Django's own way
            "until": _("Last day. Leave it empty when it is not known."),
            "is_main": _("Shown first; a person's first service is the main one anyway."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        service: Any = self.fields["service"]
        service.queryset = open_services(timezone.now())
        _named(service)


class LastDayForm(forms.Form):
    """The last day of a service or of a membership."""

    last_day = forms.DateField(label=_("Last day"), widget=DayInput())
