"""What data protection leaves behind: legal holds, disposals with their visa, persons' requests, breaches."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

CNIL_HOURS = 72  # RGPD art. 33-1: from the moment the controller became aware
ANSWER_DAYS = 28  # RGPD art. 12-3 gives one month: so many days are never more


class Hold(models.Model):
    """A legal hold: what it covers neither expires nor is erased until it is lifted."""

    title = models.CharField(_("Title"), max_length=120)
    reason = models.CharField(_("Reason"), max_length=400)
    sources = models.JSONField(_("Sources"), default=list, blank=True)
    """Names of sources held whole."""
    query = models.TextField(_("Selection"), blank=True)
    """A filter in its URL form; what it finds is held."""
    uids = models.JSONField(_("Facts"), default=list, blank=True)
    """Facts held one by one."""
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.CharField(max_length=80, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Those in force first."""

        ordering: ClassVar[list[models.OrderBy | str]] = [models.F("lifted_at").desc(nulls_first=True), "-made_at"]

    def __str__(self) -> str:
        return self.title


class Disposal(models.Model):
    """One run of the retention engine, and its visa: who decided, when, on which list. Never changed."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=80)
    reason = models.CharField(max_length=400)
    as_of = models.DateField()
    """The day that the durations were counted to."""
    list_digest = models.CharField(max_length=64)
    """SHA-256 of the list that was signed."""
    report = models.JSONField()
    """Counts by place and source; nothing of the facts."""

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.as_of} {self.by}"


class PersonRequest(models.Model):
    """What a person asked, known by the reference of the letter alone: no name is kept here."""

    class Kind(models.TextChoices):
        """Which right is exercised."""

        ACCESS = "access", _("access (art. 15)")
        RECTIFY = "rectify", _("rectification (art. 16)")
        ERASE = "erase", _("erasure (art. 17)")
        RESTRICT = "restrict", _("restriction (art. 18)")

    reference = models.CharField(_("Reference of the letter"), max_length=60, unique=True)
    kind = models.CharField(_("Right"), max_length=10, choices=Kind.choices)
    received_on = models.DateField(_("Received on"))
    opened_by = models.CharField(max_length=80)
    answer = models.CharField(_("Answer"), max_length=400, blank=True)
    closed_by = models.CharField(max_length=80, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Open ones first, the oldest on top."""

        ordering: ClassVar[list[models.OrderBy | str]] = [models.F("closed_at").desc(nulls_first=True), "received_on"]

    def __str__(self) -> str:
        return self.reference

    @property
    def due_on(self) -> date:
        """Return the day by which the person must have an answer."""
        return self.received_on + timedelta(days=ANSWER_DAYS)


class Breach(models.Model):
    """A breach of personal data, from its discovery to the persons told (RGPD art. 33, 34)."""

    class Risk(models.TextChoices):
        """What it may do to the persons: decides who must be told."""

        UNKNOWN = "unknown", _("not assessed yet")
        NONE = "none", _("no risk: entered here only")
        RISK = "risk", _("a risk: the CNIL is told")
        HIGH = "high", _("a high risk: the CNIL and the persons are told")

    title = models.CharField(_("In a few words"), max_length=120)
    found_at = models.DateTimeField(_("Found on"))
    happened = models.TextField(_("What happened"))
    concerned = models.TextField(_("Who is concerned, and how many"), blank=True)
    data = models.TextField(_("Which data"), blank=True)
    consequences = models.TextField(_("Likely consequences"), blank=True)
    measures = models.TextField(_("Measures taken or planned"), blank=True)
    risk = models.CharField(_("Risk to the persons"), max_length=8, choices=Risk.choices, default=Risk.UNKNOWN)
    late_reason = models.CharField(_("Why the CNIL is told late"), max_length=400, blank=True)
    told_cnil_at = models.DateTimeField(null=True, blank=True)
    told_persons_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    noted_by = models.CharField(max_length=80)
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Open ones first, the newest on top."""

        ordering: ClassVar[list[models.OrderBy | str]] = [models.F("closed_at").desc(nulls_first=True), "-found_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def deadline(self) -> datetime:
        """Return the moment by which the CNIL must be told, where it must."""
        return self.found_at + timedelta(hours=CNIL_HOURS)
