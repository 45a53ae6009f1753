"""The words of statuses, marks and kinds of places."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quietude.rulebook.api import Mark, Status

STATUSES: Mapping[Status, tuple[Promise, str, str, Promise]] = {
    Status.PROVEN: (
        pgettext_lazy("rule", "Proven"),
        "shield-check",
        "badge--good",
        _("Tests show it, and nothing is left to come."),
    ),
    Status.PARTLY: (
        pgettext_lazy("rule", "Proven in part"),
        "circle-dot",
        "badge--accent",
        _("Tests show a part of it; the rest is to come."),
    ),
    Status.ENFORCED: (
        pgettext_lazy("rule", "Enforced without a named test"),
        "circle-check",
        "badge--warn",
        _("The software does it, but no test is named yet."),
    ),
    Status.TO_COME: (pgettext_lazy("rule", "To come"), "clock", "", _("Nothing of it is there yet.")),
}
"""Status to word, icon, kind of badge, and what it means."""

MARKS: Mapping[Mark, tuple[Promise, Promise]] = {
    Mark.SOURCE: (_("Read at source"), _("The text itself was read.")),
    Mark.SECONDARY: (_("Secondary source"), _("A commentary or an extract was read, not the text itself.")),
    Mark.GENERAL: (_("General knowledge"), _("No text was read for it: have it checked.")),
    Mark.CHOICE: (_("Choice of the product"), _("No text asks for it in these words.")),
}
"""Mark to word and what it means."""

KINDS: Mapping[str, Promise] = {"module": _("Module"), "page": _("Page"), "file": _("File")}
"""Kind of place to word."""
