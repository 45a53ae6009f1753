"""What a version of a document says: mentions and an order's works, proposed, and each decision on them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from quietude.portal.accounts.models import User
from quietude.portal.documents.models import Version

VALUE_MAX = 200
WORDS_MAX = 300


class Judged(models.TextChoices):
    """What people think of a proposal."""

    PROPOSED = "proposed", pgettext_lazy("mention", "proposed")
    CONFIRMED = "confirmed", pgettext_lazy("mention", "confirmed")
    REJECTED = "rejected", pgettext_lazy("mention", "rejected")


class Looked(models.Model):
    """That the text of a version was looked through, as it was read at a moment."""

    version = models.OneToOneField(Version, on_delete=models.CASCADE, related_name="+")
    extracted_at = models.DateTimeField()
    """`Version.extracted_at` of that text: a text that was read again is looked through again."""
    is_cut = models.BooleanField(default=False)
    """Whether there were more mentions than are kept."""
    order = models.JSONField(null=True)
    """What it says as an order on traffic, in plain values; null where it is none."""

    def __str__(self) -> str:
        return f"{self.version_id}"


class Mention(models.Model):
    """One thing that a page names. What a person decided of it stays when the text is looked through again."""

    class Kind(models.TextChoices):
        """What it is."""

        DATE = "date", pgettext_lazy("mention", "day")
        ORDER = "order", pgettext_lazy("mention", "order")
        LAW = "law", pgettext_lazy("mention", "law")
        PLACE = "place", pgettext_lazy("mention", "place")
        ORGANISATION = "organisation", pgettext_lazy("mention", "organisation")

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    page = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    """Letters of the page's text."""
    text = models.CharField(max_length=WORDS_MAX)
    """As it is written."""
    value = models.CharField(max_length=VALUE_MAX)
    """In one form, as the rules read it, or as a person corrected it."""
    confidence = models.FloatField()
    lon_deg = models.FloatField(null=True, blank=True)
    lat_deg = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    judged = models.CharField(max_length=10, choices=Judged.choices, default=Judged.PROPOSED)

    class Meta:
        """In the order of the text; the same words once."""

        ordering: ClassVar[list[str]] = ["version", "page", "start", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "page", "start", "end", "kind"], name="one_mention_a_stretch")
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.page}"


class Decision(models.Model):
    """One line of a mention's history, or of a version's works; the journal has it too. Never changed."""

    class What(models.TextChoices):
        """What was done."""

        CONFIRMED = "confirmed", pgettext_lazy("decision on a mention", "confirmed")
        CORRECTED = "corrected", pgettext_lazy("decision on a mention", "corrected and confirmed")
        REJECTED = "rejected", pgettext_lazy("decision on a mention", "rejected")
        REOPENED = "reopened", pgettext_lazy("decision on a mention", "proposed again")
        PLANNED = "planned", pgettext_lazy("decision on a mention", "works planned")
        UNPLANNED = "unplanned", pgettext_lazy("decision on a mention", "works withdrawn")

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    mention = models.ForeignKey(Mention, on_delete=models.CASCADE, null=True, related_name="decisions")
    """None where it is on the works of the whole order."""
    what = models.CharField(max_length=10, choices=What.choices)
    before = models.CharField(max_length=VALUE_MAX, blank=True)
    """The value before a correction."""
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.what}"
