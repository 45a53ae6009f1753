"""Past facts that are played as if live."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alarms", "0001_alarms"),
    ]

    operations = [
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
    ]
