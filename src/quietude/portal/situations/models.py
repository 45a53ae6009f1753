"""Situations and what belongs to them. Nothing is deleted while a situation is kept: it is taken off, and says so."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quietude.portal.accounts.models import User
from quietude.portal.alarms.models import World
from quietude.portal.services.models import Service
from quietude.situations.api import SituationKind

REF_MAX = 120
SAID_MAX = 1000


class KindEdition(models.Model):
    """A kind as it was: of a file when a situation was opened by it, or as somebody saved it in the portal."""

    name = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    """The kind's file as values."""
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """Who saved it; nobody where it is a file's."""
    reason = models.CharField(max_length=300, blank=True)
    is_withdrawn = models.BooleanField(default=False)
    """Whether this edition says that no situation is opened by this kind any more."""

    class Meta:
        """In the order they came."""

        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["name", "digest"], name="kind_edition")]

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:8]}"

    @property
    def kind(self) -> SituationKind:
        """Return the kind that it says."""
        return SituationKind.model_validate(self.content)


class State(models.TextChoices):
    """How far a situation has come."""

    NEW = "new", _("new")
    IN_PROGRESS = "in_progress", _("in progress")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", pgettext_lazy("situation", "closed")


OPEN_STATES = (State.NEW, State.IN_PROGRESS)


class Situation(models.Model):
    """Something that goes on and is handled. Its key never changes, and is short enough to be said over the radio."""

    key = models.CharField(max_length=12, unique=True)
    """Year and number: 2026-0042."""
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    world = models.CharField(max_length=8, choices=World.choices)
    edition = models.ForeignKey(KindEdition, on_delete=models.PROTECT, related_name="situations")
    kind = models.CharField(max_length=40)
    title = models.CharField(_("What"), max_length=120)
    priority = models.PositiveSmallIntegerField(pgettext_lazy("situation", "Priority"))
    state = models.CharField(max_length=12, choices=State.choices, default=State.NEW)
    place_label = models.CharField(_("Where"), max_length=200, blank=True)
    lon_deg = models.FloatField(null=True, blank=True)
    lat_deg = models.FloatField(null=True, blank=True)
    zones = models.JSONField(default=dict)
    """Level to code, of the zones that its point lies in, or that its alarms are about."""
    began_at = models.DateTimeField(_("Since"))
    """When what goes on began: of its first alarm, or as it was said."""
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="led_situations")
    started_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    keep_until = models.DateTimeField()
    """As its kind says, from when it was closed; until then from when it was opened, for one that nobody closes."""
    outcome = models.CharField(_("Outcome"), max_length=SAID_MAX, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="merged")

    class Meta:
        """What is graver first, then the newest; one number a year."""

        ordering: ClassVar[list[str]] = ["-priority", "-opened_at", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["year", "number"], name="one_situation_a_number"),
            models.CheckConstraint(condition=models.Q(priority__range=(1, 5)), name="situation_priority_1_to_5"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-opened_at"], name="situation_state"),
            models.Index(fields=["keep_until"], name="situation_keep_until"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has still something to do about it."""
        return self.state in OPEN_STATES and self.merged_into_id is None

    @property
    def is_exercise(self) -> bool:
        """Tell whether it is of an exercise."""
        return self.world == World.EXERCISE


class Item(models.Model):
    """Something that belongs to a situation: an alarm, a fact, an entry, a document, or a note."""

    class What(models.TextChoices):
        """What it is."""

        ALARM = "alarm", _("alarm")
        FACT = "fact", _("fact")
        ENTRY = "entry", _("entry")
        DOCUMENT = "document", _("document")
        NOTE = "note", _("note")

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="items")
    what = models.CharField(max_length=10, choices=What.choices)
    ref = models.CharField(max_length=REF_MAX, blank=True)
    """Key of the alarm, public name of the fact, logbook/label of the entry, with #number of its document; the bare
    number of a document of the city."""
    said = models.CharField(max_length=SAID_MAX, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """In the order they came; the same thing once."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["situation", "what", "ref"],
                condition=models.Q(removed_at=None) & ~models.Q(ref=""),
                name="one_item_once_in_a_situation",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["what", "ref"], name="situation_item")]

    def __str__(self) -> str:
        return f"{self.situation_id} {self.what} {self.ref}"


class SheetAct(models.Model):
    """What somebody said of one step of the reflex sheet; the last one counts."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="sheet_acts")
    step = models.CharField(max_length=40)
    answer = models.CharField(max_length=40, blank=True)
    is_skipped = models.BooleanField(default=False)
    said = models.CharField(max_length=SAID_MAX, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    """Where a mandatory step was left out: when a supervisor said that they know."""
    seen_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """In the order they were done."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.situation_id} {self.step}"


