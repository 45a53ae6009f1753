"""Who was told of an alarm, a situation or the like, and what became of each message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language

from quietude.portal.notifications.models import Dispatch, Message

register = template.Library()
SHOWN_MOST = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One message as a page shows it."""

    message: Message
    channel: str
    is_late: bool
    together: int
    """Alarms that its one message told of; 0 where it told of one."""


@register.inclusion_tag("notifications/told.html")
def told_of(subject: str, key: str) -> dict[str, Any]:
    """Show who was told of something, and whether it was sent, failed or read."""
    now, language = timezone.now(), get_language() or "fr"
    found = Dispatch.objects.filter(subject=subject, subject_key=key).order_by("-pk")
    held = found.prefetch_related("messages__channel", "messages__person")[:SHOWN_MOST]
    together = _together(one for each in held for one in each.messages.all())
    return {
        "rows": [
            (
                each,
                [
                    Line(one, one.channel.say(language), one.is_late(now), together.get(one.lead_id or one.pk, 0))
                    for one in each.messages.all()
                ],
            )
            for each in held
        ]
    }


def _together(shown: Iterable[Message]) -> dict[int, int]:
    """Return of how many alarms each of some leads tells, of those that tell of more than their own."""
    leads = {one.lead_id or one.pk for one in shown}
    found = Message.objects.filter(Q(lead__in=leads) | Q(pk__in=leads)).order_by()
    first = found.annotate(first=Coalesce("lead", "pk")).values_list("first")
    counted = first.annotate(alarms=Count("dispatch__subject_key", distinct=True)).values_list("first", "alarms")
    return {lead: alarms for lead, alarms in counted if alarms > 1}
