"""Doors told apart; what signatures, chains of alerts and files on their way must be remembered by."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("flows", "0001_inbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="AlertChain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=63)),
                ("name", models.CharField(max_length=255)),
                ("is_open", models.BooleanField(default=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AlertMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=63)),
                ("name", models.CharField(max_length=255)),
                ("kind", models.CharField(blank=True, max_length=8)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("record", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="DoorState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=63)),
                ("door", models.CharField(max_length=16)),
                ("last_at", models.DateTimeField(blank=True, null=True)),
                ("received", models.PositiveBigIntegerField(default=0)),
                ("quarantined", models.PositiveBigIntegerField(default=0)),
                ("refused", models.PositiveBigIntegerField(default=0)),
                ("lag_s", models.FloatField(blank=True, null=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("error_said", models.TextField(blank=True)),
                ("error_at", models.DateTimeField(blank=True, null=True)),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                ("memory", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="SeenSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=63)),
                ("digest", models.CharField(max_length=64)),
                ("until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="TakenFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=63)),
                ("name", models.CharField(max_length=255)),
                ("digest", models.CharField(max_length=64)),
                ("records", models.PositiveBigIntegerField(default=0)),
                ("is_whole", models.BooleanField(default=False)),
                ("began_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="flowhour",
            name="one_row_a_flow_and_hour",
        ),
        migrations.AddField(
            model_name="flowhour",
            name="door",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddConstraint(
            model_name="flowhour",
            constraint=models.UniqueConstraint(fields=("source", "door", "hour"), name="one_row_a_door_and_hour"),
        ),
        migrations.AddIndex(
            model_name="alertchain",
            index=models.Index(fields=["is_open", "expires_at"], name="chain_expires"),
        ),
        migrations.AddConstraint(
            model_name="alertchain",
            constraint=models.UniqueConstraint(fields=("source", "name"), name="one_row_a_chain"),
        ),
        migrations.AddField(
            model_name="alertmessage",
            name="chain",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="flows.alertchain"
            ),
        ),
        migrations.AddConstraint(
            model_name="doorstate",
            constraint=models.UniqueConstraint(fields=("source", "door"), name="one_row_a_door"),
        ),
        migrations.AddConstraint(
            model_name="seensignature",
            constraint=models.UniqueConstraint(fields=("source", "digest"), name="one_row_a_signature"),
        ),
        migrations.AddConstraint(
            model_name="takenfile",
            constraint=models.UniqueConstraint(fields=("source", "name", "digest"), name="one_row_a_file_on_its_way"),
        ),
        migrations.AddConstraint(
            model_name="alertmessage",
            constraint=models.UniqueConstraint(fields=("source", "name"), name="one_row_an_alert_message"),
        ),
    ]
