"""Channels out of the portal, how each person is reached by them, and the messages: a row before anything is sent."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from quietude.portal.accounts.models import User


class Channel(models.Model):
    """One way out that an administrator set up. Its code never changes: rules may name it."""

    code = models.CharField(
        _("Code"),
        max_length=40,
        unique=True,
        help_text=_("Short, such as sms. It can't be changed later."),
        validators=[
            RegexValidator(
                r"^(?!new\Z)[a-z0-9][a-z0-9-]*\Z", _("Use lower-case letters, digits and hyphens; not “new”.")
            )
        ],
    )
    title_fr = models.CharField(_("Name in French"), max_length=120)
    title_en = models.CharField(_("Name in English"), max_length=120)
    sealed = models.TextField()
    """The address with its secrets, encrypted (`sealing`); never shown again."""
    scheme = models.CharField(max_length=20)
    """What kind of address it is, such as "mailtos": all of it that is shown."""
    is_personal = models.BooleanField(default=False)
    """Whether the address has a place for each person's own; else all who read it are told at once."""
    allows_exercises = models.BooleanField(
        _("Messages of exercises, too"),
        default=False,
        help_text=_("They are marked. Else an exercise tells nobody here."),
    )
    is_open = models.BooleanField(_("In use"), default=True)
    tested_at = models.DateTimeField(null=True, blank=True)
    tested_said = models.CharField(max_length=300, blank=True)
    """What went wrong at the last test; "" where it went well."""

    class Meta:
        """By code."""

        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code

    def say(self, language: str) -> str:
        """Return the name in a language."""
        return self.title_en if language.startswith("en") else self.title_fr


class Contact(models.Model):
    """How one person is reached by one channel: a number, an address."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="contacts")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="contacts", verbose_name=_("Channel"))
    sealed = models.TextField(blank=True)
    """The number or address, encrypted; "" for the account's own e-mail address."""
    at_least = models.PositiveSmallIntegerField(
        _("From which severity on"), default=1, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )

    class Meta:
        """One a person and channel."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "channel"], name="one_contact_a_channel")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.channel_id}"


class QuietHours(models.Model):
    """Hours of each day in which a person is not told of what is less grave; by the town's clock."""

    class Meanwhile(models.TextChoices):
        """What becomes of such messages."""

        WAIT = "wait", _("they wait until the end of the quiet hours")
        NEXT = "next", _("the next one on call is told instead")

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="quiet_hours")
    begins = models.TimeField(_("Begins"))
    ends = models.TimeField(_("Ends"))
    below = models.PositiveSmallIntegerField(
        _("Below severity"),
        default=4,
        validators=[MinValueValidator(2), MaxValueValidator(5)],
        help_text=_("What is as grave as this, or graver, comes through at any hour."),
    )
    meanwhile = models.CharField(_("Meanwhile"), max_length=4, choices=Meanwhile.choices, default=Meanwhile.WAIT)

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}–{self.ends:%H:%M}"


class Dispatch(models.Model):
    """One time that somebody was to be told of something: made once for each key, whoever asks again."""

    class Subject(models.TextChoices):
        """What it is about."""

        ALARM = "alarm", _("alarm")
        SITUATION = "situation", _("situation")
        ASSIGNMENT = "assignment", _("assignment")

    key = models.CharField(max_length=120, unique=True)
    subject = models.CharField(max_length=10, choices=Subject.choices)
    subject_key = models.CharField(max_length=60)
    asked = models.CharField(max_length=60)
    """Whom the rule named, such as "roster:night"."""
    content = models.JSONField()
    """What is said, in both languages: nothing of a fact's text, of a person or an address (`notice`)."""
    is_exercise = models.BooleanField(default=False)
    at = models.DateTimeField()
    found_nobody = models.CharField(max_length=20, blank=True)
    """Why nobody was told: "nobody", "unknown", "unreachable", "exercise"; "" where somebody was."""

    class Meta:
        """In the order they were made."""

        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject", "subject_key"], name="dispatch_subject"),
        ]

    def __str__(self) -> str:
        return self.key


class Message(models.Model):
    """One message to one person, or to all who read a channel. It is sent at least once; its key tells doubles."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waits")
        SENT = "sent", _("sent")
        FAILED = "failed", _("not sent")
        NEEDLESS = "needless", _("not needed any more")

    key = models.UUIDField(unique=True, default=uuid4)
    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="messages")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="messages")
    person = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    not_before = models.DateTimeField()
    """Sent from then on: later than it was made in quiet hours, or after a fault."""
    is_held = models.BooleanField(default=False)
    """Whether it waits for the end of the person's quiet hours."""
    attempts = models.PositiveSmallIntegerField(default=0)
    held_until = models.DateTimeField(null=True, blank=True)
    """Until when one sender has it; one that was killed loses it then."""
    sender = models.CharField(max_length=100, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=300, blank=True)
    """What the provider said, without the address."""
    read_at = models.DateTimeField(null=True, blank=True)
    """When its link was opened, by whom it is for."""
    lead = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="gathered")
    """The message that it went out with, in a flood; None where it goes out by itself."""

    class Meta:
        """In the order they were made."""

        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "not_before"], name="message_due"),
        ]

    def __str__(self) -> str:
        return str(self.key)

    def is_late(self, now: datetime) -> bool:
        """Tell whether it was tried and waits for the next try."""
        return self.state == self.State.WAITING and self.attempts > 0 and self.not_before > now
