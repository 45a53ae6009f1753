"""Acts of data protection lie in the journal alone: the list beside it said the same, without its proof."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """Drops the second list; each of its rows has a line in the journal, written with it."""

    dependencies = [("protection", "0001_protection")]  # Django's own way
    operations = [migrations.DeleteModel("ProtectionAct")]  # as above
