"""Made-up values for the living page of components: nothing of the store is read for it."""

from __future__ import annotations

from datetime import UTC, datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from quietude.model.event import Reality, Status, TimePrecision
from quietude.portal.town import current_vocabulary
from quietude.portal.ui.drawing import BarDrawing, Mark, bar, spark
from quietude.portal.ui.facts import FactView
from quietude.portal.ui.usual import usual_of
from quietude.portal.ui.words import category_view

WEEK = [31, 28, 35, 40, 44, 61, 58, 30, 29, 33, 41, 39, 66, 60, 27, 33, 30, 38, 47, 59, 71, 33, 30, 36, 44, 52, 83, 78]

SAMPLE_FACTS = (
    "Vol à l’arraché rue de la Mosquée. Auteur de type maghrébin, blouson rouge, fuite vers le métro.\n"
    "Requérante Mme Lombardo (06 39 98 14 27), prise de malaise, SP avisés. Individu bien connu de nos services."
)
"""Made up, and in French on both languages' pages: entries are, and so are the guard's rules."""


class SampleForm(forms.Form):
    """One field of each kind, one of them refused."""

    name = forms.CharField(label=_("Name"), help_text=_("A help text says what is wanted, before the error does."))
    kind = forms.ChoiceField(label=_("Choice"), choices=[("a", _("First")), ("b", _("Second"))])
    text = forms.CharField(label=_("Longer text"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    facts = forms.CharField(
        label=_("Facts, with the guard on free text"),
        help_text=_("What should not stand in an entry is marked as it is typed. Nothing is prevented."),
        widget=forms.Textarea(attrs={"rows": 5, "data-guard": "text", "data-guard-regime": "RGPD", "lang": "fr"}),
        required=False,
    )
    sure = forms.BooleanField(label=_("A yes or a no"), required=False)


def sample_form() -> SampleForm:
    """Return a form with an error beside its first field."""
    return SampleForm({"name": "", "kind": "b", "facts": SAMPLE_FACTS, "sure": "on"})


def sample_fact(language: str, *, reality: Reality = Reality.REAL, severity: int = 4) -> FactView:
    """Return a made-up fact, as rows and cards show it."""
    families = [family.code for family in current_vocabulary().families]
    return FactView(
        id=f"202611-{'0' * 31}{severity}",
        title=str(_("Loud music from a terrace after midnight")),
        category=category_view(families[severity % len(families)], language),
        severity=severity,
        status=Status.UNDER_WAY,
        reality=reality,
        occurred_from=datetime(2026, 11, 21, 23, 40, tzinfo=UTC),
        time_precision=TimePrecision.MINUTE,
        place="12 rue de la Paix",
        zone=str(_("Old town")),
        source=str(_("Municipal police logbook")),
        text=str(_("Caller reports loud music and shouting since about midnight. Third call this week.")),
        address=None,
        is_approximate=severity % 2 == 0,
    )


def sample_marks() -> list[Mark]:
    """Return the bars of a sample curve, its last week marked."""
    return spark(WEEK, 7)


def sample_bars() -> list[BarDrawing]:
    """Return three bars: above, below and within what is usual."""
    usual = usual_of([40, 44, 38, 52, 47, 41, 45, 43])
    return [bar(count, usual, 80) for count in (78, 21, 45)]
