"""Alarms, their steps, exercises, and what the engine that judges remembers."""

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
            name="Arrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=63)),
                ("received_at", models.DateTimeField()),
                ("is_settled", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Exercise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mark", models.CharField(max_length=40, unique=True)),
                ("sources", models.JSONField(default=list)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("speed", models.FloatField()),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("facts", models.PositiveIntegerField(default=0)),
                ("received", models.JSONField(default=list)),
                ("is_cleared", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Memory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "world",
                    models.CharField(choices=[("real", "real"), ("exercise", "exercise")], max_length=8, unique=True),
                ),
                ("revision", models.PositiveBigIntegerField(default=0)),
                ("changes", models.PositiveBigIntegerField(default=0)),
                ("head", models.TextField(blank=True)),
                ("rules", models.JSONField(default=dict)),
                ("last_import", models.PositiveBigIntegerField(default=0)),
                ("keeper", models.CharField(blank=True, max_length=100)),
                ("kept_until", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="GroupMemory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("world", models.CharField(choices=[("real", "real"), ("exercise", "exercise")], max_length=8)),
                ("rule", models.CharField(max_length=63)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("state", models.TextField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("world", "rule", "name"), name="one_memory_a_group")],
            },
        ),
        migrations.CreateModel(
            name="RuleEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=63)),
                ("digest", models.CharField(max_length=64)),
                ("content", models.JSONField()),
                ("since", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("name", "digest"), name="one_row_a_rule_content")],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40, unique=True)),
                ("world", models.CharField(choices=[("real", "real"), ("exercise", "exercise")], max_length=8)),
                ("rule", models.CharField(max_length=63)),
                ("group", models.CharField(blank=True, max_length=120)),
                ("severity", models.PositiveSmallIntegerField()),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("raised_at", models.DateTimeField()),
                ("facts", models.PositiveIntegerField()),
                ("evidence", models.JSONField(default=list)),
                ("is_active", models.BooleanField()),
                ("is_acknowledged", models.BooleanField(default=False)),
                ("latches", models.BooleanField(default=False)),
                ("is_reset", models.BooleanField(default=False)),
                ("shelved_until", models.DateTimeField(blank=True, null=True)),
                ("suppressed_by", models.CharField(blank=True, max_length=120)),
                ("is_in_service", models.BooleanField(default=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("merged_into", models.CharField(blank=True, max_length=40)),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                (
                    "taken_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="alarms", to="alarms.ruleedition"
                    ),
                ),
            ],
            options={
                "ordering": ["-severity", "-began_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="AlarmStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
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
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("said", models.CharField(blank=True, max_length=300)),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("act", models.UUIDField(blank=True, null=True)),
                ("before", models.JSONField(blank=True, null=True)),
                (
                    "alarm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="alarms.alarm"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["act"], name="alarm_act")],
            },
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(fields=["withdrawn_at", "is_active", "is_acknowledged"], name="alarm_standing"),
        ),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(fields=["raised_at"], name="alarm_raised"),
        ),
    ]
