"""Which kinds of things a search is asked of: facts, entries of logbooks, documents; and what only some have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from quietude.model.filter.question import Choice, Filter
from quietude.model.territory import Territory
from quietude.portal.documents.scope import Reader
from quietude.portal.explore.chips import label_of
from quietude.portal.explore.conditions import conditions
from quietude.portal.explore.selection import filter_query
from quietude.portal.town import current_town
from quietude.search.api import ONLY_DOCUMENTS, Node, Of, foreign, leaves

WHATS = ("", "facts", "entries", "documents")
OWN = {"doc_class": "kind", "doc_tag": "tag", "doc_service": "service"}
"""Parameter of an address → condition that only documents have."""
LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a search is asked of, and by whom."""

    what: str = ""
    """Of `WHATS`; "" is all."""
    of: Of
    papers: Reader | None = None
    """Who reads documents; None for whoever may not see them, to whom there are none."""

    @property
    def has_facts(self) -> bool:
        """Tell whether facts are among what is looked for."""
        return self.what != "documents"

    @property
    def has_papers(self) -> bool:
        """Tell whether documents are."""
        return self.papers is not None and self.what in {"", "documents"}


def scope_of(query: Mapping[str, str], papers: Reader | None) -> Scope:
    """Return what an address asks of; what cannot be read is left out."""
    said = {name: query.get(parameter, "")[:LONGEST] for parameter, name in OWN.items()} if papers is not None else {}
    of = Of(**said)
    what = query.get("what", "")
    known = what if what in WHATS and (papers is not None or what != "documents") else ""
    return Scope(what="documents" if of != Of() else known, of=of, papers=papers)


def address(text: str, beside: Filter, page: int = 1, scope: Scope | None = None) -> str:
    """Return the address of a search."""
    said = [("q", text)] if text else []
    said += [("page", str(page))] if page > 1 else []
    if scope is not None:
        own = [(parameter, str(getattr(scope.of, name))) for parameter, name in OWN.items()]
        said += [(name, value) for name, value in (("what", scope.what), *own) if value]
    query = "&".join(part for part in (urlencode(said), filter_query(beside)) if part)
    return reverse("search:page") + (f"?{query}" if query else "")


def narrowed(question: Filter, what: str) -> Filter:
    """Return a question to facts asked of entries of logbooks only, or of all facts but these."""
    logbooks = tuple(current_town().logbooks)
    sources = question.sources
    if what == "facts":
        return replace(question, sources=Choice(sources.any_of, tuple(dict.fromkeys((*sources.none_of, *logbooks)))))
    if what != "entries":
        return question
    wanted = tuple(name for name in sources.any_of or logbooks if name in logbooks)
    if wanted:
        return replace(question, sources=Choice(wanted, sources.none_of))
    some = sources.any_of or tuple(current_town().sources)
    return replace(question, sources=Choice(some, tuple(dict.fromkeys((*sources.none_of, *some)))))  # none of them


def remarks(question: Filter, words: Node | None, scope: Scope, territory: Territory, language: str) -> list[str]:
    """Return what is to be said of conditions that facts, or documents, do not have."""
    said = []
    others = conditions(foreign(question))
    if others and scope.has_papers:
        labels = ", ".join(label_of(each, territory, language) for each in others)
        said.append(_("Documents have no such condition: %s. None is found with it.") % labels)
    if any(getattr(leaf, "field", None) in ONLY_DOCUMENTS for leaf in leaves(words)) and scope.has_facts:
        said.append(_("Tags, notes, numbers and classes are of documents: no fact is found by them."))
    return said
