"""Facts that tell of the same thing, as far as their reader's rights go: what is closed is not shown, nor counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.portal.links.models import Link
from quietude.portal.town import current_store, current_town

COLUMNS = (
    "id",
    "uid",
    "source",
    "category",
    "source_category",
    "severity",
    "reality",
    "occurred_from",
    "place_label",
    "flags",
)
WITHDRAWN = "withdrawn:"
"""How the flag of a fact begins that its source took back; a struck entry is one."""
GROUP_MAX = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One fact as a line of a list."""

    id: str
    uid: str
    source: str
    category: str | None
    words: str
    """The source's own word for it."""
    severity: int
    reality: str
    occurred_from: datetime
    place: str

    def source_title(self, language: str) -> str:
        """Return the name of its logbook or source."""
        manifest = current_town().sources.get(self.source)
        return manifest.title.say(language) if manifest is not None else self.source


@dataclass(frozen=True, slots=True)
class AlsoTold:
    """A fact told besides by another source, and the link that may be undone for it."""

    told: Told
    link: int | None
    """The link between the two, where they are linked directly."""


def facts_of(viewer: Viewer, uids: Iterable[str]) -> list[Told]:
    """Return those of some facts that exist for the reader and stand, the earliest first."""
    wanted = tuple(dict.fromkeys(uids))
    if not wanted or not viewer.grants:
        return []
    rows = current_store().query(viewer, Filter(ids=wanted), columns=COLUMNS, order_by=("occurred_from",))
    told = [row for row in rows.to_pylist() if not any(flag.startswith(WITHDRAWN) for flag in row["flags"] or ())]
    return [told_of(row) for row in told]


def told_of(row: dict[str, object]) -> Told:
    """Return a row of the store as a line."""
    return Told(
        id=str(row["id"]), uid=str(row["uid"]), source=str(row["source"]), category=row["category"],  # type: ignore[arg-type]
        words=str(row["source_category"] or ""), severity=row["severity"], reality=str(row["reality"]),  # type: ignore[arg-type]
        occurred_from=row["occurred_from"], place=str(row["place_label"] or ""),  # type: ignore[arg-type]
    )  # fmt: skip


def group_of(uid: str) -> dict[str, int | None]:
    """Return the facts that live links hold together with one, it aside: uid to the link between both, if direct.

    Beyond `GROUP_MAX` facts, which no real event has, the rest is left out.
    """
    found: dict[str, int | None] = {uid: None}
    edge = {uid}
    while edge and len(found) <= GROUP_MAX:
        links = list(Link.objects.filter(Q(first__in=edge) | Q(second__in=edge), undone_at=None))
        before = set(found)
        for each in links:
            for one, other in ((each.first, each.second), (each.second, each.first)):
                if one == uid:
                    found[other] = each.pk
                else:
                    found.setdefault(other, None)
        edge = set(found) - before
    del found[uid]
    return found


def also_told(viewer: Viewer, uid: str) -> list[AlsoTold]:
    """Return what tells of the same fact as this one, as far as the reader may see it.

    Members that only a closed one holds together stay together: the group is one fact, whoever looks. That there is
    a closed one is not said.
    """
    links = group_of(uid)
    return [AlsoTold(told, links[told.uid]) for told in facts_of(viewer, links)]
