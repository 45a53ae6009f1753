"""What the portal's own tables say about a person: found by their words, deleted or blanked as the census says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import unquote_plus

from django.apps import apps
from django.db import models, transaction

from quietude.journal.api import Part
from quietude.keeping.api import Asked, Found, load_census
from quietude.portal.protection.journal_parts import JOURNAL, erase_lines, find_lines

_WORDED = frozenset({"words", "identity", "contact", "record"})
"""Kinds of personal data that are text in which a person may be named."""
ASK = "ask"


def find_traces(asked: Asked) -> Iterator[Found]:
    """Yield the rows of the portal's tables in whose words the person is found."""
    if not asked.phrases:
        return
    yield from find_lines(asked)
    for model, fields in _worded_tables():
        label = model._meta.label
        for row in model._default_manager.values("pk", *fields).iterator():
            texts = {name: row[name] for name in fields}
            if asked.finds(unquote_plus(str(text)) for text in texts.values() if text):
                content = {name: unquote_plus(str(text)) for name, text in texts.items() if text}
                yield Found(place=label, key=str(row["pk"]), source="", content=content)


@transaction.atomic
def erase_traces(found: Sequence[Found], asked: Asked) -> dict[str, int]:
    """Delete or blank the rows that were found, by table; those of accounts are left, an administrator closes them."""
    done: dict[str, int] = {}
    lines = [int(each.key) for each in found if each.place == JOURNAL]
    erase_lines(lines, (Part.SUBJECT,), motive="right of a person")
    if lines:
        done[JOURNAL] = len(lines)
    for each in found:
        entry = load_census().tables.get(each.place)
        if entry is None or entry.on_erasure == ASK:
            continue
        model = apps.get_model(each.place)
        row = model._default_manager.filter(pk=each.key)
        if entry.on_erasure == "delete":
            row.delete()
        else:
            wrong = [name for name, text in each.content.items() if asked.finds([text])]
            row.update(**dict.fromkeys(wrong, ""))
        done[each.place] = done.get(each.place, 0) + 1
    return done


def is_left(found: Found) -> bool:
    """Tell whether an erasure leaves a trace to people to decide on."""
    entry = load_census().tables.get(found.place)
    return entry is not None and entry.on_erasure == ASK


def _worded_tables() -> Iterator[tuple[type[models.Model], tuple[str, ...]]]:
    """Yield the models that have text a person may be named in, with those fields."""
    for model in apps.get_models(include_auto_created=True):
        entry = load_census().tables.get(model._meta.label)
        if entry is None:
            continue
        texts = {
            field.name
            for field in model._meta.local_fields
            if isinstance(field, models.CharField | models.TextField) and not field.choices
        }
        fields = tuple(name for name, kind in entry.personal.items() if kind in _WORDED and name in texts)
        if fields:
            yield model, fields
