"""Make the tables of channels and messages."""

from __future__ import annotations

import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        help_text="Short, such as sms. It can't be changed later.",
                        max_length=40,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(?!new\\Z)[a-z0-9][a-z0-9-]*\\Z",
                                "Use lower-case letters, digits and hyphens; not “new”.",
                            )
                        ],
                        verbose_name="Code",
                    ),
                ),
                ("title_fr", models.CharField(max_length=120, verbose_name="Name in French")),
                ("title_en", models.CharField(max_length=120, verbose_name="Name in English")),
                ("sealed", models.TextField()),
                ("scheme", models.CharField(max_length=20)),
                ("is_personal", models.BooleanField(default=False)),
                (
                    "allows_exercises",
                    models.BooleanField(
                        default=False,
                        help_text="They are marked. Else an exercise tells nobody here.",
                        verbose_name="Messages of exercises, too",
                    ),
                ),
                ("is_open", models.BooleanField(default=True, verbose_name="In use")),
                ("tested_at", models.DateTimeField(blank=True, null=True)),
                ("tested_said", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=120, unique=True)),
                (
                    "subject",
                    models.CharField(
                        choices=[("alarm", "alarm"), ("situation", "situation"), ("assignment", "assignment")],
                        max_length=10,
                    ),
                ),
                ("subject_key", models.CharField(max_length=60)),
                ("asked", models.CharField(max_length=60)),
                ("content", models.JSONField()),
                ("is_exercise", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("found_nobody", models.CharField(blank=True, max_length=20)),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["subject", "subject_key"], name="dispatch_subject")],
            },
        ),
        migrations.CreateModel(
            name="QuietHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begins", models.TimeField(verbose_name="Begins")),
                ("ends", models.TimeField(verbose_name="Ends")),
                (
                    "below",
                    models.PositiveSmallIntegerField(
                        default=4,
                        help_text="What is as grave as this, or graver, comes through at any hour.",
                        validators=[
                            django.core.validators.MinValueValidator(2),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="Below severity",
                    ),
                ),
                (
                    "meanwhile",
                    models.CharField(
                        choices=[
                            ("wait", "they wait until the end of the quiet hours"),
                            ("next", "the next one on call is told instead"),
                        ],
                        default="wait",
                        max_length=4,
                        verbose_name="Meanwhile",
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quiet_hours",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sealed", models.TextField(blank=True)),
                (
                    "at_least",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="From which severity on",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="notifications.channel",
                        verbose_name="Channel",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("person", "channel"), name="one_contact_a_channel")],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("language", models.CharField(max_length=2)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits"),
                            ("sent", "sent"),
                            ("failed", "not sent"),
                            ("needless", "not needed any more"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("not_before", models.DateTimeField()),
                ("is_held", models.BooleanField(default=False)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("held_until", models.DateTimeField(blank=True, null=True)),
                ("sender", models.CharField(blank=True, max_length=100)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("fault", models.CharField(blank=True, max_length=300)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="notifications.channel"
                    ),
                ),
                (
                    "dispatch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="notifications.dispatch",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["state", "not_before"], name="message_due")],
            },
        ),
    ]
