"""How each source of documents is followed, and which document there is which one here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils.translation import pgettext_lazy

from quietude.portal.accounts.models import User
from quietude.portal.document_sources.faults import Fault, Trouble
from quietude.portal.documents.models import Document

SAID_MAX = 1000


class Source(models.Model):
    """How far a source is followed; made when it is first looked for."""

    name = models.CharField(max_length=63, unique=True)
    form = models.CharField(max_length=16, blank=True)
    """Format of the place that the cursor is of."""
    cursor = models.TextField(blank=True)
    """Of the last `Reached`; "" before the first."""
    rules = models.CharField(max_length=64, blank=True)
    """SHA-256 of what the manifest said of rights when they were last given to all documents."""
    keeper = models.CharField(max_length=100, blank=True)
    """Which portal follows it now."""
    kept_until = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    """When it is looked for again; None: at once."""
    looked_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    """When the place last answered and all it told was kept."""
    failures = models.PositiveIntegerField(default=0)
    """In a row."""
    trouble = models.CharField(max_length=10, blank=True, choices=Trouble.choices)
    trouble_said = models.CharField(max_length=SAID_MAX, blank=True)
    """What the connector said, in its own words."""
    trouble_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    vanished = models.PositiveIntegerField(default=0)
    """Deletions there that wait for a person's word."""
    vanished_of = models.PositiveIntegerField(default=0)
    vanished_some = models.JSONField(default=list)
    """Digests of the keys of some of them."""
    agreed = models.PositiveIntegerField(default=0)
    """How many deletions a person agreed to."""
    passed_over = models.PositiveIntegerField(default=0)
    """What is there and cannot be taken, such as links, in the last listing."""
    passed_why = models.JSONField(default=dict)
    """Reason to count."""

    class Meta:
        """By name."""

        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class State(models.TextChoices):
    """Where a document of the place stands."""

    WAITING = "waiting", pgettext_lazy("document of a source", "to be fetched")
    HERE = "here", pgettext_lazy("document of a source", "here")
    FAILED = "failed", pgettext_lazy("document of a source", "tried again later")
    REFUSED = "refused", pgettext_lazy("document of a source", "not taken")
    LEAVING = "leaving", pgettext_lazy("document of a source", "deleted there, to be deleted here")
    STAYS = "stays", pgettext_lazy("document of a source", "deleted there, kept here")
    DROPPED = "dropped", pgettext_lazy("document of a source", "deleted here, left alone there")


class Item(models.Model):
    """One document of a place. Several with the same content are one document here, with the strictest of their rights.

    One that was deleted here leaves the digest of its key alone, by which it is not fetched again.
    """

    source = models.CharField(max_length=63)
    digest = models.CharField(max_length=64)
    """SHA-256 of the key."""
    key = models.TextField(blank=True)
    name = models.CharField(max_length=200, blank=True)
    folder = models.TextField(blank=True)
    readers = models.JSONField(null=True, blank=True)
    """Who may read it there, as `Item.rights` of the connector."""
    tag = models.CharField(max_length=64, blank=True)
    """SHA-256 of the version tag that the place told last; "" where it tells none."""
    taken_tag = models.CharField(max_length=64, blank=True)
    """Tag of what is here."""
    size_bytes = models.PositiveBigIntegerField(null=True, blank=True)
    modified_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    fault = models.CharField(max_length=12, blank=True, choices=Fault.choices)
    reason = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    document = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0)
    """Number of the document's version that its content became; 0: none."""
    rights = models.TextField(blank=True)
    """What its document was last given, as `readers.give` says it."""
    is_due = models.BooleanField(default=False)
    """Whether its rights, or its name, are to be looked at again."""
    is_lost = models.BooleanField(default=False)
    """Whether the place, told anew from its beginning, did not name it yet."""

    class Meta:
        """In the order they were told."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "digest"], name="one_item_a_key_of_a_source")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["source", "state"], name="item_source_state")]

    def __str__(self) -> str:
        return f"{self.source}/{self.pk}"


def forget(items: models.QuerySet[Item]) -> int:
    """Leave of some nothing but the digests of their keys, by which they are not fetched again; return how many."""
    return items.update(
        state=State.DROPPED, key="", name="", folder="", readers=None, rights="", reason="", fault="", size_bytes=None,
        modified_at=None, taken_tag="", is_due=False, is_lost=False,
    )  # fmt: skip


@receiver(pre_delete, sender=Document)
def leave_alone(instance: Document, **_said: object) -> None:
    """Have what is deleted here not fetched again, nor named here any more; what is gone there too leaves nothing."""
    items = Item.objects.filter(document=instance)
    items.filter(state__in=[State.LEAVING, State.STAYS]).delete()
    forget(items)
