"""What the editor's templates ask of the faults of a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from quietude.sources.api import Fault

register = template.Library()


@register.filter
def under(at: Mapping[str, Sequence[Fault]], name: str) -> Sequence[Fault]:
    """Return the faults of a field."""
    return at.get(name, ())


@register.filter
def dotted(path: str, name: str) -> str:
    """Return the name of a condition's own field."""
    return f"{path}.{name}"


@register.simple_tag
def wrong(at: Mapping[str, Sequence[Fault]], path: str, name: str = "") -> SafeString:
    """Say of a field that it is wrong, and where that is told."""
    field = f"{path}.{name}" if name else path
    return format_html(' aria-invalid="true" aria-describedby="{}_error"', field) if at.get(field) else SafeString("")
