"""Sources on their way in: what was said of each so far. The files lie beside, in the var folder."""

from __future__ import annotations

import secrets
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from django.db import models
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from quietude.ingest.api import Declaration
from quietude.portal.accounts.models import User
from quietude.portal.town import installation

KEPT_FOR = timedelta(days=30)
"""How long a draft that nobody works on is kept, as the census says."""


def drafts_dir() -> Path:
    """Return the folder of all drafts."""
    settings = installation()
    return settings.var_dir / settings.town / "drafts"


def new_key() -> str:
    """Return the name of a new draft: 64 bits, so that no one comes upon another's by trying."""
    return secrets.token_hex(8)


class Draft(models.Model):
    """A source being declared. Its content is a `Declaration`; `revision` grows with each change."""

    class State(models.TextChoices):
        """How far it is."""

        DRAFTING = "drafting", _("being declared")
        IMPORTED = "imported", _("imported")

    key = models.CharField(max_length=16, primary_key=True, default=new_key)
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    changed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFTING)
    file_name = models.CharField(max_length=120)
    file_bytes = models.BigIntegerField(default=0)
    source = models.CharField(max_length=63, blank=True)
    """Name of the source, once it is declared."""
    content = models.JSONField(default=dict)
    import_id = models.BigIntegerField(null=True)

    objects: ClassVar[models.Manager[Draft]] = models.Manager()

    class Meta:
        """Those worked on last first."""

        ordering: ClassVar[list[str]] = ["-changed_at"]

    def __str__(self) -> str:
        return self.source or self.file_name

    @property
    def declared(self) -> Declaration:
        """Return what was said so far."""
        return Declaration.model_validate(self.content)

    @property
    def title(self) -> str:
        """Return the French title, or the file's name before there is one."""
        return self.declared.about.get("title", {}).get("fr") or self.file_name

    @property
    def expires_at(self) -> datetime:
        """Return when the draft goes by itself (see the census)."""
        return self.changed_at + KEPT_FOR

    @property
    def folder(self) -> Path:
        """Return where the draft's files lie."""
        return drafts_dir() / self.key


@receiver(pre_delete, sender=Draft)
def forget_files(instance: Draft, **_: object) -> None:
    """Let a draft's files go with its row, whoever deletes it: a person, or the engine of durations."""
    shutil.rmtree(instance.folder, ignore_errors=True)
