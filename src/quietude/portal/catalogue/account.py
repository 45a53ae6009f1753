"""An import report in words: each count with its name and what it means."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from quietude.ingest.api import FLAGS, REASONS, ImportReport

COUNTS = (
    ("read", noop("Read"), noop("records met in the files")),
    ("filed", noop("Filed"), noop("new facts")),
    ("updated", noop("Updated"), noop("facts with a new version")),
    ("unchanged", noop("Unchanged"), noop("already there with the same content")),
    ("duplicates", noop("Repeated"), noop("held twice by the same import")),
    ("out_of_scope", noop("Out of scope"), noop("left by the manifest's conditions")),
    ("refused_past_retention", noop("Refused, too old"), noop("past the retention period")),
    ("quarantined", noop("Quarantined"), noop("wait with their reason")),
    ("withdrawn", noop("Withdrawn"), noop("facts closed because they left the source")),
)
"""Fields of a report, in the order of a record's way; each record is in exactly one from `filed` to `quarantined`."""

QUALITY = {
    "completeness": noop("Completeness"),
    "validity": noop("Validity"),
    "timeliness": noop("Timeliness"),
    "uniqueness": noop("Uniqueness"),
    "location": noop("Location"),
    "overall": noop("Overall"),
}
MASKED = {
    "telephone": noop("telephone numbers"),
    "email": noop("e-mail addresses"),
    "plate": noop("number plates"),
    "nir": noop("social security numbers"),
    "iban": noop("bank accounts"),
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
