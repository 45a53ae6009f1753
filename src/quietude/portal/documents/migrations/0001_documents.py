"""Documents, their versions, the texts of their pages, and what people add to them."""

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
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document", models.PositiveBigIntegerField()),
                ("is_gone", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200, verbose_name="Title")),
                ("kind", models.CharField(max_length=40, verbose_name="Class")),
                ("source", models.CharField(default="documents", max_length=63)),
                (
                    "sensitivity",
                    models.CharField(
                        choices=[
                            ("public", "public"),
                            ("internal", "internal"),
                            ("restricted", "restricted"),
                            ("confidential", "confidential"),
                        ],
                        max_length=20,
                        verbose_name="Sensitivity",
                    ),
                ),
                (
                    "regime",
                    models.CharField(
                        choices=[("RGPD", "administrative (GDPR)"), ("TITRE_III", "penal (title III)")],
                        default="RGPD",
                        max_length=20,
                        verbose_name="Regime",
                    ),
                ),
                ("dated_on", models.DateField(blank=True, null=True, verbose_name="Date of the document")),
                ("added_at", models.DateTimeField()),
                ("retain_until", models.DateField(verbose_name="Kept until")),
                ("is_worm", models.BooleanField(default=False, verbose_name="Written once")),
                ("is_fictional", models.BooleanField(default=False)),
                ("held_at", models.DateTimeField(blank=True, null=True)),
                ("hold_reason", models.CharField(blank=True, max_length=300, verbose_name="Reason")),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "held_by",
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
                        verbose_name="Service",
                    ),
                ),
            ],
            options={
                "ordering": ["-added_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[("entry", "entry of a logbook"), ("situation", "situation")], max_length=10
                    ),
                ),
                ("ref", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="documents.document"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.PositiveIntegerField(default=1)),
                ("said", models.CharField(max_length=1000, verbose_name="Note")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="documents.document"
                    ),
                ),
            ],
            options={
                "ordering": ["page", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("added", "added"),
                            ("replaced", "new version"),
                            ("changed", "description changed"),
                            ("read", "text read"),
                            ("not_read", "text not read"),
                            ("again", "to be read again"),
                            ("noted", "note added"),
                            ("unnoted", "note removed"),
                            ("linked", "linked"),
                            ("unlinked", "link removed"),
                            ("kept", "term changed"),
                            ("held", "put under legal hold"),
                            ("released", "legal hold lifted"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("said", models.CharField(blank=True, max_length=300)),
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
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="documents.document"
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="Tag")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tags", to="documents.document"
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=150)),
                ("sha256", models.CharField(max_length=64)),
                ("media_type", models.CharField(max_length=100)),
                ("size_bytes", models.PositiveBigIntegerField()),
                ("is_scanned", models.BooleanField(default=False)),
                ("added_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting to be read"),
                            ("extracted", "read"),
                            ("failed", "could not be read"),
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
                            ("empty", "The file holds nothing. Send it again."),
                            (
                                "encrypted",
                                "The file is locked by a password. Take the lock off, and add it as a new version.",
                            ),
                            (
                                "unreadable",
                                "The file is damaged. Open it in its own program, save it, and add it as a new version.",
                            ),
                            (
                                "unknown-type",
                                "Nothing here reads this type of file. Print it to a PDF, and add that as a new version.",
                            ),
                            ("too-many-pages", "The file has too many pages. Split it, and add the parts."),
                            (
                                "image-too-large",
                                "The picture is too large. Scan it again at 300 dots per inch at most.",
                            ),
                            ("zip-bomb", "The file unpacks to far more than it should. It was not opened."),
                            ("timed-out", "Reading the file took too long. Split it, and add the parts."),
                            ("too-much-memory", "Reading the file took too much memory. Split it, and add the parts."),
                            ("output-too-large", "The file holds more text than is kept. Split it, and add the parts."),
                            (
                                "ended",
                                "Reading the file ended the server three times. Print it to a PDF, and add that as a new version.",
                            ),
                            (
                                "gone",
                                "The file is not there, or not what was added any more. Tell whoever runs the portal: backups have it.",
                            ),
                            (
                                "disk",
                                "There was no room to keep what was read. Tell whoever runs the portal, then try again.",
                            ),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=1000)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("language", models.CharField(blank=True, max_length=10)),
                ("page_count", models.PositiveIntegerField(default=0)),
                ("archive", models.CharField(blank=True, max_length=64)),
                ("extracted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="documents.document"
                    ),
                ),
            ],
            options={
                "ordering": ["document", "number"],
            },
        ),
        migrations.CreateModel(
            name="PageText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("width", models.FloatField()),
                ("height", models.FloatField()),
                ("text", models.TextField(blank=True)),
                ("folded", models.TextField(blank=True)),
                ("words", models.JSONField(default=list)),
                ("by", models.CharField(max_length=20)),
                ("confidence", models.FloatField(blank=True, null=True)),
                ("has_image", models.BooleanField(default=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pages", to="documents.version"
                    ),
                ),
            ],
            options={
                "ordering": ["version", "number"],
            },
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["kind", "-added_at"], name="document_kind"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["retain_until"], name="document_retain_until"),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["what", "ref"], name="document_link_ref"),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(fields=("document", "what", "ref"), name="one_link_once_a_document"),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.UniqueConstraint(fields=("document", "name"), name="one_tag_once_a_document"),
        ),
        migrations.AddIndex(
            model_name="version",
            index=models.Index(fields=["sha256"], name="document_version_sha256"),
        ),
        migrations.AddIndex(
            model_name="version",
            index=models.Index(fields=["state", "id"], name="document_version_state"),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(fields=("document", "number"), name="one_document_version_a_number"),
        ),
        migrations.AddConstraint(
            model_name="pagetext",
            constraint=models.UniqueConstraint(fields=("version", "number"), name="one_text_a_page"),
        ),
    ]
