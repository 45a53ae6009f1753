"""The forms of the wizard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from quietude.model.event import Origin, Reality, Regime, Sensitivity, Status
from quietude.sources.api import parse_duration

ENCODINGS = (
    ("utf-8", _("UTF-8")),
    ("cp1252", _("Windows (Western Europe)")),
    ("cp850", _("DOS (Western Europe)")),
    ("mac_roman", _("Old Macintosh")),
    ("utf-16", _("UTF-16")),
    ("iso8859-15", _("ISO 8859-15")),
)
SEPARATORS = ((";", _("semicolon ;")), (",", _("comma ,")), ("\t", _("tab")), ("|", _("vertical bar |")))
TAB = "tab"


class ReadingForm(forms.Form):
    """How the file is read."""

    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS)
    separator = forms.ChoiceField(
        label=_("Separator"), choices=[(TAB if mark == "\t" else mark, name) for mark, name in SEPARATORS]
    )
    sheet = forms.ChoiceField(label=_("Sheet"))
    skip = forms.IntegerField(
        label=_("Lines above the header"), min_value=0, max_value=1000, help_text=_("Titles, dates, empty lines.")
    )

    def __init__(self, *args: Any, sheets: Sequence[str], form: str, **named: Any) -> None:
        initial = {"skip": 0, **(named.get("initial") or {})}
        if initial.get("separator") == "\t":
            initial["separator"] = TAB
        named["initial"] = initial
        super().__init__(*args, **named)
        if form == "csv":
            del self.fields["sheet"]
        else:
            del self.fields["encoding"], self.fields["separator"]
            self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """Return the part of `read` that the form states."""
        return dict(self.cleaned_data)


class AboutForm(forms.Form):
    """What the source is, and under which law it may be held."""

    title_fr = forms.CharField(label=_("Name, in French"), max_length=80)
    title_en = forms.CharField(label=_("Name, in English"), max_length=80)
    owner = forms.CharField(
        label=_("Who answers for it"), max_length=120, help_text=_("The service that keeps the logbook.")
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        max_length=200,
        help_text=_("Why it may be held, in law. Usually for a town's logbook: mission d'intérêt public."),
    )
    purpose = forms.CharField(label=_("What it is held for"), max_length=200, required=False)
    regime = forms.ChoiceField(
        label=_("Regime"),
        choices=[(Regime.RGPD.value, _("administrative (RGPD)")), (Regime.TITRE_III.value, _("penal (title III)"))],
        help_text=_("A logbook that mixes both falls under the penal one."),
    )
    sensitivity = forms.ChoiceField(
        label=_("Sensitivity"),
        choices=[
            (Sensitivity.PUBLIC.value, _("public")),
            (Sensitivity.INTERNAL.value, _("internal")),
            (Sensitivity.RESTRICTED.value, _("restricted")),
            (Sensitivity.CONFIDENTIAL.value, _("confidential")),
        ],
    )
    retention = forms.CharField(
        label=_("Kept for"), max_length=10, help_text=_("As ISO 8601: P3Y is three years, P6M is six months.")
    )
    history = forms.ChoiceField(
        label=_("Older facts"),
        required=False,
        choices=[
            ("", _("are refused, with a count")),
            ("statistics", _("are kept for statistics: no text, no exact place")),
            ("open", _("are kept: published for re-use")),
        ],
        help_text=_("An old logbook often begins before the term: this decides what becomes of its first years."),
    )
    licence = forms.CharField(label=_("Licence of the data"), max_length=120, required=False)
    notice = forms.CharField(label=_("Where persons concerned are informed"), max_length=200, required=False)
    timezone = forms.CharField(label=_("Time zone"), max_length=40)
    every = forms.ChoiceField(
        label=_("Read again"),
        required=False,
        choices=[
            ("", _("once: no schedule")),
            ("P1D", _("every day")),
            ("P7D", _("every week")),
            ("P1M", _("every month")),
        ],
    )
    at = forms.TimeField(label=_("At"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))

    def clean_retention(self) -> str:
        """Refuse what is no length of time."""
        said = str(self.cleaned_data["retention"]).strip().upper()
        try:
            parse_duration(said)
        except ValueError as error:
            raise forms.ValidationError(
                _("“%(said)s” is no length of time. Write P3Y for three years, P6M for six months."),
                params={"said": said},
            ) from error
        return said

    def clean_legal_basis(self) -> str:
        """Refuse a source that may not be held."""
        said = str(self.cleaned_data["legal_basis"]).strip()
        if said.lower() in {"none", "aucune", "aucun", "-"}:
            raise forms.ValidationError(_("A source without a legal basis is refused. State the law or the mission."))
        return said

    def said(self) -> dict[str, Any]:
        """Return the part of the manifest that the form states."""
        held = self.cleaned_data
        schedule = {"every": held["every"]} if held["every"] else {}
        if schedule and held["at"]:
            schedule["at"] = f"{held['at']:%H:%M}"
        names = (
            "owner", "legal_basis", "purpose", "regime", "sensitivity", "retention", "history", "licence", "notice",
            "timezone",
        )  # fmt: skip
        title = {"fr": held["title_fr"], "en": held["title_en"]}
        return {"title": title, **{name: held[name] for name in names}, "schedule": schedule}


def initial_about(about: dict[str, Any], *, timezone: str) -> dict[str, Any]:
    """Return what the form shows at first: what was said, else what is usual for a town's own logbook."""
    usual = {
        "regime": Regime.RGPD.value, "sensitivity": Sensitivity.INTERNAL.value, "retention": "P3Y",
        "legal_basis": "mission d'intérêt public", "timezone": timezone,
    }  # fmt: skip
    title = about.get("title", {})
    schedule = about.get("schedule") or {}
    said = {**about, "title_fr": title.get("fr", ""), "title_en": title.get("en", ""), **schedule}
    return {**usual, **{name: value for name, value in said.items() if value not in ("", None)}}


FIXED_CHOICES: dict[str, dict[str, Any]] = {
    "status": {Status.OPEN.value: _("open"), Status.UNDER_WAY.value: _("under way"), Status.CLOSED.value: _("closed")},
    "origin": {
        Origin.REPORTED.value: _("reported by someone"),
        Origin.PATROL.value: _("seen on patrol"),
        Origin.ADMINISTRATIVE.value: _("administrative"),
    },
    "reality": {Reality.FICTIONAL.value: _("made up"), Reality.EXERCISE.value: _("exercise")},
}
"""What may be said once for every record, with its words; nothing said is the source's or the vocabulary's own."""
