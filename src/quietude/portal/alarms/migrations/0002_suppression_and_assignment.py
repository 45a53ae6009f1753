"""Make the tables of suppression and assignment."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0001_alarms"),
        ("services", "0001_services"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="alarmstep",
            name="what",
            field=models.CharField(
                choices=[
                    ("raised", "rang"),
                    ("cleared", "was over"),
                    ("returned", "rang again: it was not over"),
                    ("withdrawn", "was withdrawn: it never was"),
                    ("acknowledged", "taken"),
                    ("reset", "reset"),
                    ("shelved", "set aside"),
                    ("unshelved", "taken back from aside"),
                    ("commented", "commented"),
                    ("undone", "the last act undone"),
                    ("retired", "its rule is no more"),
                    ("assigned", "given"),
                    ("suppressed", "suppressed"),
                    ("released", "suppressed no more"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="RuleOutage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=63, verbose_name="Rule")),
                ("reason", models.CharField(max_length=120, verbose_name="Reason")),
                ("ends_at", models.DateTimeField(verbose_name="Until")),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["ends_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=120, verbose_name="Reason")),
                ("rules", models.JSONField(blank=True, default=list, verbose_name="Rules")),
                ("zones", models.JSONField(blank=True, default=list, verbose_name="Zones")),
                ("begins_at", models.DateTimeField(verbose_name="Begins")),
                ("ends_at", models.DateTimeField(verbose_name="Ends")),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["ends_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "alarm",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="assignment", to="alarms.alarm"
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
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="services.service",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person", None), ("service__isnull", False)),
                            models.Q(("person__isnull", False), ("service", None)),
                            _connector="OR",
                        ),
                        name="given_to_one",
                    )
                ],
            },
        ),
    ]
