"""The form of an authorisation of video."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from quietude.portal.town import current_town
from quietude.portal.video_gate.models import Authorisation
from quietude.video.api import PlaceError, drawn_areas, event_labels

AREAS_MAX = 200_000
"""Characters: some two thousand corners for each of a few areas."""


class MomentInput(forms.DateTimeInput):
    """A moment by the town's clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class AuthorisationForm(forms.Form):
    """What an authorisation names."""

    legal_text = forms.CharField(
        label=_("Legal text"), max_length=300, help_text=_("The act that allows it, with its number and date.")
    )
    is_whole_town = forms.BooleanField(label=_("The whole town"), required=False)
    zones = forms.MultipleChoiceField(
        label=_("Zones"), required=False, widget=forms.SelectMultiple, help_text=_("One or several: Ctrl and a click.")
    )
    areas = forms.CharField(
        label=_("Drawn areas"), required=False, max_length=AREAS_MAX,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("Draw them on the map, or paste the act's own as GeoJSON polygons, in degrees (WGS 84)."),
    )  # fmt: skip
    cameras = forms.CharField(
        label=_("Cameras"), widget=forms.Textarea(attrs={"rows": 3}), help_text=_("One a line, as the flow names them.")
    )
    events = forms.MultipleChoiceField(
        label=_("Events"), help_text=_("The eight of décret 2023-828, and no other."), widget=forms.SelectMultiple
    )
    since = forms.DateTimeField(label=_("From"), widget=MomentInput())
    until = forms.DateTimeField(label=_("Until"), widget=MomentInput(), help_text=_("From this moment on it ends."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = "en" if (get_language() or "fr").startswith("en") else "fr"
        levels = current_town().territory.levels
        zones = [
            (f"{level.name}:{zone.code}", f"{level.labels.get(language, level.name)} : {zone.name}")
            for level in levels
            for zone in level.zones
        ]
        named: Any = self.fields["zones"]
        named.choices = zones
        events: Any = self.fields["events"]
        events.choices = [(code, names[language]) for code, names in event_labels().items()]

    def clean_areas(self) -> list[dict[str, Any]]:
        """Return the areas as GeoJSON features."""
        text = self.cleaned_data["areas"].strip()
        if not text:
            return []
        try:
            return [area.geojson() for area in drawn_areas(orjson.loads(text))]
        except orjson.JSONDecodeError as error:
            raise ValidationError(gettext("This is no GeoJSON: paste the whole file, from { to }.")) from error
        except PlaceError as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Ask for the whole town or some places: an authorisation that forgot to say where would hold everywhere."""
        said: dict[str, Any] = super().clean() or {}
        if "areas" in said and bool(said.get("is_whole_town")) is bool(said.get("zones") or said["areas"]):
            raise ValidationError(gettext("Say where: the whole town, or else its zones and areas."))
        return said

    def authorisation(self) -> Authorisation:
        """Return what a sound form states, not kept yet."""
        said = self.cleaned_data
        cameras = sorted({line.strip() for line in said["cameras"].splitlines() if line.strip()})
        return Authorisation(
            legal_text=said["legal_text"],
            zones=said["zones"],
            areas=said["areas"],
            cameras=cameras,
            events=said["events"],
            since=_of_town(said["since"]),
            until=_of_town(said["until"]),
        )


def _of_town(moment: datetime) -> datetime:
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(current_town().timezone))
