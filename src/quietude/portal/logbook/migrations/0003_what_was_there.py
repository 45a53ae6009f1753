"""Give what was written before its street, its term, and the steps of its follow-ups."""

from typing import Any

from django.db import migrations
from django.db.models import Min, Q

from quietude.portal.logbook.streets import street_of

BATCH = 2000


def fill(apps: Any, _schema_editor: Any) -> None:
    entries, follow_ups = apps.get_model("logbook", "Entry"), apps.get_model("logbook", "FollowUp")
    steps = apps.get_model("logbook", "FollowUpStep")
    last = 0
    while rows := list(entries.objects.filter(pk__gt=last).exclude(place_label="").order_by("pk")[:BATCH]):
        for entry in rows:
            entry.street = street_of(entry.place_label)
        entries.objects.bulk_update(rows, ["street"])
        last = rows[-1].pk
    terms = follow_ups.objects.filter(done_at=None, entry__struck_at=None).order_by()
    for key, due_at in terms.values_list("entry").annotate(first=Min("due_at")).filter(~Q(first=None)):
        entries.objects.filter(pk=key).update(due_at=due_at)
    for found in follow_ups.objects.order_by("pk").iterator():
        whose = {"follow_up": found, "service": found.service, "assignee": found.assignee}
        steps.objects.create(what="asked", at=found.made_at, by=found.made_by, **whose)
        if found.done_at is not None:
            steps.objects.create(what="done", at=found.done_at, by=found.done_by, said=found.outcome, **whose)


class Migration(migrations.Migration):
    dependencies = [("logbook", "0002_follow_ups_and_ready_filters")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
