"""Saved views: a selection and how it was shown, under a name."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A selection that one person named. It holds the question, never the answer: rights are those of who opens it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField(_("selection"))
    """The filter in its URL form and the display state, as they stand after the question mark of Explore's address."""
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    """Set when the owner deletes the view; the undo clears it, the next day it is gone."""

    class Meta:
        """One name a person among the views that are not deleted."""

        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["owner", "name"], condition=models.Q(removed_at__isnull=True), name="saved_view_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
