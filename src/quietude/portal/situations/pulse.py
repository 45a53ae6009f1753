"""Tells open screens that something became of a situation."""

from __future__ import annotations

from django.db.models import Max

from quietude.portal.situations.models import LogLine


def newest() -> int:
    """Return a number that grows whenever something became of a situation."""
    return LogLine.objects.aggregate(last=Max("pk"))["last"] or 0
