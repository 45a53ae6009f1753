"""Services of the town and who belongs to them. Nothing is ever deleted: a service is closed, a membership ended."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User


class Kind(models.TextChoices):
    """What a service is for."""

    MUNICIPAL_POLICE = "municipal_police", _("Municipal police")
    VIDEO = "video", _("Video-supervision centre")
    DESK = "desk", _("Town-hall desk")
    PREVENTION = "prevention", _("Prevention and mediation")
    TECHNICAL = "technical", _("Technical service")
    ADMINISTRATION = "administration", _("Administration")
    PARTNER = "partner", _("Partner")


class Service(models.Model):
    """One service of the town, or of a partner. Its code never changes: logbooks, shifts and the journal name it."""

    code = models.CharField(
        _("Code"),
        max_length=40,
        unique=True,
        help_text=_("Short, such as pm-centre. It can't be changed later."),
        validators=[
            RegexValidator(
                r"^(?!new\Z)[a-z0-9][a-z0-9-]*\Z", _("Use lower-case letters, digits and hyphens; not “new”.")
            )
        ],
    )
    title_fr = models.CharField(_("Name in French"), max_length=120)
    title_en = models.CharField(_("Name in English"), max_length=120)
    kind = models.CharField(_("Kind"), max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("Part of")
    )
    opened_on = models.DateField(_("Open since"))
    closed_on = models.DateField(_("Closed after"), null=True, blank=True)
    """Last day."""
    is_fictional = models.BooleanField(default=False)
    """Made up for a demonstration: every page says so."""

    class Meta:
        """Rules that the database keeps."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(closed_on=None) | models.Q(closed_on__gte=models.F("opened_on")),
                name="service_closes_after_it_opens",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="service_kind_is_known"),
        ]
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code

    def say(self, language: str) -> str:
        """Return the name in a language."""
        return self.title_en if language == "en" else self.title_fr

    def is_open(self, day: date) -> bool:
        """Tell whether the service works on a day of the town."""
        return self.opened_on <= day and (self.closed_on is None or day <= self.closed_on)


class Membership(models.Model):
    """One person belongs to one service, from a day to a day. It opens no fact: grants do."""

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("Person"))
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("Service")
    )
    since = models.DateField(_("From"))
    until = models.DateField(_("Until"), null=True, blank=True)
    """Last day; a day before `since` where it was cancelled and never held."""
    is_main = models.BooleanField(_("Main service"), default=False)
    given_by = models.CharField(max_length=80)
    given_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Rules that the database keeps, and an order: the main one first, then the oldest."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["person", "service"], condition=models.Q(until=None), name="belongs_once_to_a_service"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(is_main=True, until=None), name="one_main_service"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["service", "until"], name="members_of_service")]
        ordering: ClassVar[list[str]] = ["-is_main", "since", "pk"]

    def __str__(self) -> str:
        return f"{self.person} · {self.service}"

    def holds(self, day: date) -> bool:
        """Tell whether the person belongs to the service on a day of the town."""
        return self.since <= day and (self.until is None or day <= self.until) and self.service.is_open(day)
