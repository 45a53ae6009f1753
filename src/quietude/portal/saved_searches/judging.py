"""Whether an owner may know of what answers their search: asked when it comes, and again whenever it is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from quietude.model.event import Event
from quietude.model.filter.predicate import matches
from quietude.model.filter.question import Filter
from quietude.model.rights import withheld
from quietude.model.viewer import Viewer
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Right
from quietude.portal.documents.changes import words_of
from quietude.portal.documents.models import Document, Version
from quietude.portal.documents.scope import Reader as DocumentReader
from quietude.portal.documents.scope import reader_for
from quietude.portal.explore.freshness import rights_of
from quietude.portal.rights.models import Grant, Level, State
from quietude.portal.rights.standing import Standing
from quietude.portal.search.feeding import current_index
from quietude.portal.town import town_day
from quietude.search.api import FIELDS, Analysed, Node, Predicate, Search, analysed, predicate

NOBODY = Standing(Viewer.nobody(), None, (), (), None)
OWNERS = 500
"""Accounts asked for at once: SQLite takes some thousands of values."""


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner as a reader, under the purpose that a search was saved under. What is opened on demand is not in it."""

    user: User
    standing: Standing
    rights: str
    """Name of what they may read: equal for two owners only if they see the same facts."""

    @property
    def viewer(self) -> Viewer:
        """Return the reader of facts."""
        return self.standing.viewer

    @property
    def documents(self) -> DocumentReader:
        """Return the reader of documents; nobody's without the right to see documents."""
        return reader_for(self.user, self.standing if self.user.holds(Right.SEE_DOCUMENTS) else NOBODY)


def owners(wanted: Iterable[tuple[int, str]], now: datetime) -> Mapping[tuple[int, str], Owner]:
    """Return the owners that may still search, by account and code of purpose; others are left out."""
    asked = set(wanted)
    keys = sorted({key for key, _ in asked})
    today, found = town_day(now), dict[tuple[int, str], Owner]()
    for begin in range(0, len(keys), OWNERS):
        some = keys[begin : begin + OWNERS]
        users = {each.pk: each for each in User.objects.filter(pk__in=some, is_active=True)}
        held: dict[tuple[int, str], list[Grant]] = {}
        for grant in Grant.objects.filter(holder__in=some, withdrawn_at=None).select_related("purpose").order_by("pk"):
            if grant.state(today) is State.ACTIVE:
                held.setdefault((grant.holder_id, grant.purpose.code), []).append(grant)
        for pair, grants in held.items():
            user = users.get(pair[0])
            if pair in asked and user is not None and user.holds(Right.EXPLORE):
                standing = _standing(user, grants)
                found[pair] = Owner(user, standing, rights_of(standing.viewer))
    return found


def _standing(user: User, grants: Sequence[Grant]) -> Standing:
    purpose = grants[0].purpose
    compiled = tuple(grant.compiled() for grant in grants if grant.level == Level.LIST)
    viewer = Viewer(who=f"user:{user.pk}", grants=compiled, purpose=purpose.code, least=purpose.least)
    return Standing(viewer, purpose, (purpose,), tuple(grants), None)


@dataclass
class Seen:
    """Facts as groups of equal rights read them: each is cut once for all owners of a group."""

    _cut: dict[tuple[str, str], Analysed | None] = field(default_factory=dict)

    def by(self, owner: Owner, text: Analysed) -> Analysed | None:
        """Return a fact as an owner reads it; None where it does not exist for them."""
        fact = text.fact
        if fact is None:
            return None
        key = (owner.rights, fact.uid)
        if key not in self._cut:
            hidden = withheld(owner.viewer, fact)
            if hidden is None:
                self._cut[key] = None
            else:
                self._cut[key] = text if not hidden else _without(fact, hidden, text)
        return self._cut[key]


_FIELDS = frozenset(each.name for each in fields(Event))


def _without(fact: Event, hidden: Collection[str], text: Analysed) -> Analysed:
    """Return a fact without what is withheld of it."""
    gone: dict[str, Any] = {name: () if name == "flags" else None for name in hidden if name in _FIELDS}
    zones = {level: None if f"zone_{level}" in hidden else code for level, code in fact.zones.items()}
    cut = replace(fact, **gone, zones=zones)
    if not {*FIELDS} & {*hidden}:
        return Analysed(text.terms, text.runs, cut)
    runs = {name: run for name, run in text.runs.items() if name not in hidden}
    return Analysed(frozenset(term for run in runs.values() for term in run.split()), runs, cut)


@lru_cache(maxsize=20_000)  # twice the saved searches of a large town: making a judge costs more than asking it
def _judge(words: Node) -> Predicate:
    return predicate(words)


def answers(search: Search, text: Analysed) -> bool:
    """Tell whether a fact or document, as its reader reads it, is what a search asks for."""
    if search.words is not None and not _judge(search.words)(text):
        return False
    if search.conditions.is_open:
        return True
    return text.fact is not None and matches(search.conditions, text.fact)


def only(search: Search, ids: Sequence[str]) -> Filter | None:
    """Return the conditions of a search for some facts alone; None where it asks for none of them."""
    named = search.conditions.ids
    left = tuple(name for name in ids if not named or name in named)
    return replace(search.conditions, ids=left) if left else None


def count_of(viewer: Viewer, search: Search, ids: Sequence[str]) -> int:
    """Return how many of some facts the reader finds by a search, as the search page would."""
    asked = only(search, ids)
    return current_index().count(viewer, asked, search.words) if asked is not None and viewer.grants else 0


def documents_of(reader: DocumentReader, search: Search, keys: Sequence[str]) -> list[tuple[Document, Version]]:
    """Return those of some documents whose words are open to a reader and still answer a search."""
    opened = reader.readable().filter(pk__in=[int(key) for key in keys])
    titled = set(reader.titled().filter(pk__in=[each.pk for each in opened]).values_list("pk", flat=True))
    found = []
    for document in opened:
        version = document.versions.order_by("-number").first()
        if version is None:
            continue
        title = document.title if document.pk in titled else None
        if answers(search, analysed({"title": title, "text": words_of(version)})):
            found.append((document, version))
    return found
