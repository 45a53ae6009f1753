"""Acts on authorisations of video: keep one, withdraw one. Each is whole with its line in the journal."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import shapely
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext

from quietude.journal.api import Kind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.cameras import current_cameras
from quietude.portal.journal.recording import Act, note
from quietude.portal.town import current_town
from quietude.portal.video_gate.models import Authorisation
from quietude.video.api import AuthorisationError, PlaceError, Places

SAID_MAX = 300


@transaction.atomic
def keep(by: User, authorisation: Authorisation, now: datetime) -> Authorisation:
    """Keep an authorisation; from its beginning on, what it names goes through the gate.

    Raises:
        PermissionDenied: the account may not tune alarms.
        ValidationError: it cannot be, such as an event outside the closed list, a place outside the town, or a camera
            that stands outside every place.
    """
    _allowed(by)
    try:
        places = authorisation.allowed.places
    except (AuthorisationError, PlaceError) as error:
        raise ValidationError(str(error)) from error
    _refuse_elsewhere(authorisation, places)
    authorisation.made_by, authorisation.made_at = by, now
    authorisation.full_clean()
    authorisation.save()
    _note(by, authorisation, "video_authorised", authorisation.legal_text)
    return authorisation


@transaction.atomic
def withdraw(by: User, authorisation: Authorisation, *, said: str, now: datetime) -> None:
    """Withdraw an authorisation: from now on nothing goes through by it.

    Raises:
        PermissionDenied: the account may not tune alarms.
        ValidationError: no reason, or it is withdrawn already.
    """
    _allowed(by)
    if not said.strip():
        raise ValidationError(gettext("Say why it is withdrawn."))
    found = Authorisation.objects.select_for_update(of=("self",)).get(pk=authorisation.pk)
    if found.withdrawn_at is not None:
        raise ValidationError(gettext("It is withdrawn already."))
    found.withdrawn_by, found.withdrawn_at = by, now
    found.withdrawn_said = " ".join(said.split())[:SAID_MAX]
    found.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_said"])
    _note(by, found, "video_withdrawn", found.withdrawn_said)


def _refuse_elsewhere(authorisation: Authorisation, places: Places) -> None:
    """Refuse what lies elsewhere: places outside the town, cameras of the town's index outside every place."""
    if len(authorisation.named_zones()) < len(set(authorisation.zones)):
        raise ValidationError(gettext("One of these zones is not the town's."))
    territory = current_town().territory
    town = shapely.union_all([zone.geometry for zone in territory.levels[0].zones])
    for area in places.areas:
        if not area.shape.intersects(town):
            said = gettext("The area “%(name)s” lies outside the town: the longitude comes first, then the latitude.")
            raise ValidationError(said % {"name": area.name})
    for camera in current_cameras():
        if camera.code not in authorisation.cameras:
            continue
        codes = territory.assign(np.array([camera.lon_deg]), np.array([camera.lat_deg]))
        zones = [f"{level}:{found[0]}" for level, found in codes.items() if found[0] is not None]
        if not places.hold(zones, (camera.lon_deg, camera.lat_deg)):
            said = gettext("Camera %(camera)s stands outside every place: add its place, or take it off.")
            raise ValidationError(said % {"camera": camera.code})


def _allowed(by: User) -> None:
    if not by.holds(Right.TUNE_ALARMS):
        raise PermissionDenied


def _note(by: User, authorisation: Authorisation, act: str, said: str) -> None:
    detail = {"act": act, "authorisation": str(authorisation.pk), "said": said[:SAID_MAX]}
    note(Act(kind=Kind.MODIFY, who=f"user:{by.pk}", detail=detail))