class Task(models.Model):
    """Something to be done that the sheet does not say, by somebody, by a moment."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="tasks")
    text = models.CharField(_("What"), max_length=300)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """What is due first."""

        ordering: ClassVar[list[str]] = [models.F("due_at").asc(nulls_last=True), "pk"]  # type: ignore[list-item]

    def __str__(self) -> str:
        return f"{self.situation_id} {self.text[:20]}"

    def is_late(self, now: datetime) -> bool:
        """Tell whether it should have been done."""
        return self.done_at is None and self.due_at is not None and now > self.due_at


class Unit(models.Model):
    """A crew that can be sent: on foot, by bicycle, by car."""

    class Status(models.TextChoices):
        """What it does now."""

        AVAILABLE = "available", _("available")
        ON_THE_WAY = "on_the_way", _("on the way")
        ON_SCENE = "on_scene", _("on scene")
        BUSY = "busy", _("busy elsewhere")
        OFF = "off", _("off duty")

    class Means(models.TextChoices):
        """How it moves."""

        CAR = "car", _("car")
        MOTORBIKE = "motorbike", _("motorbike")
        BIKE = "bike", _("bicycle")
        FOOT = "foot", _("on foot")

    code = models.CharField(_("Call sign"), max_length=20, unique=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="units", verbose_name=_("Service"))
    means = models.CharField(_("Moves"), max_length=10, choices=Means.choices, default=Means.CAR)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OFF)
    status_at = models.DateTimeField()
    situation = models.ForeignKey(Situation, on_delete=models.SET_NULL, null=True, blank=True, related_name="units")
    lon_deg = models.FloatField(null=True, blank=True)
    lat_deg = models.FloatField(null=True, blank=True)
    position_at = models.DateTimeField(null=True, blank=True)
    """When it was where it was last said to be."""
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """By call sign."""

        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code


class Sketch(models.Model):
    """Something drawn on the map of a situation."""

    class What(models.TextChoices):
        """What it is."""

        PERIMETER = "perimeter", _("perimeter")
        CORDON = "cordon", _("cordon")
        MEETING_POINT = "meeting_point", _("meeting point")

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="sketches")
    what = models.CharField(max_length=14, choices=What.choices)
    geometry = models.JSONField()
    """GeoJSON (RFC 7946): a polygon, a line or a point, in WGS 84 degrees."""
    said = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """In the order they were drawn."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.situation_id} {self.what}"


class Share(models.Model):
    """A link by which a partner without an account reads parts of one situation, until it ends."""

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="shares")
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the link's secret, which is shown once and kept nowhere."""
    partner = models.CharField(_("For whom"), max_length=120)
    parts = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    openings = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.situation_id} {self.partner}"

    def holds(self, now: datetime) -> bool:
        """Tell whether it opens anything."""
        return self.revoked_at is None and now < self.ends_at


class LogLine(models.Model):
    """One thing that became of a situation. Many lines of one act are undone together."""

    class What(models.TextChoices):
        """What became of it."""

        OPENED = "opened", _("opened")
        STARTED = "started", _("taken in hand")
        RESOLVED = "resolved", _("resolved")
        CLOSED = "closed", pgettext_lazy("situation", "closed")
        REOPENED = "reopened", _("reopened")
        CHANGED = "changed", _("changed")
        ATTACHED = "attached", _("attached")
        DETACHED = "detached", _("taken off")
        NOTED = "noted", _("note")
        MERGED = "merged", _("merged")
        SPLIT = "split", _("split off")
        STEP_DONE = "step_done", _("step done")
        STEP_SKIPPED = "step_skipped", _("step left out")
        SKIP_SEEN = "skip_seen", _("seen by a supervisor")
        TASK_GIVEN = "task_given", _("task given")
        TASK_DONE = "task_done", _("task done")
        TASK_DROPPED = "task_dropped", _("task dropped")
        UNIT = "unit", _("unit")
        DRAWN = "drawn", _("drawn on the map")
        RUBBED_OUT = "rubbed_out", _("taken off the map")
        SHARED = "shared", _("shared")
        REVOKED = "revoked", _("link ended")
        OPENED_BY_PARTNER = "partner", _("read by a partner")
        UNDONE = "undone", _("undone")

    situation = models.ForeignKey(Situation, on_delete=models.CASCADE, related_name="log")
    what = models.CharField(max_length=14, choices=What.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    said = models.CharField(max_length=SAID_MAX, blank=True)
    ref = models.CharField(max_length=REF_MAX, blank=True)
    """What it is about: an item's reference, a step's name, a unit's call sign."""
    act = models.UUIDField(null=True, blank=True)
    changes = models.JSONField(default=list)
    """Rows that the act changed, as they were and as they are then: what an undo needs."""

    class Meta:
        """In the order of what happened."""

        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["act"], name="situation_act")]

    def __str__(self) -> str:
        return f"{self.situation_id} {self.what}"
