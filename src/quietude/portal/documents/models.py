"""Documents of the city: what is said of each, its versions, their pages, what people add to them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from quietude.model.event import Regime
from quietude.portal.accounts.models import User
from quietude.portal.documents import files
from quietude.portal.documents.faults import Caution, Fault, said_of
from quietude.portal.rights.models import CEILINGS, REGIMES
from quietude.portal.services.models import Service
from quietude.portal.town import town_day

TITLE_MAX = 200
NAME_MAX = 150
SAID_MAX = 1000
UPLOADED = "documents"
"""Source of what somebody added in the portal."""
INBOX = "documents_inbox"
"""Source of what lay in the inbox folder."""


class WrittenOnceError(Exception):
    """A document that is written once would be deleted or replaced before its term."""


class Document(models.Model):
    """One document of the city, whatever became of its file since: its versions are numbered from 1.

    One that `is_worm` is written once: until `retain_until` is over nobody replaces or deletes it, and no file of it.
    """

    title = models.CharField(pgettext_lazy("document", "Title"), max_length=TITLE_MAX)
    kind = models.CharField(_("Class"), max_length=40)
    """Name of its class."""
    source = models.CharField(max_length=63, default=UPLOADED)
    sensitivity = models.CharField(_("Sensitivity"), max_length=20, choices=CEILINGS)
    regime = models.CharField(_("Regime"), max_length=20, choices=REGIMES, default=Regime.RGPD.value)
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Service")
    )
    """Whose it is: its members read it."""
    dated_on = models.DateField(_("Date of the document"), null=True, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """Nobody where it came by a folder or another server."""
    retain_until = models.DateField(_("Kept until"))
    """Last day."""
    is_worm = models.BooleanField(_("Written once"), default=False)
    is_fictional = models.BooleanField(default=False)
    held_at = models.DateTimeField(null=True, blank=True)
    """Since when a legal hold keeps it, whatever its term."""
    held_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    hold_reason = models.CharField(_("Reason"), max_length=300, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-added_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "-added_at"], name="document_kind"),
            models.Index(fields=["retain_until"], name="document_retain_until"),
        ]

    def __str__(self) -> str:
        return f"document {self.pk}"

    @property
    def is_held(self) -> bool:
        """Tell whether a legal hold keeps it."""
        return self.held_at is not None

    def is_locked(self, today: date) -> bool:
        """Tell whether it is written once, and its term is not over on a day."""
        return self.is_worm and today <= self.retain_until

    @property
    def current(self) -> Version:
        """Return its newest version."""
        newest = max(self.versions.all(), key=lambda each: each.number, default=None)
        if newest is None:
            raise Version.DoesNotExist(str(self))
        return newest


class OnlyFor(models.Model):
    """A document that has such rows is only for these services, whatever grants others hold; see `scope`.

    Where it is for nobody here, it has one row without a service.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="only_for")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """Each service once a document."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "service"], name="one_service_once_a_document")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} for {self.service_id}"


class State(models.TextChoices):
    """How far the text of a version is."""

    WAITING = "waiting", pgettext_lazy("document", "waiting to be read")
    EXTRACTED = "extracted", pgettext_lazy("document", "read")
    FAILED = "failed", pgettext_lazy("document", "could not be read")


class Version(models.Model):
    """One file of a document, never changed. The same file of several documents lies on the disk once."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=NAME_MAX)
    """As its sender named it, cleaned."""
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    """As its content says."""
    size_bytes = models.PositiveBigIntegerField()
    is_scanned = models.BooleanField(default=False)
    """Whether a virus scanner looked at it and found nothing."""
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    fault = models.CharField(max_length=20, blank=True, choices=Fault.choices)
    """Why it could not be read."""
    reason = models.CharField(max_length=SAID_MAX, blank=True)
    """What the engine said of it; where it was read, the names of the cautions, spaces between."""
    tries = models.PositiveSmallIntegerField(default=0)
    """How often reading it was begun: a file that takes the server down is not tried for ever."""
    language = models.CharField(max_length=10, blank=True)
    page_count = models.PositiveIntegerField(default=0)
    archive = models.CharField(max_length=64, blank=True)
    """SHA-256 of its PDF/A with a text layer, where one was made."""
    extracted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """In the order they came."""

        ordering: ClassVar[list[str]] = ["document", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "number"], name="one_document_version_a_number")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sha256"], name="document_version_sha256"),
            models.Index(fields=["state", "id"], name="document_version_state"),
        ]

    def __str__(self) -> str:
        return f"document {self.document_id} v{self.number}"

    @property
    def fault_said(self) -> str | Promise:
        """Return why it could not be read and what to do, in the reader's language."""
        return said_of(self.fault)

    @property
    def cautions(self) -> list[str | Promise]:
        """Return what a person should know of a text that was read, in the reader's language."""
        names = self.reason.split() if self.state == State.EXTRACTED else []
        return [Caution(name).label for name in names if name in Caution.values]


