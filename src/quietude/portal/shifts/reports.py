"""Signing reports: the number, the frozen contents and the journal's line together, or none of them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from quietude.journal.api import Kind as JournalKind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.journal.recording import Act, note
from quietude.portal.logbook.reading import reader_of
from quietude.portal.rights.standing import Standing
from quietude.portal.services.api import services_of
from quietude.portal.shifts.document import Making, digest_of
from quietude.portal.shifts.duty import follows, leads
from quietude.portal.shifts.models import Report, ReportNumbering, Shift
from quietude.portal.shifts.report_file import templates
from quietude.portal.town import current_town

SALT_BYTES = 16
REASON_MIN = 3
WORD_MAX = 5000
LATEST = timedelta(days=366)  # a shift leaves after twelve years, its reports after ten: they never outlive it


def readable(user: User, standing: Standing) -> QuerySet[Report]:
    """Return the reports that exist for a reader: of services that concern one, of the regime one works under."""
    if standing.purpose is None or not user.holds(Right.READ_LOGBOOK):
        return Report.objects.none()
    found = Report.objects.filter(regime=standing.purpose.regime).select_related(
        "shift__service", "signed_by", "replaces", "replaced_by"
    )
    held = {service.pk for service in services_of(user, timezone.now())}
    shifts = Shift.objects.filter(reports__in=found).select_related("service__parent").distinct()
    services = {shift.service for shift in shifts}
    concerned = [service.pk for service in services if service.pk in held or follows(user, service)]
    return found.filter(shift__service__in=concerned)


def making(
    by: User, standing: Standing, shift: Shift, name: str, *, language: str, about: str = "", word: str = "",
    now: datetime | None = None,
) -> Making:  # fmt: skip
    """Return what a report would be made of now.

    Raises:
        PermissionDenied: `by` does not answer for the shift, or works under no purpose.
    """
    if standing.purpose is None or not leads(by, shift):
        raise PermissionDenied
    return Making(
        template=templates()[name], shift=shift, signer=by, reader=reader_of(by, standing),
        regime=standing.purpose.regime, language=language, now=now or timezone.now(), about=about, word=word.strip(),
    )  # fmt: skip


@transaction.atomic
def sign(made: Making, name: str, *, replaces: Report | None = None, reason: str = "") -> Report:
    """Sign a report: it takes the next number of its kind and is frozen from then on.

    Args:
        made: what it is made of.
        name: the template's name.
        replaces: the report that it corrects; it stays, and says by which it is replaced.
        reason: why.

    Raises:
        PermissionDenied: the signer does not answer for the shift.
        ValidationError: the shift is still open or a year past, the entry is not in it, it is signed already, or the
            reason is missing.
    """
    shift = Shift.objects.select_for_update().get(pk=made.shift.pk)
    if not leads(made.signer, shift):
        raise PermissionDenied
    reason = " ".join(reason.split())
    _check(made, shift, name, replaces, reason)
    year = made.now.astimezone(ZoneInfo(current_town().timezone)).year
    number = _next_number(made.template.kind, year)
    label = made.template.number.format(year=year, number=number)
    said = made.document(label=label, replaces=replaces.label if replaces is not None else "", reason=reason)
    content, salt = said.model_dump(mode="json"), secrets.token_bytes(SALT_BYTES)
    report = Report(
        shift=shift, template=name, about=made.about, kind=made.template.kind, year=year, number=number, label=label,
        language=made.language, regime=made.regime, content=content, salt=salt, digest=digest_of(salt, content),
        signed_at=made.now, signed_by=made.signer, replaces=replaces, reason=reason,
    )  # fmt: skip
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError as error:  # SQLite has no row locks: the constraint tells the second of two
        raise ValidationError(gettext("Somebody has just signed this report. Nothing was changed.")) from error
    _note(report, made)
    return report


def _check(made: Making, shift: Shift, name: str, replaces: Report | None, reason: str) -> None:
    if len(made.word) > WORD_MAX:
        raise ValidationError({"word": gettext("At most 5,000 characters.")})
    if made.now - shift.begins_at > LATEST:
        raise ValidationError(gettext("This shift is more than a year past: nothing is signed of it any more."))
    if made.template.about == "shift" and shift.is_open:
        raise ValidationError(gettext("The shift is still open: close it, then sign its report."))
    if made.template.about == "entry" and not made.entries():
        raise ValidationError(gettext("This entry is not one of the shift, or it is closed to you."))
    if replaces is None:
        signed = Report.objects.filter(
            shift=shift, template=name, about=made.about, regime=made.regime, replaces=None
        ).first()
        if signed is not None:
            said = gettext("%(who)s has signed it already: %(label)s. To correct it, sign one that replaces it.")
            raise ValidationError(said % {"who": signed.signed_by, "label": signed.label})
        return
    if len(reason) < REASON_MIN:
        raise ValidationError({"reason": gettext("Say why, in a few words.")})
    after = Report.objects.filter(replaces=replaces).first()
    if after is not None:
        raise ValidationError(gettext("%(label)s replaces it already.") % {"label": after.label})


def _next_number(kind: str, year: int) -> int:
    """Return the next number; the row is held until the transaction ends, so that a failure leaves no hole."""
    ReportNumbering.objects.get_or_create(kind=kind, year=year)
    ReportNumbering.objects.filter(kind=kind, year=year).update(last=F("last") + 1)
    return ReportNumbering.objects.values_list("last", flat=True).get(kind=kind, year=year)


def _note(report: Report, made: Making) -> None:
    detail = {
        "act": "report_signed", "template": report.template, "shift": str(report.shift_id), "digest": report.digest,
        "service": report.shift.service.code,
    }  # fmt: skip
    if report.replaces is not None:
        detail |= {"replaces": report.replaces.label, "reason": report.reason}
    note(
        Act(
            kind=JournalKind.COLLECT, who=f"user:{report.signed_by_id}", purpose=made.reader.viewer.purpose or "",
            ids=(report.label,), detail=detail,
        )
    )  # fmt: skip


def is_untouched(report: Report) -> bool:
    """Tell whether a report still is what was signed: its digest, which the journal holds, fits its contents."""
    return digest_of(bytes(report.salt), report.content) == report.digest
