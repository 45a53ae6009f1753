"""Situations, what belongs to them, their sheets and their logs."""

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
            name="KindEdition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("digest", models.CharField(max_length=64)),
                ("content", models.JSONField()),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("is_withdrawn", models.BooleanField(default=False)),
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
            },
        ),
        migrations.CreateModel(
            name="Situation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=12, unique=True)),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("world", models.CharField(choices=[("real", "real"), ("exercise", "exercise")], max_length=8)),
                ("kind", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=120, verbose_name="What")),
                ("priority", models.PositiveSmallIntegerField(verbose_name="Priority")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("in_progress", "in progress"),
                            ("resolved", "resolved"),
                            ("closed", "closed"),
                        ],
                        default="new",
                        max_length=12,
                    ),
                ),
                ("place_label", models.CharField(blank=True, max_length=200, verbose_name="Where")),
                ("lon_deg", models.FloatField(blank=True, null=True)),
                ("lat_deg", models.FloatField(blank=True, null=True)),
                ("zones", models.JSONField(default=dict)),
                ("began_at", models.DateTimeField(verbose_name="Since")),
                ("opened_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("keep_until", models.DateTimeField()),
                ("outcome", models.CharField(blank=True, max_length=1000, verbose_name="Outcome")),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="situations",
                        to="situations.kindedition",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_situations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="merged",
                        to="situations.situation",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-priority", "-opened_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SheetAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("step", models.CharField(max_length=40)),
                ("answer", models.CharField(blank=True, max_length=40)),
                ("is_skipped", models.BooleanField(default=False)),
                ("said", models.CharField(blank=True, max_length=1000)),
                ("at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "situation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sheet_acts",
                        to="situations.situation",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="LogLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("opened", "opened"),
                            ("started", "taken in hand"),
                            ("resolved", "resolved"),
                            ("closed", "closed"),
                            ("reopened", "reopened"),
                            ("changed", "changed"),
                            ("attached", "attached"),
                            ("detached", "taken off"),
                            ("noted", "note"),
                            ("merged", "merged"),
                            ("split", "split off"),
                            ("step_done", "step done"),
                            ("step_skipped", "step left out"),
                            ("skip_seen", "seen by a supervisor"),
                            ("task_given", "task given"),
                            ("task_done", "task done"),
                            ("task_dropped", "task dropped"),
                            ("unit", "unit"),
                            ("drawn", "drawn on the map"),
                            ("rubbed_out", "taken off the map"),
                            ("shared", "shared"),
                            ("revoked", "link ended"),
                            ("partner", "read by a partner"),
                            ("undone", "undone"),
                        ],
                        max_length=14,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("said", models.CharField(blank=True, max_length=1000)),
                ("ref", models.CharField(blank=True, max_length=120)),
                ("act", models.UUIDField(blank=True, null=True)),
                ("changes", models.JSONField(default=list)),
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
                (
                    "situation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="log", to="situations.situation"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("alarm", "alarm"),
                            ("fact", "fact"),
                            ("entry", "entry"),
                            ("document", "document"),
                            ("note", "note"),
                        ],
                        max_length=10,
                    ),
                ),
                ("ref", models.CharField(blank=True, max_length=120)),
                ("said", models.CharField(blank=True, max_length=1000)),
                ("at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "situation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="situations.situation"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="kindedition",
            index=models.Index(fields=["name", "digest"], name="kind_edition"),
        ),
        migrations.AddIndex(
            model_name="situation",
            index=models.Index(fields=["state", "-opened_at"], name="situation_state"),
        ),
        migrations.AddIndex(
            model_name="situation",
            index=models.Index(fields=["keep_until"], name="situation_keep_until"),
        ),
        migrations.AddConstraint(
            model_name="situation",
            constraint=models.UniqueConstraint(fields=("year", "number"), name="one_situation_a_number"),
        ),
        migrations.AddConstraint(
            model_name="situation",
            constraint=models.CheckConstraint(
                condition=models.Q(("priority__range", (1, 5))), name="situation_priority_1_to_5"
            ),
        ),
        migrations.AddIndex(
            model_name="logline",
            index=models.Index(fields=["act"], name="situation_act"),
        ),
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["what", "ref"], name="situation_item"),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None), models.Q(("ref", ""), _negated=True)),
                fields=("situation", "what", "ref"),
                name="one_item_once_in_a_situation",
            ),
        ),
    ]
