"""Works and closures to come, each confirmed by a person from an order that is public."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User

TITLE_MAX = 120
"""As long as the reason of a suppression: one becomes the other."""
PLACE_MAX = 300


class PlannedWorks(models.Model):
    """What an order announces. A plan, no fact: that the works took place is for a source of facts to say.

    Its order is public as long as the row is shown: whoever sees alarms or situations sees it, with no grant asked.
    """

    document = models.OneToOneField("documents.Document", on_delete=models.CASCADE, related_name="+")
    title = models.CharField(_("What"), max_length=TITLE_MAX)
    order_number = models.CharField(max_length=60, blank=True)
    natures = models.JSONField(default=list)
    """Names of `quietude.documents.orders.NATURES`."""
    first_day = models.DateField(_("First day"))
    last_day = models.DateField(_("Last day"))
    place_label = models.CharField(_("Where"), max_length=PLACE_MAX, blank=True)
    points = models.JSONField(default=list)
    """[longitude, latitude] of each way that the town knows, in degrees."""
    zones = models.JSONField(default=list)
    """"level:code" each, of the finest level, in which the ways lie."""
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        """The next to begin first."""

        ordering: ClassVar[list[str]] = ["first_day", "pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["last_day"], name="works_last_day")]

    def __str__(self) -> str:
        return f"{self.pk}"
