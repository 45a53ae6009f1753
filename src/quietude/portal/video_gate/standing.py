"""What the gate is told of the authorisations that are kept."""

from __future__ import annotations

from quietude.portal.video_gate.models import Authorisation
from quietude.video.api import Authorisation as Allowed


def authorisations() -> tuple[Allowed, ...]:
    """Return every authorisation there is, the withdrawn and the past too: the gate says why it refuses."""
    return tuple(each.allowed for each in Authorisation.objects.all())
