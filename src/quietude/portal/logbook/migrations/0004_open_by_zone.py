"""Walk what is not closed of a zone, not all that the zone ever had."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("logbook", "0003_what_was_there"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("state", "open"), ("state", "under_way"), _connector="OR"),
                fields=["zone_1", "state", "logbook", "regime", "-occurred_at", "-id"],
                name="entry_open_zone_1",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("state", "open"), ("state", "under_way"), _connector="OR"),
                fields=["zone_2", "state", "logbook", "regime", "-occurred_at", "-id"],
                name="entry_open_zone_2",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("state", "open"), ("state", "under_way"), _connector="OR"),
                fields=["zone_3", "state", "logbook", "regime", "-occurred_at", "-id"],
                name="entry_open_zone_3",
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("state", "open"), ("state", "under_way"), _connector="OR"),
                fields=["zone_4", "state", "logbook", "regime", "-occurred_at", "-id"],
                name="entry_open_zone_4",
            ),
        ),
    ]
