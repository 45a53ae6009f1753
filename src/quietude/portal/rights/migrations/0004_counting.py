"""Grants that let facts be counted but not listed, and from how many on a purpose tells such counts."""

from __future__ import annotations

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds both; grants that are there list, as before."""

    dependencies = [("rights", "0003_told")]  # Django's own way
    operations = [  # as above
        migrations.AddField(
            "grant",
            "level",
            models.CharField(
                choices=[("list", "list them"), ("count", "count them only, small counts withheld")],
                default="list",
                max_length=10,
                verbose_name="What for",
            ),
        ),
        migrations.AddField(
            "purpose",
            "least",
            models.PositiveSmallIntegerField(
                default=5,
                help_text="Of facts that may only be counted, fewer than this are not told.",
                validators=[
                    django.core.validators.MinValueValidator(5),
                    django.core.validators.MaxValueValidator(100),
                ],
                verbose_name="Smallest count told",
            ),
        ),
    ]
