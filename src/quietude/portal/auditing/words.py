"""The journal's own words, kept in one language whoever acts, as screens say them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from urllib.parse import parse_qs

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from quietude.journal.api import Kind
from quietude.model.filter.errors import FilterError
from quietude.model.filter.say import say
from quietude.model.filter.url import from_query
from quietude.portal.rights.groups import Motive
from quietude.portal.town import current_town, current_vocabulary
from quietude.portal.ui.figures import moment

KINDS = {
    Kind.COLLECT: (gettext_lazy("collected"), "download"),
    Kind.MODIFY: (gettext_lazy("changed"), "pencil"),
    Kind.CONSULT: (gettext_lazy("consulted"), "eye"),
    Kind.COMMUNICATE: (gettext_lazy("communicated"), "external-link"),
    Kind.LINK: (gettext_lazy("linked"), "link"),
    Kind.ERASE: (gettext_lazy("erased"), "x"),
}
"""Kind of an act to its word and icon."""
KEYS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "columns": gettext_lazy("columns"),
        "rows": gettext_lazy("rows"),
        "grant": gettext_lazy("grant"),
        "opening": gettext_lazy("opening"),
        "purpose": gettext_lazy("purpose"),
        "fields": gettext_lazy("fields"),
        "lines": gettext_lazy("lines"),
        "found": gettext_lazy("found"),
        "journal": gettext_lazy("journal"),
        "form": gettext_lazy("form"),
        "until": gettext_lazy("until"),
        "act": gettext_lazy("act"),
        "who": gettext_lazy("person"),
        "about": gettext_lazy("fact"),
        "attachment": gettext_lazy("attachment"),
        "kind": gettext_lazy("kind of act"),
        "page": gettext_lazy("page"),
    }
)
VALUES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "title": gettext_lazy("title"),
        "text": gettext_lazy("free text"),
        "attributes": gettext_lazy("details"),
        "source_key": gettext_lazy("reference in the source"),
        "attached": gettext_lazy("file attached"),
        "blurred": gettext_lazy("photograph blurred, its original erased"),
        "attachment_struck": gettext_lazy("attachment struck through"),
        "swept": gettext_lazy("files without an entry erased"),
        "file": gettext_lazy("file"),
        "caption": gettext_lazy("caption"),
        "on_demand": gettext_lazy("opened on demand"),
        "break_glass": gettext_lazy("glass broken"),
        "given": gettext_lazy("given"),
        "withdrawn": gettext_lazy("withdrawn"),
        "reviewed": gettext_lazy("confirmed"),
        "kept": gettext_lazy("kept"),
        "export": gettext_lazy("export"),
        "read": gettext_lazy("read"),
        "checked": gettext_lazy("checked"),
        "copy": gettext_lazy("copy"),
        "intact": gettext_lazy("intact"),
        "unusual": gettext_lazy("what stands out"),
        "created": gettext_lazy("account made"),
        "nothing": gettext_lazy("nothing found"),
        "closed": gettext_lazy("request closed"),
        "access": gettext_lazy("access"),
        "rectify": gettext_lazy("rectification"),
        "erase": gettext_lazy("erasure"),
        "restrict": gettext_lazy("restriction"),
        "facts": gettext_lazy("facts"),
        "versions": gettext_lazy("past versions"),
        "quarantine": gettext_lazy("quarantine"),
        "reports": gettext_lazy("accounts of imports"),
        "packages": gettext_lazy("packages for the archives"),
        "register of processing": gettext_lazy("register of processing"),
        "draft of the impact assessment": gettext_lazy("draft of the impact assessment"),
        "the person": gettext_lazy("the person"),
        "the person who asked": gettext_lazy("the person who asked"),
        "the persons concerned": gettext_lazy("the persons concerned"),
    }
)


def _word(said: str) -> str:
    return str(VALUES.get(said, said))


def _places(said: str) -> str:
    """Return "facts 3, versions 1" as screens say it."""
    parts = [part.rpartition(" ") for part in said.split(", ")]
    return ", ".join(f"{_word(place)} : {count}" if count.isdecimal() else _word(count) for place, _gap, count in parts)


def _erased(found: re.Match[str]) -> str:
    count = int(found[1])
    return ngettext("%(n)s entry", "%(n)s entries", count) % {"n": count} + f" ({_places(found[2])})"


def _motive(found: re.Match[str]) -> str:
    label = str(Motive(found[1]).label)
    return f"{label} : {found[2]}" if found[2] else label


PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(rf"({'|'.join(Motive.values)})(?:: (.*))?"), _motive),
    (re.compile(r"(\d+) entries \((.*)\)"), _erased),
    (re.compile(r"access file of (\d+)"), lambda found: _("access file, entries: %s") % found[1]),
    (re.compile(r"restriction of (\d+) lifted"), lambda found: _("restriction lifted, entries: %s") % found[1]),
    (re.compile(r"restriction of (\d+)"), lambda found: _("restriction, entries: %s") % found[1]),
    (re.compile(r"rectification of (\d+)"), lambda found: _("rectification, entries: %s") % found[1]),
    (re.compile(r"notice of (.*)"), lambda found: _("notice of %s") % found[1]),
    (re.compile(r"breach (\d+)"), lambda found: _("breach n° %s") % found[1]),
    (re.compile(r"breach (\d+) closed"), lambda found: _("breach n° %s closed") % found[1]),
    (re.compile(r"legal hold (\d+) put"), lambda found: _("legal hold n° %s put") % found[1]),
    (re.compile(r"legal hold (\d+) lifted"), lambda found: _("legal hold n° %s lifted") % found[1]),
    (re.compile(r"\S+ \d+(, \S+ \d+)*"), lambda found: _places(found[0])),
    (re.compile(r"request (\S.*?)(?:: | (?=closed$))(.*)"), lambda found: f"{found[1]} · {told_what(found[2])}"),
    (re.compile(r"request (.*)"), lambda found: _("request %s") % found[1]),
)


def told_what(said: str) -> str:
    """Return what an act was done to; words that nobody foresaw stay as they are."""
    if said in VALUES:
        return _word(said)
    for pattern, wording in PATTERNS:
        if found := pattern.fullmatch(said):
            return wording(found)
    return said


def _value(said: str) -> str:
    if re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", said):
        return moment(datetime.fromisoformat(said), "minute")
    return ", ".join(_word(part) for part in said.split(","))


def told_filter(query: str) -> str:
    """Return the question of a line in the words of Explore; as it is where it is no question any more."""
    try:
        question = from_query(parse_qs(query))
    except (FilterError, ValueError):
        return query
    language = (get_language() or "fr")[:2]
    town = current_town()
    return say(question, territory=town.territory, vocabulary=current_vocabulary(), language=language) or query


def told(detail: Mapping[str, str]) -> str:
    """Return the detail of a line as a screen says it."""
    return ", ".join(
        told_what(value) if name == "what" else f"{KEYS.get(name, name)} : {_value(value)}"
        for name, value in detail.items()
    )
