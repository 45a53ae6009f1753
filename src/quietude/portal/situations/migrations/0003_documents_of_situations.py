"""Makes items of the links between documents and situations: one table holds what belongs to a situation."""

from typing import Any

from django.db import migrations


def move(apps: Any, _schema_editor: Any) -> None:
    link, item = apps.get_model("documents", "Link"), apps.get_model("situations", "Item")
    situations = dict(apps.get_model("situations", "Situation").objects.values_list("key", "pk"))
    for each in link.objects.filter(what="situation"):
        said = {"situation_id": situations.get(each.ref), "what": "document", "ref": str(each.document_id)}
        is_new = not item.objects.filter(**said, removed_at=None).exists()
        if said["situation_id"] is not None and is_new:
            item.objects.create(**said, at=each.at, by_id=each.by_id)
    link.objects.filter(what="situation").delete()


def move_back(apps: Any, _schema_editor: Any) -> None:
    link, item = apps.get_model("documents", "Link"), apps.get_model("situations", "Item")
    documents = set(apps.get_model("documents", "Document").objects.values_list("pk", flat=True))
    for each in item.objects.filter(what="document").exclude(ref__contains="/").select_related("situation"):
        if each.removed_at is None and int(each.ref) in documents:
            said = {"document_id": int(each.ref), "what": "situation", "ref": each.situation.key}
            link.objects.get_or_create(**said, defaults={"at": each.at, "by_id": each.by_id})
        each.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_written_once"),
        ("situations", "0002_response"),
    ]

    operations = [migrations.RunPython(move, move_back)]
