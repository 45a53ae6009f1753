"""Acts on situations: each is whole with its lines in the logs and in the journal, and can be undone for a while."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.journal.recording import Act, note
from quietude.portal.situations.city_documents import follow, home_of
from quietude.portal.situations.models import SAID_MAX, Item, LogLine, Situation

UNDO_WITHIN = timedelta(minutes=10)
What = LogLine.What
Change = dict[str, Any]


@dataclass(slots=True)
class Acting:
    """One act of one person: what it changes, and what the logs say of it. Used inside a transaction."""

    by: User
    now: datetime
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    changes: list[Change] = field(default_factory=list)

    def change(self, row: models.Model, **values: Any) -> None:
        """Give a row other values, and keep what they were."""
        was = {name: _kept(getattr(row, name)) for name in values}
        home = home_of(row) if isinstance(row, Item) else ""
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        if isinstance(row, Item):
            follow(self.by, row, self.now, was=home, is_now=home_of(row))
        self.changes.append(_change(row, was, {name: _kept(value) for name, value in values.items()}))

    def made(self, row: models.Model) -> None:
        """Keep that a row is new: an undo takes it off."""
        self.changes.append(_change(row, {"removed_at": _kept(self.now)}, {"removed_at": None}))
        if isinstance(row, Item):
            follow(self.by, row, self.now, was="", is_now=home_of(row))

    def line(self, situation: Situation, what: LogLine.What, said: str = "", ref: str = "") -> LogLine:
        """Say in the situation's log what was done, and in the journal who did."""
        said = " ".join(said.split())[:SAID_MAX]
        found = LogLine.objects.create(
            situation=situation, what=what, at=self.now, by=self.by, said=said, ref=ref, act=self.id,
            changes=self.changes,
        )  # fmt: skip
        self.changes = []
        detail = {"act": f"situation_{what.value}", "situation": situation.key, "about": ref, "said": said}
        kind = Kind.COMMUNICATE if what is What.SHARED else Kind.MODIFY
        note(Act(kind=kind, who=f"user:{self.by.pk}", detail={name: text for name, text in detail.items() if text}))
        return found


def handled(by: User, keys: Sequence[str]) -> list[Situation]:
    """Return the situations of some keys, locked until the act is written, in an order that no two acts take apart.

    Raises:
        PermissionDenied: `by` does not handle situations.
        ValidationError: one of them is not there.
    """
    if not by.holds(Right.HANDLE_SITUATIONS):
        raise PermissionDenied
    found = list(Situation.objects.select_for_update(of=("self",)).filter(key__in=set(keys)).order_by("pk"))
    if len(found) != len(set(keys)):
        raise ValidationError(gettext("One of these situations is not there."))
    return found


def open_one(by: User, key: str) -> Situation:
    """Return one situation that something can still be done about, locked.

    Raises:
        PermissionDenied: `by` does not handle situations.
        ValidationError: it is closed, or part of another one.
    """
    (situation,) = handled(by, [key])
    refuse_closed(situation)
    return situation


def refuse_closed(situation: Situation) -> None:
    """Refuse an act on a situation that is over.

    Raises:
        ValidationError: it is closed, or part of another one.
    """
    if situation.merged_into is not None:
        other = situation.merged_into.key
        raise ValidationError(gettext("This situation is part of %(other)s now: go on there.") % {"other": other})
    if situation.state == "closed":
        raise ValidationError(gettext("This situation is closed. Reopen it to change something."))


@transaction.atomic
def undo(by: User, act: str, now: datetime) -> list[Situation]:
    """Undo one's own act within ten minutes, whole or not at all; return the situations it was of.

    Raises:
        PermissionDenied: the act is another person's, or `by` handles no situations.
        ValidationError: it is too long ago, or something else became of what it changed.
    """
    lines = list(LogLine.objects.filter(act=act).order_by("pk"))
    if not lines or any(line.by_id != by.pk for line in lines):
        raise PermissionDenied
    situations = handled(by, sorted({line.situation.key for line in lines}))
    is_late = now - lines[-1].at > UNDO_WITHIN
    changes = [change for line in lines for change in line.changes]
    if is_late or not changes or any(line.what == What.UNDONE for line in lines):
        raise ValidationError(gettext("This cannot be undone any more."))
    for change in reversed(changes):
        row = apps.get_model("situations", change["table"])._default_manager.filter(pk=change["pk"]).first()
        if row is None or any(_kept(getattr(row, name)) != value for name, value in change["is"].items()):
            raise ValidationError(gettext("Something else became of it since: it cannot be undone."))
        home = home_of(row) if isinstance(row, Item) else ""
        for name, value in change["was"].items():
            setattr(row, name, _read(row, name, value))
        row.save(update_fields=list(change["was"]))
        if isinstance(row, Item):
            follow(by, row, now, was=home, is_now=home_of(row))
    acting = Acting(by, now, id=lines[0].act or uuid.uuid4())
    for situation in situations:
        situation.refresh_from_db()
        acting.line(situation, What.UNDONE, said=str(lines[0].get_what_display()))
    return situations


def _change(row: models.Model, was: Change, values: Change) -> Change:
    return {"table": type(row).__name__, "pk": row.pk, "was": was, "is": values}


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value.pk if isinstance(value, models.Model) else value


def _read(row: models.Model, name: str, value: Any) -> Any:
    found = row._meta.get_field(name)
    if isinstance(found, models.ForeignKey) and value is not None:
        return found.related_model._default_manager.get(pk=value)
    return found.to_python(value) if isinstance(found, models.Field) else value
