"""The components as template tags. Every template has them without loading anything."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from quietude.portal.ui import figures
from quietude.portal.ui.assets import AssetError, assets
from quietude.portal.ui.facts import FactView
from quietude.portal.ui.words import REALITIES, SEVERITIES, STATUSES, category_view

register = template.Library()
register.filter("figure", figures.figure)
register.filter("percent", figures.percent)
register.filter("percentage", figures.percentage)
register.filter("moment", figures.moment)
register.filter("ago", figures.ago)
register.filter("small", figures.small)


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a built file: {% asset "main.css" %}."""
    return assets().address(name)


@register.simple_tag(takes_context=True)
def nonce(context: Context) -> str:
    """Return the word without which a script does not run: <script nonce="{% nonce %}" src="{% asset "main.js" %}">."""
    request = context.get("request")
    return "" if request is None else str(request.META.get("quietude.nonce", ""))


@register.simple_tag(takes_context=True)
def asset_preloads(context: Context, island: str) -> SafeString:
    """Ask the browser for an island's scripts at once: {% asset_preloads "explore" %} in the head block."""
    chunks = assets().chunks
    if island not in chunks:
        raise AssetError(f"no island {island!r} was built; there are {sorted(chunks)}")
    word = nonce(context)
    return format_html_join(
        "\n", '<link rel="modulepreload" nonce="{}" href="{}">', ((word, chunk) for chunk in chunks[island])
    )


@register.simple_tag
def asset_addresses() -> dict[str, str]:
    """Return the addresses that scripts look up by name: neither styles, pictures nor words, which pages name."""
    named = assets().files.items()
    return {name: path for name, path in named if not name.endswith((".css", ".png")) and not name.startswith("words-")}


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """Draw an icon, hidden from screen readers: {% icon "map-pin" %} beside its label."""
    built = assets()
    if name not in built.icons:
        raise AssetError(
            f"no icon {name!r} in the sprite: add it to web/src/icons.json, then run: python tools/build_web.py"
        )
    return _drawn(name, size, built.address("icons.svg"))


@lru_cache(maxsize=1000)  # a list draws two hundred
def _drawn(name: str, size: int, sprite: str) -> SafeString:
    kind = f" icon--{size}" if size != 16 else ""
    return format_html(
        '<svg class="icon{}" width="{}" height="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        kind, size, size, sprite, name,
    )  # fmt: skip


@register.simple_tag
def severity(level: int) -> SafeString:
    """Say a severity by shape, colour and word: {% severity 4 %}."""
    return format_html(
        '<span class="severity severity--{}">{}{}</span>', level, icon(f"severity-{level}"), SEVERITIES[level]
    )


@register.simple_tag
def severity_mark(level: int) -> SafeString:
    """Say a severity by shape and colour, its word for screen readers and under the pointer."""
    word = SEVERITIES[level]
    return format_html(
        '<span class="mark--{}" title="{}">{}<span class="visually-hidden">{}</span></span>',
        level,
        word,
        icon(f"severity-{level}"),
        word,
    )


@register.simple_tag
def status(code: str | None) -> SafeString:
    """Say where the response to a fact stands: {% status "open" %}; nothing for none."""
    if code is None or code not in STATUSES:
        return SafeString("")
    word, name, kind = STATUSES[code]
    return format_html('<span class="badge {}">{}{}</span>', kind, icon(name), word)


@register.simple_tag
def reality(code: str) -> SafeString:
    """Mark what is not of this world: {% reality "fictional" %}; nothing for real facts."""
    if code == "real":
        return SafeString("")
    return format_html('<span class="badge badge--fictional">{}{}</span>', icon("drama"), REALITIES.get(code, code))


@register.simple_tag
def category(code: str | None, form: str = "label") -> SafeString:
    """Show a category by icon, colour and name: {% category "noise.music" %}, {% category code "path" %}."""
    view = category_view(code, get_language() or "fr")
    said = view.path if form == "path" else view.label
    return format_html(
        '<span class="category category--{}">{}<span>{}</span></span>', view.colour, icon(view.icon), said
    )


@register.inclusion_tag("ui/fact_row.html")
def fact_row(fact: FactView, marks: Mapping[str, Any] | None = None, distance_m: float | None = None) -> dict[str, Any]:
    """Show one fact as a row of a list; found words marked and distance said where it was searched for."""
    return {"fact": fact, "marks": marks or {}, "distance": figures.distance(distance_m)}


@register.inclusion_tag("ui/fact_card.html")
def fact_card(fact: FactView) -> dict[str, Any]:
    """Show one fact as a card: in lists, in popovers of maps, everywhere the same."""
    return {"fact": fact}


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """Show one field of a form with its label, help and errors: {% field form.username %}."""
    return {"field": bound, "is_check": isinstance(bound.field.widget, CheckboxInput)}


@register.inclusion_tag("ui/empty.html")
def empty(icon_name: str, title: str, said: str, href: str = "", action: str = "") -> dict[str, str]:
    """Say why there is nothing and offer the next step: {% empty "inbox" title said href action %}."""
    return {"icon_name": icon_name, "title": title, "said": said, "href": href, "action": action}


@register.inclusion_tag("ui/pages.html", takes_context=True)
def pages(context: template.Context, page: Any) -> dict[str, Any]:
    """Show the steps of a paginated list, keeping the rest of the address: {% pages page_obj %}."""
    kept = context["request"].GET.copy()
    kept.pop("page", None)
    return {"page": page, "kept": kept.urlencode()}
