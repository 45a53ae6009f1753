"""Tells open screens that something changed: a stamp that grows, looked at by one task for all of them."""

from __future__ import annotations

from django.db.models import Max, Sum

from quietude.portal.alarms.models import AlarmStep, Memory


def stamp() -> str:
    """Return a short text that is another one whenever an alarm changed, by itself or by somebody."""
    changes = Memory.objects.aggregate(all=Sum("changes"))["all"] or 0
    last = AlarmStep.objects.aggregate(last=Max("pk"))["last"] or 0
    return f"{changes:x}.{last:x}"
