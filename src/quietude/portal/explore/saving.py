"""Keeps, renames, deletes and brings back saved views: each person's own."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from quietude.portal.accounts.models import User
from quietude.portal.explore.models import SavedView

UNDO_FOR = timedelta(days=1)
"""How long a deleted view can be brought back; after that it is gone from the database."""
VIEWS_MAX = 200  # of one person: a menu beyond that is no menu
NAME_MAX = 80
NUL = "\x00"  # PostgreSQL keeps it in no text


class SavingError(ValueError):
    """A view cannot be kept so; the message is for the reader."""


def views_of(user: User) -> list[SavedView]:
    """Return a person's views by name."""
    return list(SavedView.objects.filter(owner=user, removed_at__isnull=True))


def view_of(user: User, key: int) -> SavedView:
    """Return one of a person's views, deleted or not.

    Raises:
        SavedView.DoesNotExist: it is not theirs, or not there.
    """
    return SavedView.objects.get(owner=user, pk=key)


def save(user: User, name: str, query: str) -> SavedView:
    """Keep a selection under a name; a view of that name takes the new selection.

    Raises:
        SavingError: the name is empty or too long, or the person has too many views.
    """
    name, query = _checked(name), query.replace(NUL, "")
    with transaction.atomic():
        _forget_old(user)
        found = SavedView.objects.filter(owner=user, name=name, removed_at__isnull=True).first()
        if found is not None:
            found.query = query
            found.save(update_fields=["query", "changed_at"])
            return found
        if SavedView.objects.filter(owner=user, removed_at__isnull=True).count() >= VIEWS_MAX:
            raise SavingError(_("You have %(count)s views already: delete one first.") % {"count": VIEWS_MAX})
        try:
            with transaction.atomic():
                return SavedView.objects.create(owner=user, name=name, query=query)
        except IntegrityError:  # another request of the same person was first
            found = SavedView.objects.get(owner=user, name=name, removed_at__isnull=True)
            found.query = query
            found.save(update_fields=["query", "changed_at"])
            return found


def rename(view: SavedView, name: str) -> None:
    """Give a view another name.

    Raises:
        SavingError: the name is empty, too long or taken.
    """
    view.name = _checked(name)
    _store(view, ["name", "changed_at"])


def remove(view: SavedView) -> None:
    """Delete a view; `restore` brings it back for a day."""
    view.removed_at = timezone.now()
    view.save(update_fields=["removed_at"])


def restore(view: SavedView) -> None:
    """Bring a deleted view back.

    Raises:
        SavingError: another view has its name by now.
    """
    view.removed_at = None
    _store(view, ["removed_at"])


def _store(view: SavedView, fields: list[str]) -> None:
    try:
        with transaction.atomic():
            view.save(update_fields=fields)
    except IntegrityError as error:
        raise SavingError(_("You have a view called “%(name)s” already.") % {"name": view.name}) from error


def _checked(name: str) -> str:
    name = " ".join(name.replace(NUL, " ").split())
    if not name:
        raise SavingError(_("Give the view a name."))
    if len(name) > NAME_MAX:
        raise SavingError(_("The name is too long: at most %(most)s characters.") % {"most": NAME_MAX})
    return name


def _forget_old(user: User) -> None:
    SavedView.objects.filter(owner=user, removed_at__lt=timezone.now() - UNDO_FOR).delete()
