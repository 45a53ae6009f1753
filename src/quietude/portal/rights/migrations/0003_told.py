"""Whether supervisors were told by e-mail of a broken glass."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds when they were told, or why not."""

    dependencies = [("rights", "0002_register")]  # Django's own way
    operations = [  # as above
        migrations.AddField("opening", "told_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("opening", "mail_fault", models.CharField(blank=True, default="", max_length=200), False),
    ]
