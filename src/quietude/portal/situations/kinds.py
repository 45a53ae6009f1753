"""Kinds of situations as the portal knows them: of the package, of the town's folder, and as saved here over them."""

from __future__ import annotations

import time
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.journal.recording import Act, note
from quietude.portal.situations.models import KindEdition
from quietude.portal.town import LOOK_EVERY_S, current_town
from quietude.situations.api import READY, SituationKind, load_kinds


def current_kinds() -> dict[str, SituationKind]:
    """Return the kinds by which a situation can be opened now, by name.

    Raises:
        ManifestError: a file of the town cannot be used.
    """
    kinds = dict(file_kinds())
    for edition in saved_editions().values():
        if edition.is_withdrawn:
            kinds.pop(edition.name, None)
        else:
            kinds[edition.name] = edition.kind
    return dict(sorted(kinds.items()))


def saved_editions() -> dict[str, KindEdition]:
    """Return the last edition of each kind that somebody saved."""
    return {edition.name: edition for edition in KindEdition.objects.exclude(by=None).select_related("by")}


def file_kinds() -> dict[str, SituationKind]:
    """Return the kinds as files say them; a file that changed is read again.

    Raises:
        ManifestError: one cannot be used.
    """
    folder = current_town().folder
    return _read(folder, _files(folder, int(time.monotonic() / LOOK_EVERY_S)))


@lru_cache(maxsize=1)
def _files(folder: Path, _look: int) -> tuple[tuple[Path, int], ...]:
    places = (READY, folder / "situations")
    return tuple((path, path.stat().st_mtime_ns) for place in places for path in sorted(place.glob("*.yml")))


@lru_cache(maxsize=2)
def _read(folder: Path, _files: tuple[tuple[Path, int], ...]) -> dict[str, SituationKind]:
    return load_kinds(folder)


def edition_of(name: str, kind: SituationKind, now: datetime) -> KindEdition:
    """Return the edition of a kind's present content, kept at its first use."""
    known = KindEdition.objects.filter(name=name, digest=kind.digest, is_withdrawn=False).order_by("-pk").first()
    content = kind.model_dump(mode="json", by_alias=True)
    return known or KindEdition.objects.create(name=name, digest=kind.digest, content=content, at=now)


@transaction.atomic
def save_kind(by: User, name: str, kind: SituationKind, now: datetime, *, reason: str) -> KindEdition:
    """Save a kind: situations that are opened from now on go by it, those under way by what they began with.

    Raises:
        PermissionDenied: `by` keeps no sheets.
        ValidationError: no reason is given, or nothing is another one.
    """
    if not by.holds(Right.KEEP_SHEETS):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": gettext("Say why: whoever works by it will ask.")})
    if current_kinds().get(name) == kind:
        raise ValidationError(gettext("Nothing is another one: nothing was saved."))
    return _saved(by, name, kind, now, reason, is_withdrawn=False)


@transaction.atomic
def withdraw_kind(by: User, name: str, now: datetime, *, reason: str) -> KindEdition:
    """Let no situation be opened by a kind any more; those under way go on.

    Raises:
        PermissionDenied: `by` keeps no sheets.
        ValidationError: there is no such kind, or no reason is given.
    """
    if not by.holds(Right.KEEP_SHEETS):
        raise PermissionDenied
    kind = current_kinds().get(name)
    if kind is None or not reason.strip():
        raise ValidationError(gettext("Say which kind, and why."))
    return _saved(by, name, kind, now, reason, is_withdrawn=True)


def _saved(by: User, name: str, kind: SituationKind, now: datetime, reason: str, *, is_withdrawn: bool) -> KindEdition:
    edition = KindEdition.objects.create(
        name=name, digest=kind.digest, content=kind.model_dump(mode="json", by_alias=True), at=now, by=by,
        reason=" ".join(reason.split())[:300], is_withdrawn=is_withdrawn,
    )  # fmt: skip
    act = "situation_kind_withdrawn" if is_withdrawn else "situation_kind_saved"
    note(Act(kind=Kind.MODIFY, who=f"user:{by.pk}", detail={"act": act, "kind": name, "said": edition.reason}))
    return edition
