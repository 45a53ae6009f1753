"""A person's services, for the pages of accounts."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from quietude.portal.accounts.models import User
from quietude.portal.services.belonging import memberships_of

register = template.Library()


@register.inclusion_tag("services/names.html")
def own_services(person: User) -> dict[str, Any]:
    """List the services that a person belongs to today: {% own_services request.user %}."""
    language = (get_language() or "fr")[:2]
    held = memberships_of(person, timezone.now())
    return {"services": [(each.service.say(language), each.service.is_fictional) for each in held]}
