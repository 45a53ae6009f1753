"""Forms of channels, of how one is told, and of quiet hours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from quietude.portal.notifications.acts import OWN_MAX
from quietude.portal.notifications.models import Channel, QuietHours
from quietude.portal.notifications.providers import ADDRESS_MAX

GRAVENESS = [(level, str(level)) for level in range(1, 6)]


class ChannelForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """One channel; its address is typed and never shown again."""

    address = forms.CharField(
        label=_("Address"),
        max_length=ADDRESS_MAX,
        required=False,
        help_text=_(
            "As the apprise library writes them, such as "
            "mailtos://user:password@mail.town.fr?to={to}&from=quietude@town.fr. "
            "{to} stands for each person's own address; without it all who read the channel are told. "
            "It is kept encrypted and never shown again; empty keeps the present one."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "class": "mono"}),
    )

    class Meta:
        """What is said of a channel."""

        model = Channel
        fields = ("code", "title_fr", "title_en", "allows_exercises", "is_open")

    field_order = ("code", "title_fr", "title_en", "address", "allows_exercises", "is_open")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = self.instance.pk is not None  # rules may name it


class TryForm(forms.Form):
    """To whom a test goes."""

    to = forms.CharField(
        label=_("To which number or address"),
        max_length=OWN_MAX,
        required=False,
        help_text=_("It is not kept."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ContactForm(forms.Form):
    """By which channel one is told, and from which severity on."""

    channel: Any = forms.ModelChoiceField(label=_("Channel"), queryset=Channel.objects.none())
    own = forms.CharField(
        label=_("My number or address"),
        max_length=OWN_MAX,
        required=False,
        help_text=_("Such as +33612345678. Empty for the e-mail address of the account."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    at_least = forms.TypedChoiceField(label=_("From which severity on"), choices=GRAVENESS, coerce=int, initial=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channel: Any = self.fields["channel"]
        channel.queryset = Channel.objects.filter(is_open=True, is_personal=True)
        channel.label_from_instance = lambda each: each.say((get_language() or "fr")[:2])


class QuietForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Hours in which one is not told of what is less grave."""

    class Meta:
        """All that is said of them."""

        model = QuietHours
        fields = ("begins", "ends", "below", "meanwhile")
        widgets = {  # noqa: RUF012  # Django's own way
            "begins": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "ends": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
