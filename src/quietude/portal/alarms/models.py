"""Alarms as they are kept: what the engine says of each, what people did about it, and what the engine remembers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from quietude.alarms.api import Standing
from quietude.portal.accounts.models import User
from quietude.portal.services.api import Service


class World(models.TextChoices):
    """Real facts ring by themselves; those of an exercise, or made up, ring apart and are marked everywhere."""

    REAL = "real", _("real")
    EXERCISE = "exercise", _("exercise")


class RuleEdition(models.Model):
    """A rule as it was when something rang by it: what is changed or deleted later can still be read."""

    name = models.CharField(max_length=63)
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    """The rule's file as values."""
    since = models.DateTimeField()
    """When it was first judged by."""

    class Meta:
        """One row a content."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "digest"], name="one_row_a_rule_content")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:8]}"


class Alarm(models.Model):
    """One episode of a rule, with where it stands (`quietude.alarms.standing`)."""

    key = models.CharField(max_length=40, unique=True)
    world = models.CharField(max_length=8, choices=World.choices)
    edition = models.ForeignKey(RuleEdition, on_delete=models.PROTECT, related_name="alarms")
    rule = models.CharField(max_length=63)
    group = models.CharField(max_length=120, blank=True)
    """What it is about: a zone's code, an H3 cell, a source; "" for the town."""
    severity = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    raised_at = models.DateTimeField()
    """When it rang first: later than it began, where its facts came late."""
    facts = models.PositiveIntegerField()
    evidence = models.JSONField(default=list)
    """Public names of the first fifty facts it rests on."""
    is_candidate = models.BooleanField(default=False)
    """Whether too few of its kind came before it to ring anybody."""
    expected = models.JSONField(null=True, blank=True)
    """Of a departure from the season's normal: how many facts were expected as it began; mean, least, most."""
    is_active = models.BooleanField()
    is_acknowledged = models.BooleanField(default=False)
    latches = models.BooleanField(default=False)
    is_reset = models.BooleanField(default=False)
    shelved_until = models.DateTimeField(null=True, blank=True)
    suppressed_by = models.CharField(max_length=120, blank=True)
    is_in_service = models.BooleanField(default=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    """When it turned out that it never was."""
    merged_into = models.CharField(max_length=40, blank=True)
    """Key of the alarm it turned out to be part of."""
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The gravest first, then the newest."""

        ordering: ClassVar[list[str]] = ["-severity", "-began_at", "pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["withdrawn_at", "is_active", "is_acknowledged"], name="alarm_standing"),
            models.Index(fields=["raised_at"], name="alarm_raised"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def standing(self) -> Standing:
        """Return where it stands."""
        return Standing(
            is_active=self.is_active,
            is_acknowledged=self.is_acknowledged,
            latches=self.latches,
            is_reset=self.is_reset,
            shelved_until=self.shelved_until,
            suppressed_by=self.suppressed_by or None,
            is_in_service=self.is_in_service,
        )

    def stand(self, standing: Standing) -> None:
        """Put it where it stands now; the caller saves it."""
        self.is_active, self.is_acknowledged = standing.is_active, standing.is_acknowledged
        self.latches, self.is_reset = standing.latches, standing.is_reset
        self.shelved_until, self.suppressed_by = standing.shelved_until, standing.suppressed_by or ""
        self.is_in_service = standing.is_in_service


STANDING = ("is_active", "is_acknowledged", "latches", "is_reset", "shelved_until", "suppressed_by", "is_in_service")
"""Columns of an alarm that say where it stands."""


class AlarmStep(models.Model):
    """One thing that became of an alarm, by itself or by somebody."""

    class What(models.TextChoices):
        """What became of it."""

        RAISED = "raised", _("rang")
        CLEARED = "cleared", _("was over")
        RETURNED = "returned", _("rang again: it was not over")
        WITHDRAWN = "withdrawn", _("was withdrawn: it never was")
        ACKNOWLEDGED = "acknowledged", _("taken")
        RESET = "reset", _("reset")
        SHELVED = "shelved", _("set aside")
        UNSHELVED = "unshelved", _("taken back from aside")
        COMMENTED = "commented", _("commented")
        UNDONE = "undone", _("the last act undone")
        RETIRED = "retired", _("its rule is no more")
        ASSIGNED = "assigned", _("given")
        SUPPRESSED = "suppressed", _("suppressed")
        RELEASED = "released", _("suppressed no more")
        ROSE = "rose", _("became graver: rings again")
        FELL = "fell", _("became less grave")

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=12, choices=What.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    said = models.CharField(max_length=300, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    act = models.UUIDField(null=True, blank=True)
    """The same for all alarms that one act changed: they are undone together."""
    before = models.JSONField(null=True, blank=True)
    """What of it the act changed, as it was."""

    class Meta:
        """In the order of what happened."""

        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["act"], name="alarm_act")]

    def __str__(self) -> str:
        return f"{self.alarm_id} {self.what}"


class Assignment(models.Model):
    """To whom an alarm is given: a person or a service. Nobody has it where there is none."""

    alarm = models.OneToOneField(Alarm, on_delete=models.CASCADE, related_name="assignment")
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """Rules that the database keeps."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(person=None, service__isnull=False) | models.Q(person__isnull=False, service=None),
                name="given_to_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.alarm_id}"


class Suppression(models.Model):
    """A planned event or works: alarms of some rules, in some zones, do not ring meanwhile."""

    reason = models.CharField(_("Reason"), max_length=120)
    rules = models.JSONField(_("Rules"), default=list, blank=True)
    """Names; none means all, where zones are named."""
    zones = models.JSONField(_("Zones"), default=list, blank=True)
    """"level:code" each; none means the whole town, where rules are named."""
    begins_at = models.DateTimeField(_("Begins"))
    ends_at = models.DateTimeField(_("Ends"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        """The next to end first."""

        ordering: ClassVar[list[str]] = ["ends_at", "pk"]

    def __str__(self) -> str:
        return f"{self.pk}"


class RuleOutage(models.Model):
    """A rule taken out of service until a moment: what it rings is kept, and calls for nobody."""

    rule = models.CharField(_("Rule"), max_length=63)
    reason = models.CharField(_("Reason"), max_length=120)
    ends_at = models.DateTimeField(_("Until"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        """The next to end first."""

        ordering: ClassVar[list[str]] = ["ends_at", "pk"]

    def __str__(self) -> str:
        return self.rule


class Arrival(models.Model):
    """Facts that were filed and are still to be judged: those of a source received at one moment."""

    source = models.CharField(max_length=63)
    received_at = models.DateTimeField()
    is_settled = models.BooleanField(default=False)
    """Whether the writing has ended; one that was killed is settled by whoever writes the source next."""

    class Meta:
        """In the order they came."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.source} {self.received_at:%Y-%m-%d %H:%M:%S.%f}"


class Memory(models.Model):
    """What the engine of one world remembers besides its groups."""

    world = models.CharField(max_length=8, choices=World.choices, unique=True)
    revision = models.PositiveBigIntegerField(default=0)
    """Grows with each judgement that is kept: whoever judged from an older one begins again."""
    changes = models.PositiveBigIntegerField(default=0)
    """Grows whenever an alarm changed: screens look again."""
    head = models.TextField(blank=True)
    rules = models.JSONField(default=dict)
    """Digest of each rule that the groups are of."""
    last_import = models.PositiveBigIntegerField(default=0)
    """The newest import whose facts were judged."""
    keeper = models.CharField(max_length=100, blank=True)
    """The process that judges, of several that serve."""
    kept_until = models.DateTimeField(null=True, blank=True)
    """Until when it does, unless it says so again."""

    def __str__(self) -> str:
        return self.world


class GroupMemory(models.Model):
    """What the engine remembers of one rule in one group."""

    world = models.CharField(max_length=8, choices=World.choices)
    rule = models.CharField(max_length=63)
    name = models.CharField(max_length=120, blank=True)
    state = models.TextField()

    class Meta:
        """One row a rule and group."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["world", "rule", "name"], name="one_memory_a_group")
        ]

    def __str__(self) -> str:
        return f"{self.world} {self.rule} {self.name}"


class RuleFile(models.Model):
    """A rule's file as it was last readable: judged by while the file has a fault."""

    name = models.CharField(max_length=63, unique=True)
    content = models.JSONField(null=True, blank=True)
    """The file as values; null where it never was readable."""
    digest = models.CharField(max_length=64, blank=True)
    fault = models.TextField(blank=True)
    """File, line, column, value and remedy of each fault."""
    fault_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        """By name."""

        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class SeasonNormal(models.Model):
    """What is normal for the groups of one rule from a moment on: learned once, so that a replay gives the same."""

    world = models.CharField(max_length=8, choices=World.choices)
    rule = models.CharField(max_length=63)
    digest = models.CharField(max_length=64)
    since = models.DateTimeField()
    weeks = models.PositiveSmallIntegerField()
    content = models.JSONField()
    """As `quietude.alarms.departure.Normal.said` gives it."""

    class Meta:
        """One row an edition."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["world", "rule", "digest", "since"], name="one_edition_a_normal")
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.since:%Y-%m}"


class Exercise(models.Model):
    """Past facts that are played as if live; one at a time."""

    mark = models.CharField(max_length=40, unique=True)
    sources = models.JSONField(default=list)
    since = models.DateTimeField()
    """Of the facts that are played, as they happened."""
    until = models.DateTimeField()
    speed = models.FloatField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    facts = models.PositiveIntegerField(default=0)
    """How many were played so far."""
    received = models.JSONField(default=list)
    """Source and `received_at` of each batch: what is taken back when the exercise is cleared."""
    is_cleared = models.BooleanField(default=False)

    class Meta:
        """The newest first."""

        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return self.mark

    @property
    def later_by(self) -> timedelta:
        """Return how much later its facts are played than they happened: at its end they happen now."""
        return self.began_at + (self.until - self.since) / self.speed - self.until

    def clock(self, now: datetime) -> datetime:
        """Return the time of the exercise at a moment."""
        played = max(timedelta(0), min(now - self.began_at, (self.until - self.since) / self.speed))
        return self.since + self.later_by + played * self.speed
