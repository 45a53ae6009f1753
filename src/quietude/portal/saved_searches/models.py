"""Saved searches, what rang for them, and how far the store's files and the documents were tried."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NAME_MAX = 80


class Told(models.TextChoices):
    """How its owner is told."""

    LIVE = "live", _("in the portal")
    MAIL = "mail", _("by e-mail")
    BOTH = "both", _("in the portal and by e-mail")
    NONE = "none", _("not at all: I look myself")


class Rhythm(models.TextChoices):
    """How often an e-mail is sent at most."""

    HOURLY = "hourly", _("every hour")
    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every week")


EVERY = {Rhythm.HOURLY: timedelta(hours=1), Rhythm.DAILY: timedelta(days=1), Rhythm.WEEKLY: timedelta(days=7)}


class Kind(models.TextChoices):
    """What rang."""

    FACT = "fact", _("fact")
    DOCUMENT = "document", _("document")


class SavedSearch(models.Model):
    """A question that one person keeps. It holds no answer: each is judged by the owner's rights of the moment."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("Name"), max_length=NAME_MAX)
    text = models.TextField(_("Words and conditions"), blank=True, max_length=2_000)
    """As it was typed."""
    query = models.TextField(blank=True)
    """The filter beside it in its URL form."""
    language = models.CharField(max_length=2)
    """That it was typed in: conditions are words."""
    purpose = models.CharField(max_length=40)
    """Code of the purpose that it was saved under: whoever may not work under it any more is not rung."""
    told = models.CharField(_("How I am told"), max_length=4, choices=Told.choices, default=Told.LIVE)
    rhythm = models.CharField(_("E-mails at most"), max_length=6, choices=Rhythm.choices, default=Rhythm.DAILY)
    has_facts = models.BooleanField(_("Facts"), default=True)
    has_documents = models.BooleanField(pgettext_lazy("saved search", "Documents"), default=False)
    is_paused = models.BooleanField(default=False)
    since = models.DateTimeField()
    """What came before is not news: when it was saved, changed, or went on after a pause."""
    seen_at = models.DateTimeField()
    """When its owner last looked at what rang."""
    changed_at = models.DateTimeField(auto_now=True)
    """Whoever tries searches looks for those that changed."""

    class Meta:
        """One name a person."""

        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "name"], name="saved_search_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Ring(models.Model):
    """One fact or document that answered a search when it came: once for each, whatever is corrected later.

    It is a place to look at and nothing more: whether its owner may know of it is asked again whenever it is told.
    """

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="rings")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=64)
    """Uid of the fact, number of the document."""
    place = models.CharField(max_length=64)
    """Id of the fact, which says where to look; number of the document."""
    at = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["search", "kind", "key"], name="rings_once")
        ]

    def __str__(self) -> str:
        return f"{self.search_id} {self.kind} {self.key}"


class Tried(models.Model):
    """A file of the store whose facts were tried on all searches; "" says that trying has begun."""

    file = models.CharField(max_length=250, unique=True)

    def __str__(self) -> str:
        return self.file


class Place(models.Model):
    """How far the changes of documents were tried: one row."""

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class Digest(models.Model):
    """One e-mail to one person, written down before it is sent, with what became of it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    rhythm = models.CharField(max_length=6, choices=Rhythm.choices)
    since = models.DateTimeField()
    until = models.DateTimeField()
    """What rang between the two is counted."""
    count = models.PositiveIntegerField(default=0)
    """As it was told; 0 where nothing was left that its reader may know of: then nothing is sent."""
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    """Set when it was sent, was not needed, or was given up."""
    fault = models.CharField(max_length=60, blank=True)
    """Kind of the last fault of the mail server, without its words: they may hold addresses."""

    class Meta:
        """Newest first."""

        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["owner", "rhythm", "since"], name="one_digest_a_span")
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.rhythm}"
