"""How numbers and times are said: the language's own way, and no finer than they are known."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

from quietude.model.event import TimePrecision

NARROW_SPACE = "\u202f"  # what French puts between thousands, and before % ; : ! ?
SMALLEST_SAID = 5  # below this, aggregates say "fewer than 5" (DESIGN.md: small counts)


def figure(value: float | None, decimals: int = 0) -> str:
    """Return a number as the page's language writes it: "18 214" or "18,214"; a dash when there is none."""
    if value is None:
        return "–"
    text = f"{value:,.{decimals}f}"
    if (get_language() or "fr").startswith("fr"):
        return text.replace(",", NARROW_SPACE).replace(".", ",").replace("-", "−")
    return text.replace("-", "−")


def distance(metres: float | None) -> str:
    """Return a distance no finer than places are known: "250 m", "1,3 km"; nothing where there is none."""
    if metres is None:
        return ""
    tens = 10 * round(metres / 10)
    return f"{figure(tens)}{NARROW_SPACE}m" if tens < 1000 else f"{figure(metres / 1000, 1)}{NARROW_SPACE}km"


def percent(value: float) -> str:
    """Return a share (0.08) as a rounded percentage: "8 %" or "8%", with a true minus sign."""
    return percentage(100 * value)


def percentage(points: float) -> str:
    """Return a percentage (8.0) as the page's language writes it: "8 %" or "8%"."""
    space = NARROW_SPACE if (get_language() or "fr").startswith("fr") else ""
    return f"{figure(points)}{space}%"


def moment(at: datetime | date, precision: str = TimePrecision.MINUTE) -> str:
    """Return a time no finer than it is known, in the zone of the screen: "22 nov. 2026, 14:05", "nov. 2026"."""
    local = timezone.localtime(at) if isinstance(at, datetime) else at
    is_french = (get_language() or "fr").startswith("fr")
    if precision == TimePrecision.YEAR:
        return f"{local.year}"
    if precision == TimePrecision.MONTH:
        return date_format(local, "F Y")
    day = date_format(local, "j N Y")
    if precision == TimePrecision.DAY or not isinstance(local, datetime):
        return day
    if precision == TimePrecision.HOUR:
        return f"{day}, {local.hour}{NARROW_SPACE}h" if is_french else f"{day}, {local:%H}:00"
    return f"{day}, {local:%H:%M}"


def ago(at: datetime, now: datetime | None = None) -> str:
    """Return how long ago something was, in one unit: "5 minutes ago", "3 days ago"."""
    seconds = ((now or timezone.now()) - at).total_seconds()
    if seconds < 60:
        return gettext("just now")
    minutes, hours, days = int(seconds // 60), int(seconds // 3600), int(seconds // 86400)
    if minutes < 60:
        return ngettext("%(n)s minute ago", "%(n)s minutes ago", minutes) % {"n": minutes}
    if hours < 48:
        return ngettext("%(n)s hour ago", "%(n)s hours ago", hours) % {"n": hours}
    if days < 60:
        return ngettext("%(n)s day ago", "%(n)s days ago", days) % {"n": days}
    months = days // 30
    if months < 24:
        return ngettext("%(n)s month ago", "%(n)s months ago", months) % {"n": months}
    return ngettext("%(n)s year ago", "%(n)s years ago", days // 365) % {"n": days // 365}


def small(count: int) -> str:
    """Return a count of an aggregate for the public: "fewer than 5" below five, but 0 stays 0."""
    return gettext("fewer than %(n)s") % {"n": SMALLEST_SAID} if 0 < count < SMALLEST_SAID else figure(count)
