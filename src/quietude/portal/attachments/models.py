"""Attachments: one row a file. A blurred picture is a row of its own beside the one it replaces, whose file is gone."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User
from quietude.portal.logbook.models import Entry
from quietude.portal.town import installation
from quietude.portal.uploads.judging import ENDINGS, PHOTOGRAPHS, Kind
from quietude.portal.uploads.keeping import Vault

NAME_MAX = 100
CAPTION_MAX = 300


def vault() -> Vault:
    """Return where the files are kept."""
    return Vault(installation().attachments_dir)


class State(models.TextChoices):
    """What became of an attachment."""

    CURRENT = "current", _("attached")
    REPLACED = "replaced", _("replaced by a blurred picture; its file was erased")
    STRUCK = "struck", _("struck through")
    ERASED = "erased", _("erased")


class Attachment(models.Model):
    """One file of an entry: never changed; the row stays as the proof when its file is gone (`gone_at`)."""

    key = models.UUIDField(unique=True)
    """Made by whoever sends it: the same file sent twice is one."""
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="attachments")
    number = models.PositiveSmallIntegerField()
    """Within the entry, from 1; a blurred picture keeps the number of the one it replaces."""
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CURRENT)
    name = models.CharField(max_length=NAME_MAX, blank=True)
    """As its sender named it, cleaned; the ending is that of the judged type."""
    caption = models.CharField(_("Caption"), max_length=CAPTION_MAX, blank=True)
    kind = models.CharField(max_length=20)
    """Media type, as its content says."""
    size_bytes = models.PositiveIntegerField()
    width_px = models.PositiveIntegerField(null=True, blank=True)
    height_px = models.PositiveIntegerField(null=True, blank=True)
    is_scanned = models.BooleanField(default=False)
    """Whether a virus scanner looked at it and found nothing."""
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="attachments")
    salt = models.BinaryField()
    digest = models.CharField(max_length=64)
    """SHA-256 over salt and file: where the vault keeps it, and what the journal's line says. The salt goes with it."""
    reason = models.CharField(_("Reason"), max_length=300, blank=True)
    """Why it was struck through."""
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    gone_at = models.DateTimeField(null=True, blank=True)
    """When its file was erased."""

    class Meta:
        """In the order they were attached."""

        ordering: ClassVar[list[str]] = ["entry", "number", "version"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "number", "version"], name="one_row_per_attachment_version")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["digest"], name="attachment_digest")]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.number} v{self.version}"

    @property
    def is_photograph(self) -> bool:
        """Tell whether it can be shown and blurred."""
        return self.kind in PHOTOGRAPHS

    @property
    def is_struck(self) -> bool:
        """Tell whether it was struck through."""
        return self.state == State.STRUCK

    @property
    def ending(self) -> str:
        """Return the ending of its file's name."""
        return ENDINGS[Kind(self.kind)]

    def content(self) -> bytes:
        """Return the file.

        Raises:
            FileNotFoundError: it was erased, or a restored backup lacks it.
            Damaged: it is not what was attached.
        """
        if self.gone_at is not None:
            raise FileNotFoundError(self.digest)
        return vault().read(self.digest, bytes(self.salt))

    def forget_file(self) -> None:
        """Erase the file once the transaction is final: a row that comes back with a rollback still has it."""
        transaction.on_commit(partial(vault().forget, self.digest))


@receiver(post_delete, sender=Attachment)
def forget_file(instance: Attachment, **_said: object) -> None:
    """Let a file go with its row, and so with its entry, whoever deletes it."""
    if instance.gone_at is None:
        instance.forget_file()
