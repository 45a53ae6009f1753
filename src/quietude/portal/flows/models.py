"""The inbox: what was acknowledged and is not filed yet; and how each flow does."""

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


class FlowHour(models.Model):
    """Records of a flow within one hour: what its present rate is compared with."""

    source = models.CharField(max_length=63)
    hour = models.DateTimeField()
    """Its beginning, UTC."""
    records = models.PositiveBigIntegerField(default=0)

    class Meta:
        """One row a source and hour."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "hour"], name="one_row_a_flow_and_hour")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.hour:%Y-%m-%d %H}"
