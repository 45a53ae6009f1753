"""An import report in words: each count with its name and what it means."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from quietude.ingest.api import FLAGS, REASONS, ImportReport

COUNTS = (
    ("read", gettext_noop("Read"), gettext_noop("records met in the files")),
    ("filed", gettext_noop("Filed"), gettext_noop("new facts")),
    ("updated", gettext_noop("Updated"), gettext_noop("facts with a new version")),
    ("unchanged", gettext_noop("Unchanged"), gettext_noop("already there with the same content")),
    ("duplicates", gettext_noop("Repeated"), gettext_noop("held twice by the same import")),
    ("out_of_scope", gettext_noop("Out of scope"), gettext_noop("left by the manifest's conditions")),
    ("refused_past_retention", gettext_noop("Refused, too old"), gettext_noop("past the retention period")),
    ("quarantined", gettext_noop("Quarantined"), gettext_noop("wait with their reason")),
    ("withdrawn", gettext_noop("Withdrawn"), gettext_noop("facts closed because they left the source")),
)
"""Fields of a report, in the order of a record's way; each record is in exactly one from `filed` to `quarantined`."""

QUALITY = {
    "completeness": gettext_noop("Completeness"),
    "validity": gettext_noop("Validity"),
    "timeliness": gettext_noop("Timeliness"),
    "uniqueness": gettext_noop("Uniqueness"),
    "location": gettext_noop("Location"),
    "overall": gettext_noop("Overall"),
}
MASKED = {
    "telephone": gettext_noop("telephone numbers"),
    "email": gettext_noop("e-mail addresses"),
    "plate": gettext_noop("number plates"),
    "nir": gettext_noop("social security numbers"),
    "iban": gettext_noop("bank accounts"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One line of the account."""

    field: str
    label: str
    meaning: str
    count: int
    details: tuple[tuple[str, int], ...] = ()
    """What the count is made of, largest first."""


def account_of(report: ImportReport, language: str) -> tuple[Count, ...]:
    """Return the account's lines; a count of zero is left out, but for the main ones."""
    details = {
        "quarantined": _largest({_reason(code, language): n for code, n in report.quarantined_by_reason.items()})
    }
    lines = [
        Count(
            field=field,
            label=_(label),
            meaning=_(meaning),
            count=getattr(report, field),
            details=details.get(field, ()),
        )
        for field, label, meaning in COUNTS
        if getattr(report, field) or field in {"read", "filed", "quarantined"}
    ]
    masked = sum(report.masked.values())
    if masked:
        kinds = _largest({_(MASKED.get(kind, kind)): n for kind, n in report.masked.items()})
        lines.append(
            Count(field="masked", label=_("Masked"), meaning=_("personal data in texts"), count=masked, details=kinds)
        )
    if report.flagged:
        flags = _largest(
            {FLAGS[code].say(language) if code in FLAGS else code: n for code, n in report.flagged.items()}
        )
        total = sum(report.flagged.values())
        lines.append(
            Count(field="flagged", label=_("Remarks"), meaning=_("on filed facts"), count=total, details=flags)
        )
    return tuple(lines)


def quality_of(report: ImportReport) -> tuple[tuple[str, int], ...]:
    """Return (dimension in words, percent) pairs, the overall one last."""
    return tuple(
        (_(label), round(report.quality[name] * 100)) for name, label in QUALITY.items() if name in report.quality
    )


def _reason(code: str, language: str) -> str:
    return REASONS[code].heading(language) if code in REASONS else code


def _largest(counts: dict[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: -pair[1]))
