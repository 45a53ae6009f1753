"""Has an authorisation hold in several zones and drawn areas, in the place of one zone."""

from typing import Any

from django.db import migrations, models


def to_zones(apps: Any, _schema_editor: Any) -> None:
    for each in apps.get_model("video_gate", "Authorisation").objects.exclude(place=""):
        each.zones = [each.place]
        each.save(update_fields=["zones"])


def to_place(apps: Any, _schema_editor: Any) -> None:
    for each in apps.get_model("video_gate", "Authorisation").objects.all():
        if len(each.zones) > 1 or each.areas:
            raise ValueError(f"authorisation {each.pk} holds in several places: the version before knows one only")
        each.place = next(iter(each.zones), "")
        each.save(update_fields=["place"])


class Migration(migrations.Migration):
    dependencies = [("video_gate", "0001_authorisations")]

    operations = [
        migrations.AddField(model_name="authorisation", name="zones", field=models.JSONField(default=list, blank=True)),
        migrations.AddField(model_name="authorisation", name="areas", field=models.JSONField(default=list, blank=True)),
        migrations.RunPython(to_zones, to_place),
        migrations.RemoveField(model_name="authorisation", name="place"),
    ]
