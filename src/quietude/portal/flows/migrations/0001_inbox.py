"""The inbox of records that come by themselves, and how each flow does."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="FlowState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=63, unique=True)),
                ("last_at", models.DateTimeField()),
                ("filed_at", models.DateTimeField(blank=True, null=True)),
                ("received", models.PositiveBigIntegerField(default=0)),
                ("filed", models.PositiveBigIntegerField(default=0)),
                ("quarantined", models.PositiveBigIntegerField(default=0)),
                (
                    "fault",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "none"),
                            ("busy", "an import of the same source runs"),
                            ("disk_full", "the disk is full"),
                            ("manifest", "the source's manifest cannot be used"),
                            ("unknown_source", "the town has this source no more"),
                            ("store", "the store of facts does not answer"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("fault_said", models.TextField(blank=True)),
                ("fault_since", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=63)),
                ("door", models.CharField(max_length=16)),
                ("sender", models.CharField(max_length=40)),
                ("received_at", models.DateTimeField()),
                ("content", models.BinaryField()),
                ("records", models.PositiveIntegerField()),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["source", "id"], name="delivery_source")],
            },
        ),
        migrations.CreateModel(
            name="FlowHour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=63)),
                ("hour", models.DateTimeField()),
                ("records", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("source", "hour"), name="one_row_a_flow_and_hour")],
            },
        ),
    ]
