"""Shifts, crews, instructions and signed reports. Nothing is deleted: a shift is closed, an instruction withdrawn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User
from quietude.portal.rights.models import REGIMES
from quietude.portal.services.models import Service

OVERTIME = timedelta(hours=2)  # an intervention under way is written up after the planned end


class Watch(models.TextChoices):
    """Which part of the day a shift is."""

    MORNING = "morning", _("morning")
    DAY = "day", _("daytime")
    AFTERNOON = "afternoon", _("afternoon")
    EVENING = "evening", _("evening")
    NIGHT = "night", _("night")


class Shift(models.Model):
    """One shift of one service. It is open until it is closed: its planned end closes nothing."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="shifts", verbose_name=_("Service"))
    watch = models.CharField(_("Shift"), max_length=10, choices=Watch.choices)
    begins_at = models.DateTimeField(_("From"))
    ends_at = models.DateTimeField(_("Until"))
    """As planned."""
    chief = models.ForeignKey(User, on_delete=models.PROTECT, related_name="led_shifts", verbose_name=_("Chief"))
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="opened_shifts")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="closed_shifts")
    reason = models.CharField(_("Reason"), max_length=300, blank=True)
    """Why somebody else than its chief closed it."""
    word = models.TextField(_("For the next shift"), max_length=2000, blank=True)
    """What its chief hands over, in words."""

    class Meta:
        """Newest first; a shift ends after it begins."""

        ordering: ClassVar[list[str]] = ["-begins_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("begins_at")), name="shift_ends_after"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["service", "-begins_at"], name="shift_of_service"),
            models.Index(fields=["service"], name="shift_open", condition=models.Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.begins_at:%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        """Tell whether it was not closed yet."""
        return self.closed_at is None

    @property
    def until(self) -> datetime:
        """Return when its entries end: when it was closed, and at most two hours after its planned end.

        A shift that was forgotten and closed days later does not take in what the next ones wrote.
        """
        latest = self.ends_at + OVERTIME
        return max(min(self.closed_at or latest, latest), self.begins_at)

    @property
    def length(self) -> timedelta:
        """Return how long it lasts, in hours that really pass: a night of the change of clocks has one more or less."""
        return self.ends_at - self.begins_at

    def is_forgotten(self, now: datetime) -> bool:
        """Tell whether it is open past its planned end."""
        return self.is_open and self.ends_at < now


class Attendance(models.Model):
    """One person is on a shift, from a moment to a moment: on one at a time."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="attendances")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A person has one open shift at a time."""

        ordering: ClassVar[list[str]] = ["since", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(until=None), name="one_open_shift"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.shift_id}"


class Crew(models.Model):
    """Some people of a shift who work together, with a vehicle or on foot."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="crews")
    code = models.CharField(_("Crew"), max_length=20)
    vehicle = models.CharField(_("Vehicle"), max_length=60, blank=True)
    since = models.DateTimeField(_("From"))
    until = models.DateTimeField(_("Until"), null=True, blank=True)

    class Meta:
        """In the order in which they went out."""

        ordering: ClassVar[list[str]] = ["since", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["shift", "code"], condition=models.Q(until=None), name="one_crew_of_a_code"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CrewMember(models.Model):
    """A person in a crew, as long as the crew is out."""

    crew = models.ForeignKey(Crew, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="crews")

    class Meta:
        """Each once."""

        ordering: ClassVar[list[str]] = ["person__username"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["crew", "person"], name="once_in_a_crew"),
        ]

    def __str__(self) -> str:
        return f"{self.crew_id}: {self.person_id}"


class Instruction(models.Model):
    """What a service is told, until a date. Its words never change: another one is written in its place."""

    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="instructions", verbose_name=_("Service")
    )
    text = models.TextField(_("Instruction"), max_length=2000)
    is_priority = models.BooleanField(_("Priority"), default=False)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="instructions")
    until = models.DateTimeField(_("Until"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawn_instructions"
    )

    class Meta:
        """Priority first, then the newest."""

        ordering: ClassVar[list[str]] = ["-is_priority", "-written_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.service} {self.pk}"

    def holds(self, now: datetime) -> bool:
        """Tell whether it is in force."""
        return self.withdrawn_at is None and (self.until is None or now < self.until)


class Acknowledgement(models.Model):
    """A person has read an instruction."""

    instruction = models.ForeignKey(Instruction, on_delete=models.CASCADE, related_name="acknowledgements")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="acknowledgements")
    at = models.DateTimeField()

    class Meta:
        """Each person once."""

        ordering: ClassVar[list[str]] = ["at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["instruction", "person"], name="acknowledged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.instruction_id}: {self.person_id}"


class ReportNumbering(models.Model):
    """The last number given to reports, or to official statements, of a year: no hole, no double."""

    kind = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        """One count a kind and year."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "year"], name="one_report_numbering_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class Report(models.Model):
    """A signed report. Frozen: what it says never changes; a correction is another one that names it."""

    class Kind(models.TextChoices):
        """Which numbers it takes."""

        REPORT = "report", _("report")
        STATEMENT = "statement", _("official statement")

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="reports")
    template = models.CharField(max_length=40)
    about = models.CharField(max_length=63, blank=True)
    """Label of the entry that an official statement is about."""
    kind = models.CharField(max_length=10, choices=Kind.choices)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=63, unique=True)
    language = models.CharField(max_length=2)
    regime = models.CharField(max_length=20, choices=REGIMES)
    """It holds entries of one regime only, and is read under a purpose of that regime."""
    content = models.JSONField()
    """What was signed (`quietude.portal.shifts.document.Document`). Entries are named by version and digest, not
    copied: their texts stay where rights, terms and erasures reach them."""
    salt = models.BinaryField()
    digest = models.CharField(max_length=64)
    """SHA-256 over salt and contents; the journal's line carries it."""
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="signed_reports")
    replaces = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaced_by"
    )
    reason = models.CharField(_("Reason"), max_length=300, blank=True)
    """Why it replaces another."""

    class Meta:
        """Newest first; one first report of a template and shift: of two who sign at once, one is told."""

        ordering: ClassVar[list[str]] = ["-signed_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "year", "number"], name="one_report_per_number"),
            models.UniqueConstraint(
                fields=["shift", "template", "about", "regime"],
                condition=models.Q(replaces=None),
                name="signed_once",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Subscription(models.Model):
    """A person gets the daily bulletin of a service by e-mail."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="bulletins")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="subscriptions")
    since = models.DateTimeField()

    class Meta:
        """Each service once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "service"], name="subscribed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.service_id}"


class Bulletin(models.Model):
    """The bulletin of a service and day was taken on, by one process only."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="bulletins")
    day = models.DateField()
    """The day it tells of."""
    at = models.DateTimeField()
    sent = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=200, blank=True)
    """Kind of the fault, where the mail server did not take it."""

    class Meta:
        """One a service and day."""

        ordering: ClassVar[list[str]] = ["-day", "service"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["service", "day"], name="one_bulletin_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.day}"
