"""How sources of documents are followed, and which document there is which one here."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0004_only_for"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=63, unique=True)),
                ("form", models.CharField(blank=True, max_length=16)),
                ("cursor", models.TextField(blank=True)),
                ("rules", models.CharField(blank=True, max_length=64)),
                ("keeper", models.CharField(blank=True, max_length=100)),
                ("kept_until", models.DateTimeField(blank=True, null=True)),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                ("looked_at", models.DateTimeField(blank=True, null=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                "vanished",
                                "The whole place is gone. Nothing is deleted here. Is the share mounted, the folder or bucket renamed?",
                            ),
                            (
                                "denied",
                                "The place refuses the account. Check its name, its secret and its rights there.",
                            ),
                            (
                                "silent",
                                "The place gives no answer that can be used. It is asked again by itself, ever more rarely.",
                            ),
                            ("setting", "A setting, a secret or a class that the manifest names is missing here."),
                            (
                                "scanner",
                                "The virus scanner does not answer: documents wait. Tell whoever runs the portal.",
                            ),
                            (
                                "here",
                                "Documents cannot be kept now: disk, database or journal. Tell whoever runs the portal.",
                            ),
                        ],
                        max_length=10,
                    ),
                ),
                ("trouble_said", models.CharField(blank=True, max_length=1000)),
                ("trouble_at", models.DateTimeField(blank=True, null=True)),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("vanished", models.PositiveIntegerField(default=0)),
                ("vanished_of", models.PositiveIntegerField(default=0)),
                ("vanished_some", models.JSONField(default=list)),
                ("agreed", models.PositiveIntegerField(default=0)),
                ("passed_over", models.PositiveIntegerField(default=0)),
                ("passed_why", models.JSONField(default=dict)),
                (
                    "paused_by",
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
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=63)),
                ("digest", models.CharField(max_length=64)),
                ("key", models.TextField(blank=True)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("folder", models.TextField(blank=True)),
                ("readers", models.JSONField(blank=True, null=True)),
                ("tag", models.CharField(blank=True, max_length=64)),
                ("taken_tag", models.CharField(blank=True, max_length=64)),
                ("size_bytes", models.PositiveBigIntegerField(blank=True, null=True)),
                ("modified_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "to be fetched"),
                            ("here", "here"),
                            ("failed", "tried again later"),
                            ("refused", "not taken"),
                            ("leaving", "deleted there, to be deleted here"),
                            ("stays", "deleted there, kept here"),
                            ("dropped", "deleted here, left alone there"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "fault",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                "large",
                                "Too large. Split it there, or raise max_bytes in the manifest (100 MB at most).",
                            ),
                            ("refused", "Not of a kind that is kept."),
                            ("locked", "Written once: its new version is not taken. Add it as a document of its own."),
                            ("old", "Older than the source's documents are kept."),
                            ("gone", "No longer there, or it may not be read there: give the account the right to."),
                            ("unsettled", "It changes while it is read: it is taken once it rests."),
                            ("unreadable", "It cannot be read there now: it is tried again."),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=0)),
                ("rights", models.TextField(blank=True)),
                ("is_due", models.BooleanField(default=False)),
                ("is_lost", models.BooleanField(default=False)),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="documents.document",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["source", "state"], name="item_source_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "digest"), name="one_item_a_key_of_a_source")
                ],
            },
        ),
    ]
