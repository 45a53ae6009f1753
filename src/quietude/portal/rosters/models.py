"""Rosters: what each is for, its weekly turns, its exceptions."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User
from quietude.portal.rosters.coverage import Change
from quietude.portal.rosters.coverage import Turn as WeeklyTurn
from quietude.portal.services.api import Service

DAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)


class Roster(models.Model):
    """Who is on call for a service, from a severity on, in some zones. Its code never changes: rules name it."""

    code = models.CharField(
        _("Code"),
        max_length=40,
        unique=True,
        help_text=_("Short, such as night. Rules name it so: roster:night. It can't be changed later."),
        validators=[
            RegexValidator(
                r"^(?!new\Z)[a-z0-9][a-z0-9-]*\Z", _("Use lower-case letters, digits and hyphens; not “new”.")
            )
        ],
    )
    title_fr = models.CharField(_("Name in French"), max_length=120)
    title_en = models.CharField(_("Name in English"), max_length=120)
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, related_name="rosters", verbose_name=_("Service that is on call")
    )
    at_least = models.PositiveSmallIntegerField(
        _("From which severity on"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("Counts where a rule tells the service, not where it names the roster."),
    )
    zones = models.JSONField(_("Only in these zones"), default=list, blank=True)
    """"level:code" each; none means the whole town."""
    must_cover = models.BooleanField(
        _("Somebody has to be on call at any hour"),
        default=True,
        help_text=_("Hours without anybody are shown as a gap."),
    )
    is_open = models.BooleanField(_("In use"), default=True)

    class Meta:
        """By code."""

        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code

    def say(self, language: str) -> str:
        """Return the name in a language."""
        return self.title_en if language.startswith("en") else self.title_fr

    def covers(self, severity: int, zones: frozenset[str]) -> bool:
        """Tell whether it is for an alarm of a severity that lies in some zones ("level:code" each)."""
        return severity >= self.at_least and (not self.zones or bool(zones & set(self.zones)))


class Turn(models.Model):
    """One person's hours on some days of each week, from a day to a day."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="turns")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("Person"))
    days = models.JSONField(_("Days on which it begins"), default=list)
    """Weekdays, Monday is 0."""
    begins = models.TimeField(_("Begins"))
    ends = models.TimeField(
        _("Ends"), help_text=_("An end at or before the beginning is on the next day, by the wall clock of the town.")
    )
    rank = models.PositiveSmallIntegerField(
        _("Called as number"), default=1, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    since = models.DateField(_("Valid from"))
    until = models.DateField(_("Last day"), null=True, blank=True)

    class Meta:
        """As they are called."""

        ordering: ClassVar[list[str]] = ["rank", "begins", "pk"]

    def __str__(self) -> str:
        return f"{self.roster_id} {self.person_id}"

    def compiled(self) -> WeeklyTurn:
        """Return it as coverage reads it."""
        return WeeklyTurn(
            person=self.person_id, days=frozenset(self.days), begins=self.begins, ends=self.ends, rank=self.rank,
            since=self.since, until=self.until,
        )  # fmt: skip

    def is_over(self, today: date) -> bool:
        """Tell whether it ended before a day."""
        return self.until is not None and self.until < today


class Replacement(models.Model):
    """A replacement, an absence that nobody fills, or somebody besides; from a moment to a moment."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="replacements")
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("Who is on call")
    )
    replaces = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("In place of")
    )
    begins_at = models.DateTimeField(_("Begins"))
    ends_at = models.DateTimeField(_("Ends"))
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        """In the order in which they were made: a later one applies to what an earlier one left."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")), name="replacement_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False) | models.Q(replaces__isnull=False),
                name="replacement_is_about_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roster_id} {self.begins_at:%Y-%m-%d %H:%M}"

    def compiled(self) -> Change:
        """Return it as coverage reads it."""
        return Change(begins_at=self.begins_at, ends_at=self.ends_at, person=self.person_id, replaces=self.replaces_id)
