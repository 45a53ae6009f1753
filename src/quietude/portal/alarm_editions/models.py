"""Editions of rules, as they are kept: each text that was proposed, by whom, why, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User


class Edition(models.Model):
    """One text of a rule. The file of the town is edition 0 and has no row; an accepted edition stands over it."""

    class State(models.TextChoices):
        """What became of it."""

        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        TAKEN_BACK = "taken_back", _("taken back")

    name = models.CharField(max_length=63)
    number = models.PositiveIntegerField()
    """From 1, without a gap, within a rule."""
    text = models.TextField(blank=True)
    """The rule's file as it was written, comments and all; "" withdraws the rule."""
    reason = models.CharField(max_length=300)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_said = models.CharField(max_length=300, blank=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar[list[str]] = ["name", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["name", "number"], name="one_number_an_edition"),
            models.UniqueConstraint(fields=["name"], condition=models.Q(state="proposed"), name="one_proposal_a_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @property
    def withdraws(self) -> bool:
        """Tell whether it takes the rule out of force."""
        return not self.text