class PageText(models.Model):
    """What one page of a version says, and where its words stand."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    width = models.FloatField()
    height = models.FloatField()
    """Of the page, in points; 0 where the file has no pages."""
    text = models.TextField(blank=True)
    folded = models.TextField(blank=True)
    """The text without accents and capitals, by which it is found."""
    words = models.JSONField(default=list)
    """[word, left, top, right, bottom] each, in fractions of the page from its upper left corner."""
    by = models.CharField(max_length=20)
    """How it was read: "text" that the file holds, or "ocr" of the picture."""
    confidence = models.FloatField(null=True, blank=True)
    """Mean of the words' own, 0 to 1; none for native text."""
    has_image = models.BooleanField(default=True)
    """Whether the page can be shown as a picture."""

    class Meta:
        """In the order of the pages."""

        ordering: ClassVar[list[str]] = ["version", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "number"], name="one_text_a_page")
        ]

    def __str__(self) -> str:
        return f"{self.version_id}/{self.number}"


class Tag(models.Model):
    """A word by which people find a document again."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(pgettext_lazy("document", "Tag"), max_length=40)

    class Meta:
        """By name, once a document."""

        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "name"], name="one_tag_once_a_document")
        ]

    def __str__(self) -> str:
        return self.name


class Note(models.Model):
    """What somebody wrote beside a page."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="notes")
    page = models.PositiveIntegerField(default=1)
    said = models.CharField(pgettext_lazy("document", "Note"), max_length=SAID_MAX)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """In the order of the pages."""

        ordering: ClassVar[list[str]] = ["page", "pk"]

    def __str__(self) -> str:
        return f"{self.document_id} p{self.page}"


class Link(models.Model):
    """A document belongs to an entry of a logbook. Links to a situation are items of that: see `linked`."""

    class What(models.TextChoices):
        """What it belongs to."""

        ENTRY = "entry", _("entry of a logbook")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="links")
    what = models.CharField(max_length=10, choices=What.choices)
    ref = models.CharField(max_length=120)
    """logbook/label of the entry."""
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """The same thing once."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["document", "what", "ref"], name="one_link_once_a_document")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["what", "ref"], name="document_link_ref")]

    def __str__(self) -> str:
        return f"{self.what} {self.ref}"


class Step(models.Model):
    """One line of a document's history; the journal has it too. Never changed."""

    class What(models.TextChoices):
        """What was done."""

        ADDED = "added", pgettext_lazy("document", "added")
        REPLACED = "replaced", pgettext_lazy("document", "new version")
        CHANGED = "changed", pgettext_lazy("document", "description changed")
        READ = "read", pgettext_lazy("document", "text read")
        NOT_READ = "not_read", pgettext_lazy("document", "text not read")
        AGAIN = "again", pgettext_lazy("document", "to be read again")
        NOTED = "noted", pgettext_lazy("document", "note added")
        UNNOTED = "unnoted", pgettext_lazy("document", "note removed")
        LINKED = "linked", pgettext_lazy("document", "linked")
        UNLINKED = "unlinked", pgettext_lazy("document", "link removed")
        KEPT = "kept", pgettext_lazy("document", "term changed")
        HELD = "held", pgettext_lazy("document", "put under legal hold")
        RELEASED = "released", pgettext_lazy("document", "legal hold lifted")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=10, choices=What.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.document_id} {self.what}"


class Change(models.Model):
    """A document changed, came or went: for what is kept beside it, such as an index. Only added to."""

    document = models.PositiveBigIntegerField()
    """Key of the document, which may be gone."""
    is_gone = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        """In the order they came."""

        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.document}"


@receiver(pre_delete, sender=Document)
def refuse_to_lose(instance: Document, **_said: object) -> None:
    """Keep what is written once, and what is under a legal hold, whoever deletes it.

    Raises:
        WrittenOnceError: its term is not over, or a hold keeps it.
    """
    if instance.is_locked(town_day(timezone.now())) or instance.is_held:
        raise WrittenOnceError(f"{instance}: kept until {instance.retain_until}, or under a legal hold")


@receiver(pre_delete, sender=Version)
def refuse_to_lose_file(instance: Version, **_said: object) -> None:
    """Keep the versions of such a document too."""
    refuse_to_lose(instance.document)


@receiver(post_delete, sender=Version)
def forget_files(instance: Version, **_said: object) -> None:
    """Let files and pictures go with their last row, once the transaction is final."""
    files.forget_later([each for each in (instance.sha256, instance.archive) if each])


@receiver(post_delete, sender=Document)
def tell_that_it_went(instance: Document, **_said: object) -> None:
    """Leave the line by which what is kept beside the document follows."""
    Change.objects.create(document=instance.pk, is_gone=True, at=timezone.now())
