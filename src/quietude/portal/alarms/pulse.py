"""Tells open screens that something changed: a stamp that grows, looked at by one task for all of them."""

from __future__ import annotations

import threading

from django.db.models import Max, Sum

from quietude.portal.alarms.models import AlarmStep, Memory

_beat = threading.Event()


def stamp() -> str:
    """Return a short text that is another one whenever an alarm changed, by itself or by somebody."""
    changes = Memory.objects.aggregate(all=Sum("changes"))["all"] or 0
    last = AlarmStep.objects.aggregate(last=Max("pk"))["last"] or 0
    return f"{changes:x}.{last:x}"


def beat() -> None:
    """Say that something changed in this process."""
    _beat.set()


def was_beaten() -> bool:
    """Tell whether something changed in this process since this was asked last."""
    came = _beat.is_set()
    _beat.clear()
    return came
