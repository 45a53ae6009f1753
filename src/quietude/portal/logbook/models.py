"""Entries and their versions. Nothing is ever overwritten: a correction is one more version, a deletion a stroke."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from quietude.model.event import Regime, Sensitivity
from quietude.portal.accounts.models import User
from quietude.portal.rights.models import REGIMES

ZONE_COLUMNS = ("zone_1", "zone_2", "zone_3", "zone_4")
"""The zone of an entry at each level of the territory, from coarse to fine; more than four are not kept here."""

NEWEST = ("-occurred_at", "-id")
READY_INDEXES = (
    ("all", (), NEWEST),
    ("state", (), ("state", *NEWEST)),
    ("due", (), ("due_at", "id")),
    ("author", ("author",), NEWEST),
    *((zone, (zone,), NEWEST) for zone in ZONE_COLUMNS),
)
"""What the ready filters of the central list walk along, logbook by logbook: name, columns before and after."""


class Numbering(models.Model):
    """The last number given in a logbook and year, raised with the entry that takes it: no hole, no double."""

    logbook = models.CharField(max_length=63)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        """One count a logbook and year."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["logbook", "year"], name="one_numbering_per_year")
        ]

    def __str__(self) -> str:
        return f"{self.logbook} {self.year}: {self.last}"


class State(models.TextChoices):
    """Where what follows from an entry stands."""

    OPEN = "open", _("no follow-up")
    UNDER_WAY = "under_way", _("follow-up under way")
    CLOSED = "closed", _("closed")


class Kind(models.TextChoices):
    """How an entry was written."""

    ENTRY = "entry", _("entry")
    RADIO = "radio", _("radio message")


