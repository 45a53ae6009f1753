"""Make the tables of duty rosters."""

from __future__ import annotations

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("services", "0001_services"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Roster",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        help_text="Short, such as night. Rules name it so: roster:night. It can't be changed later.",
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
                (
                    "at_least",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Counts where a rule tells the service, not where it names the roster.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="From which severity on",
                    ),
                ),
                ("zones", models.JSONField(blank=True, default=list, verbose_name="Only in these zones")),
                (
                    "must_cover",
                    models.BooleanField(
                        default=True,
                        help_text="Hours without anybody are shown as a gap.",
                        verbose_name="Somebody has to be on call at any hour",
                    ),
                ),
                ("is_open", models.BooleanField(default=True, verbose_name="In use")),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rosters",
                        to="services.service",
                        verbose_name="Service that is on call",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("days", models.JSONField(default=list, verbose_name="Days on which it begins")),
                ("begins", models.TimeField(verbose_name="Begins")),
                (
                    "ends",
                    models.TimeField(
                        help_text="An end at or before the beginning is on the next day, by the wall clock of the town.",
                        verbose_name="Ends",
                    ),
                ),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(9),
                        ],
                        verbose_name="Called as number",
                    ),
                ),
                ("since", models.DateField(verbose_name="Valid from")),
                ("until", models.DateField(blank=True, null=True, verbose_name="Last day")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Person",
                    ),
                ),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="turns", to="rosters.roster"
                    ),
                ),
            ],
            options={
                "ordering": ["rank", "begins", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Replacement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begins_at", models.DateTimeField(verbose_name="Begins")),
                ("ends_at", models.DateTimeField(verbose_name="Ends")),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Who is on call",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="In place of",
                    ),
                ),
                (
                    "roster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="replacements", to="rosters.roster"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("begins_at"))),
                        name="replacement_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person__isnull", False), ("replaces__isnull", False), _connector="OR"),
                        name="replacement_is_about_somebody",
                    ),
                ],
            },
        ),
    ]
