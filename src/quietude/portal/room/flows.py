"""The strip of flows: how each does, in a word."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from quietude.portal.flows.health import Health, health_of
from quietude.portal.town import current_town

WORDS: dict[str, tuple[str | Promise, str]] = {
    "waits": (_("waits"), "triangle-alert"),
    "silent": (_("silent"), "bell-ring"),
    "unusual": (_("unusual"), "activity"),
    "good": (_("comes in"), "circle-check"),
    "nothing": (_("nothing yet"), "clock"),
}
"""State to its word and icon, the worst first."""


def lines(now: datetime, language: str) -> list[dict[str, Any]]:
    """Return how each flow of the town does, the worst first."""
    found = [health for manifest in current_town().sources.values() if (health := health_of(manifest, now)) is not None]
    order = list(WORDS)
    found.sort(key=lambda health: (order.index(state_of(health)), health.manifest.title.say(language)))
    return [_line(health, language) for health in found]


def state_of(health: Health) -> str:
    """Return the state of a flow: a name of `WORDS`."""
    if health.state is None:
        return "nothing"
    if health.fault:
        return "waits"
    if health.silent_for is not None:
        return "silent"
    return "unusual" if health.rate.is_unusual else "good"


def _line(health: Health, language: str) -> dict[str, Any]:
    state = state_of(health)
    said, icon = WORDS[state]
    return {
        "name": health.manifest.name,
        "title": health.manifest.title.say(language),
        "state": state,
        "said": str(said),
        "icon": icon,
        "last": health.state.last_at.isoformat() if health.state is not None and health.state.last_at else None,
        "waiting": health.waiting,
        "url": reverse("catalogue:source", args=[health.manifest.name]),
    }
