"""The way in by the provider, for the sign-in page, and the way to its links, for the page of accounts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse

from quietude.portal.oidc.provider import current_provider
from quietude.portal.oidc.sessions import mark_of

register = template.Library()


@register.inclusion_tag("oidc/button.html")
def oidc_button(next_page: str | None) -> dict[str, Any]:
    """Return what the button needs; nothing is shown without a provider."""
    provider = current_provider()
    query = f"?{urlencode({'next': next_page})}" if next_page else ""
    return {"label": provider.label if provider else "", "address": reverse("oidc:start") + query}


@register.inclusion_tag("oidc/again.html", takes_context=True)
def oidc_again(context: Context, next_page: str | None) -> dict[str, Any]:
    """Return what the link needs by which whoever came by the provider proves it again; nothing for others."""
    provider = current_provider()
    query = urlencode({"again": "1", "next": next_page or ""})
    shown = provider.label if provider is not None and mark_of(context["request"]) is not None else ""
    return {"label": shown, "address": f"{reverse('oidc:start')}?{query}"}


@register.inclusion_tag("oidc/links_button.html")
def oidc_links() -> dict[str, Any]:
    """Return what the button needs; nothing is shown without a provider."""
    provider = current_provider()
    return {"label": provider.label if provider else ""}
