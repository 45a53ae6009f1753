"""Trials of rules on past facts, as they are kept: what was asked, how far it is, what came out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User


class Trial(models.Model):
    """One text of a rule tried on the facts of a period, as its person may list them."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waits")
        RUNNING = "running", _("is tried")
        DONE = "done", _("tried")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    name = models.CharField(max_length=63)
    text = models.TextField()
    former = models.TextField(blank=True)
    """The text that holds while it is asked; "" where the rule is new."""
    asked_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=40, blank=True)
    """What the person works under: the rights that the facts are read by."""
    asked_at = models.DateTimeField()
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    moved_at = models.DateTimeField(null=True, blank=True)
    """When its worker was last heard of: one that was killed is begun again."""
    said = models.TextField(blank=True)
    result = models.JSONField(null=True, blank=True)

    class Meta:
        """In the order in which they were asked."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"

    @property
    def is_under_way(self) -> bool:
        """Tell whether it is to end yet."""
        return self.state in {self.State.WAITING, self.State.RUNNING}