class Entry(models.Model):
    """One entry in its present version, as lists and maps need it; what it says is in its versions."""

    key = models.UUIDField(unique=True)
    """Made by whoever wrote it, before it was sent: the same entry sent twice is one."""
    logbook = models.CharField(max_length=63)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=63)
    """The number as it is written, such as PM-2026-000017."""
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ENTRY)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="entries")
    written_at = models.DateTimeField()
    """When the server took it."""
    version = models.PositiveSmallIntegerField(default=1)
    revision = models.PositiveIntegerField(default=1)
    """Counts every change that its fact should show."""
    filed_revision = models.PositiveIntegerField(default=0)
    """The revision that the store holds."""
    occurred_at = models.DateTimeField(_("When"))
    occurred_to = models.DateTimeField(_("Until"), null=True, blank=True)
    category = models.CharField(_("Category"), max_length=80, blank=True)
    severity = models.PositiveSmallIntegerField(_("Severity"), default=2)
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.OPEN)
    regime = models.CharField(_("Regime"), max_length=20, choices=REGIMES, default=Regime.RGPD.value)
    sensitivity = models.CharField(max_length=20, default=Sensitivity.INTERNAL.value)
    place_label = models.CharField(_("Place"), max_length=200, blank=True)
    street = models.CharField(max_length=80, blank=True)
    """What the place is found by (`quietude.portal.logbook.streets.street_of`)."""
    lon_deg = models.FloatField(null=True, blank=True)
    lat_deg = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    zone_1 = models.CharField(max_length=40, blank=True)
    zone_2 = models.CharField(max_length=40, blank=True)
    zone_3 = models.CharField(max_length=40, blank=True)
    zone_4 = models.CharField(max_length=40, blank=True)
    struck_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    """The earliest term of its open follow-ups."""
    retain_until = models.DateField()
    """Last day it is kept, by its logbook's retention; then it goes with its versions and follow-ups."""

    class Meta:
        """Newest first; what lists ask for is indexed."""

        ordering: ClassVar[list[str]] = ["-occurred_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["logbook", "year", "number"], name="one_entry_per_number"),
            models.UniqueConstraint(fields=["label", "logbook"], name="one_entry_per_label"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-occurred_at", "-id"], name="entry_when"),
            models.Index(fields=["logbook", "-occurred_at"], name="entry_logbook"),
            *(
                models.Index(fields=[*first, "logbook", "regime", *then], name=f"entry_by_{name}")
                for name, first, then in READY_INDEXES
            ),
            *(  # few are not closed, wherever: without these the database walks all that a zone ever had
                models.Index(
                    fields=[zone, "state", "logbook", "regime", *NEWEST],
                    name=f"entry_open_{zone}",
                    condition=models.Q(state="open") | models.Q(state="under_way"),
                )
                for zone in ZONE_COLUMNS
            ),
            models.Index(
                fields=["revision"], name="entry_to_file", condition=models.Q(revision__gt=models.F("filed_revision"))
            ),
            models.Index(
                fields=["street", "logbook", "regime", "-occurred_at", "-id"],
                name="entry_by_street",
                opclasses=["varchar_pattern_ops", "", "", "", ""],
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_struck(self) -> bool:
        """Tell whether the entry was struck through."""
        return self.struck_at is not None


class EntryVersion(models.Model):
    """What an entry said from a moment on: never changed, never deleted but by erasure, which leaves the digest."""

    class What(models.TextChoices):
        """Why there is a version."""

        WRITTEN = "written", _("written")
        CORRECTED = "corrected", _("corrected")
        STRUCK = "struck", _("struck through")

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=10, choices=What.choices, default=What.WRITTEN)
    at = models.DateTimeField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="entry_versions")
    reason = models.CharField(_("Reason"), max_length=300, blank=True)
    content = models.JSONField()
    """What was written (`quietude.portal.logbook.content.Content`), identities of parties aside."""
    identities = models.JSONField(default=list, blank=True)
    """Who the parties are, in their order: read by those only whose grant opens references to persons."""
    salt = models.BinaryField()
    digest = models.CharField(max_length=64)
    """SHA-256 over salt and contents; the journal's line carries it, so that a changed letter is found."""

    class Meta:
        """One row a version."""

        ordering: ClassVar[list[str]] = ["entry", "version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "version"], name="one_row_per_entry_version")
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} v{self.version}"


class FollowUp(models.Model):
    """What is to be done after an entry: by whom, by when, and what came of it."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="follow_ups")
    what = models.CharField(_("What is to be done"), max_length=300)
    service = models.CharField(_("Service"), max_length=63, blank=True)
    """Code of the service it is for; of a person's follow-up, the service it falls back to."""
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("Person")
    )
    due_at = models.DateTimeField(_("By"), null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="made_follow_ups")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="done_follow_ups")
    outcome = models.CharField(_("Outcome"), max_length=300, blank=True)

    class Meta:
        """Most urgent first; those without a term last."""

        ordering: ClassVar[list[Any]] = [models.F("due_at").asc(nulls_last=True), "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], name="follow_up_open", condition=models.Q(done_at=None)),
            models.Index(fields=["service", "due_at"], name="follow_up_of_service", condition=models.Q(done_at=None)),
            models.Index(fields=["assignee", "due_at"], name="follow_up_of_person", condition=models.Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.pk}"

    def is_late(self, now: datetime) -> bool:
        """Tell whether it is open past its term."""
        return self.done_at is None and self.due_at is not None and self.due_at < now


class FollowUpStep(models.Model):
    """One act on a follow-up: asked, handed over, done, opened again. Steps are added, never changed."""

    class What(models.TextChoices):
        """What was done."""

        ASKED = "asked", _("asked")
        HANDED_OVER = "handed_over", _("handed over")
        DONE = "done", _("done")
        REOPENED = "reopened", _("opened again")
        FELL_BACK = "fell_back", _("back to the service")

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=12, choices=What.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="follow_up_steps")
    """None: the portal itself."""
    said = models.CharField(max_length=300, blank=True)
    """Why it was handed over or opened again, or what came of it."""
    service = models.CharField(max_length=63, blank=True)
    """For which service it is from then on."""
    assignee = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="follow_up_turns")
    """For which person it is from then on."""

    class Meta:
        """In their order."""

        ordering: ClassVar[list[str]] = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.follow_up_id}: {self.what}"


class Reminder(models.Model):
    """A moment at which a follow-up is called to mind: taken on once, by one process."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="reminders")
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    """When messages were made of it, whether or not the mail server took them."""
    sent = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=200, blank=True)
    """Kind of the fault, where the mail server did not take it."""

    class Meta:
        """Each moment once."""

        ordering: ClassVar[list[str]] = ["at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["follow_up", "at"], name="reminded_once_at_a_moment"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["at"], name="reminder_waiting", condition=models.Q(taken_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.follow_up_id} {self.at:%Y-%m-%d %H:%M}"


class FollowUpWish(models.Model):
    """How a person wants to be found by follow-ups: reminded by e-mail, and not while they are away."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="follow_up_wish")
    by_mail = models.BooleanField(default=False)
    away_until = models.DateField(null=True, blank=True)
    """Last day: until then their follow-ups are their service's too."""

    def __str__(self) -> str:
        return f"{self.person_id}"
