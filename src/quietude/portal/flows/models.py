"""The inbox: what was acknowledged and is not filed yet; how each flow and door does; what doors must remember."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.Model):
    """One message of a sender: its records as they came, until they are filed. Deleted with that."""

    source = models.CharField(max_length=63)
    door = models.CharField(max_length=16)
    sender = models.CharField(max_length=40)
    """"token:<key>" of the access token, or what the door knows of the sender."""
    received_at = models.DateTimeField()
    content = models.BinaryField()
    """One JSON object a line."""
    records = models.PositiveIntegerField()

    class Meta:
        """In the order they came."""

        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["source", "id"], name="delivery_source")]

    def __str__(self) -> str:
        return f"{self.source} #{self.pk}"


class Fault(models.TextChoices):
    """Why what was received waits."""

    NONE = "", _("none")
    BUSY = "busy", _("an import of the same source runs")
    DISK_FULL = "disk_full", _("the disk is full")
    MANIFEST = "manifest", _("the source's manifest cannot be used")
    UNKNOWN = "unknown_source", _("the town has this source no more")
    STORE = "store", _("the store of facts does not answer")


class FlowState(models.Model):
    """How one flow does: a row a source, made by its first message."""

    source = models.CharField(max_length=63, unique=True)
    last_at = models.DateTimeField()
    """When something was received last."""
    filed_at = models.DateTimeField(null=True, blank=True)
    received = models.PositiveBigIntegerField(default=0)
    filed = models.PositiveBigIntegerField(default=0)
    quarantined = models.PositiveBigIntegerField(default=0)
    fault = models.CharField(max_length=20, choices=Fault.choices, default=Fault.NONE, blank=True)
    fault_said = models.TextField(blank=True)
    """The fault in words, for whoever keeps the sources."""
    fault_since = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.source


class DoorState(models.Model):
    """How one door of a flow does: a row a source and door, made by what happens there first."""

    source = models.CharField(max_length=63)
    door = models.CharField(max_length=16)
    last_at = models.DateTimeField(null=True, blank=True)
    """When something was received last; null while nothing was."""
    received = models.PositiveBigIntegerField(default=0)
    quarantined = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    """Messages, answers and files that were not taken."""
    lag_s = models.FloatField(null=True, blank=True)
    """Seconds from the newest record of the last batch to its reception; null where records state no time."""
    failures = models.PositiveIntegerField(default=0)
    """Tries without success, one after the other."""
    error_said = models.TextField(blank=True)
    """The last error in words, for whoever keeps the sources; it stays until the door works again."""
    error_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    """Of what is asked: when it is asked next."""
    memory = models.JSONField(default=dict)
    """Of what is asked: "etag", "modified", "cursor" and "seen", as the other server gave them.

    Of what is subscribed to: "subscribed", the portal's name; "lost_at" and "lost_said" of a broker that forgot it.
    """

    class Meta:
        """One row a source and door."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "door"], name="one_row_a_door")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.door}"


class SeenSignature(models.Model):
    """A signed message that was taken: it is not taken again."""

    source = models.CharField(max_length=63)
    digest = models.CharField(max_length=64)
    until = models.DateTimeField()
    """Until when it is told from others; later its time is too old."""

    class Meta:
        """Once a source."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "digest"], name="one_row_a_signature")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.digest[:8]}"


class AlertChain(models.Model):
    """Messages of an alert and of what corrects and ends it: one fact."""

    source = models.CharField(max_length=63)
    name = models.CharField(max_length=255)
    """Key of the fact: the name of the message by which the chain began."""
    is_open = models.BooleanField(default=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField()
    """When something came of it last."""

    class Meta:
        """One row a chain."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "name"], name="one_row_a_chain")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["is_open", "expires_at"], name="chain_expires")]

    def __str__(self) -> str:
        return f"{self.source} {self.name}"


class AlertMessage(models.Model):
    """One message of a chain; or the name of one that others are about and that has not come."""

    chain = models.ForeignKey(AlertChain, on_delete=models.CASCADE, related_name="messages")
    source = models.CharField(max_length=63)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=8, blank=True)
    """Alert, Update or Cancel; "" while it has not come."""
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    record = models.JSONField(default=dict)

    class Meta:
        """One row a message."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "name"], name="one_row_an_alert_message")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.name}"


class TakenFile(models.Model):
    """A file of a watched folder that is being taken: how far it is on disk, so that nothing of it is taken twice."""

    source = models.CharField(max_length=63)
    name = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    records = models.PositiveBigIntegerField(default=0)
    """Records of it that were taken in."""
    is_whole = models.BooleanField(default=False)
    """Whether all were; then it only waits to be put away."""
    began_at = models.DateTimeField()

    class Meta:
        """One row a file."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "name", "digest"], name="one_row_a_file_on_its_way")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.name}"


class FlowHour(models.Model):
    """Records of one door of a flow within one hour: what its present rate is compared with."""

    source = models.CharField(max_length=63)
    door = models.CharField(max_length=16, blank=True)
    """"" of the time when doors were not told apart."""
    hour = models.DateTimeField()
    """Its beginning, UTC."""
    records = models.PositiveBigIntegerField(default=0)

    class Meta:
        """One row a source, door and hour."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "door", "hour"], name="one_row_a_door_and_hour")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.hour:%Y-%m-%d %H}"
