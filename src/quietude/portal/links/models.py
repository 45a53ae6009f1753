"""Links between two facts of different sources, and proposals that people turned down."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from quietude.portal.accounts.models import User


class Link(models.Model):
    """Somebody said that two entries tell of the same fact. Groups are what live links hold together.

    A link is never changed but once, when it is undone: whatever it had joined is then as if it had never been made.
    """

    first = models.CharField(max_length=32)
    """Identity (uid) of the fact of the source whose name comes first."""
    first_source = models.CharField(max_length=63)
    second = models.CharField(max_length=32)
    second_source = models.CharField(max_length=63)
    reason = models.CharField(max_length=300, blank=True)
    is_proposed = models.BooleanField(default=False)
    """Whether it was made by accepting a proposal."""
    probability = models.FloatField(null=True, blank=True)
    """What the model gave it when it was decided on."""
    levels = models.JSONField(default=dict, blank=True)
    """How alike the two were, by feature, and `log_odds`: what later proposals learn from."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="links_made")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="links_undone")
    undone_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        """One live link between two facts."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["first", "second"], condition=models.Q(undone_at=None), name="one_live_link_per_pair"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["second"], name="link_second")]

    def __str__(self) -> str:
        return f"{self.first} {self.second}"


class Refusal(models.Model):
    """Somebody said that two entries do not tell of the same fact: they are not proposed again."""

    first = models.CharField(max_length=32)
    second = models.CharField(max_length=32)
    probability = models.FloatField(null=True, blank=True)
    levels = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="links_refused")

    class Meta:
        """One refusal a pair."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["first", "second"], name="one_refusal_per_pair")
        ]

    def __str__(self) -> str:
        return f"{self.first} {self.second}"
