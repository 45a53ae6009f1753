"""The sentences of the situation: a count, and whether it is out of the ordinary, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from quietude.portal.home.counts import DAY_HOURS, Compared
from quietude.portal.ui.figures import figure
from quietude.portal.ui.usual import Usual, Verdict


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence of a tile and the word on what is usual that follows it."""

    said: SafeString
    against: str
    verdict: Verdict
    count: int | None
    """None where the sentence tells no count."""


def _strong(count: int) -> SafeString:
    return format_html("<strong>{}</strong>", figure(count))


def against(verdict: Verdict, usual: Usual | None) -> str:
    """Return what the count is against the usual, with the interval."""
    if usual is None:
        return gettext("Too little past to say what is usual.")
    spread = {"low": figure(usual.low), "high": figure(usual.high)}
    if verdict is Verdict.MORE:
        return gettext("More than usual (%(low)s to %(high)s).") % spread
    if verdict is Verdict.LESS:
        return gettext("Fewer than usual (%(low)s to %(high)s).") % spread
    return gettext("As usual (%(low)s to %(high)s).") % spread


def say_count(compared: Compared, hours: int) -> Saying:
    """Tell the count of all facts of the last 24 hours, or of the last 7 days."""
    if hours == DAY_HOURS:
        said = ngettext("{count} fact in 24 hours.", "{count} facts in 24 hours.", compared.count)
    else:
        said = ngettext("{count} fact in 7 days.", "{count} facts in 7 days.", compared.count)
    return _saying(said, compared)


def say_grave(compared: Compared) -> Saying:
    """Tell the count of serious and critical facts of the last 24 hours."""
    said = ngettext(
        "{count} serious or critical fact in 24 hours.",
        "{count} serious or critical facts in 24 hours.",
        compared.count,
    )
    return _saying(said, compared)


def say_family(label: str, compared: Compared) -> Saying:
    """Tell the family that is furthest from what is usual over 7 days."""
    said = ngettext("{family}: {count} fact in 7 days.", "{family}: {count} facts in 7 days.", compared.count)
    return _saying(said, compared, family=format_html("<strong>{}</strong>", label))


def say_calm() -> Saying:
    """Tell that no family is out of the ordinary."""
    said = format_html("{}", gettext("No family of facts is out of the ordinary over 7 days."))
    return Saying(said, "", Verdict.USUAL, None)


def say_unknown() -> Saying:
    """Tell that no family has a past long enough to say what is usual of it."""
    said = format_html("{}", gettext("No family of facts can be called unusual over 7 days."))
    return Saying(said, against(Verdict.UNKNOWN, None), Verdict.UNKNOWN, None)


def _saying(template: str, compared: Compared, **words: SafeString) -> Saying:
    said = format_html(template, count=_strong(compared.count), **words)
    return Saying(said, against(compared.verdict, compared.usual), compared.verdict, compared.count)
