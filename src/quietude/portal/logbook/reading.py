"""Entries as their reader may see them: rights as part of every question, texts masked row by row, each read noted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Q, QuerySet

from quietude.journal.api import Kind as JournalKind
from quietude.model.event import Regime, Sensitivity
from quietude.model.filter.question import Choice, Filter, ZoneChoice
from quietude.model.viewer import Grant, Viewer
from quietude.portal.accounts.models import User
from quietude.portal.journal.recording import Act, note
from quietude.portal.logbook.content import Content
from quietude.portal.logbook.content import Place as PlaceSaid
from quietude.portal.logbook.models import ZONE_COLUMNS, Entry, EntryVersion
from quietude.portal.logbook.writers import written_by
from quietude.portal.rights.standing import Standing
from quietude.portal.town import current_town

TEXT, IDENTITIES, PLACE = "text", "attributes", "lon_deg"
"""Columns of the fact by which grants say whether text, identities of parties and the exact place are open."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One entry as its reader sees it; what the reader may not know is None."""

    entry: Entry
    content: Content | None
    """The present version without identities; None where the text is closed to the reader."""
    identities: tuple[dict[str, str], ...] | None
    place_label: str
    lon_deg: float | None
    lat_deg: float | None
    version: EntryVersion | None
    shows_place: bool

    def content_of(self, version: EntryVersion) -> Content:
        """Return what a version says, as far as the reader's rights go; for those to whom the text is open."""
        content = Content.model_validate(version.content)
        return content if self.shows_place else content.model_copy(update={"place": PlaceSaid()})


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads entries: grants as for facts, and the logbooks that one keeps oneself."""

    viewer: Viewer
    user_pk: int

    @property
    def can_read(self) -> bool:
        """Tell whether there is anything to read: a purpose, and a grant under it."""
        return bool(self.viewer.grants)

    def entries(self) -> QuerySet[Entry]:
        """Return the entries that exist for the reader."""
        if not self.viewer.grants:
            return Entry.objects.none()
        return Entry.objects.filter(reduce(or_, [admitted(grant) for grant in self.viewer.grants]))

    def seen(self, entries: Iterable[Entry], *, asked: str = "") -> list[Seen]:
        """Return entries as the reader sees them; where a text or an identity is shown, the line is written first.

        Raises:
            JournalUnavailableError: the line cannot be written; nothing is shown.
        """
        rows = list(entries)
        versions = {
            version.entry_id: version
            for version in EntryVersion.objects.filter(entry__in=rows, version=F("entry__version")).select_related(
                "author"
            )
        }
        grants = [grant for grant in self.viewer.grants if is_understood(grant)]  # once for the whole list
        seen = [self._seen(entry, versions.get(entry.pk), self._opens(entry, grants)) for entry in rows]
        self._note(seen, asked)
        return seen

    @staticmethod
    def _seen(entry: Entry, version: EntryVersion | None, open_columns: frozenset[str]) -> Seen:
        shows_text = version is not None and TEXT in open_columns
        shows_place = PLACE in open_columns
        shows_who = version is not None and shows_text and IDENTITIES in open_columns
        seen = Seen(
            entry=entry,
            content=None,
            identities=tuple(version.identities) if version is not None and shows_who else None,
            place_label=entry.place_label if shows_place else "",
            lon_deg=entry.lon_deg if shows_place else None,
            lat_deg=entry.lat_deg if shows_place else None,
            version=version if shows_text else None,
            shows_place=shows_place,
        )
        return replace(seen, content=seen.content_of(version)) if version is not None and shows_text else seen

    def opens(self, entry: Entry) -> frozenset[str]:
        """Return which of text, identities and place some grant that admits the entry opens."""
        return self._opens(entry, [grant for grant in self.viewer.grants if is_understood(grant)])

    def _opens(self, entry: Entry, grants: Sequence[Grant]) -> frozenset[str]:
        admitting = [grant for grant in grants if _admits(grant, entry)]
        return frozenset(
            name for name in (TEXT, IDENTITIES, PLACE) if any(name not in grant.masked for grant in admitting)
        )

    def _note(self, seen: Sequence[Seen], asked: str) -> None:
        read = [each for each in seen if each.content is not None]
        if not read:
            return
        columns = "text,identities" if any(each.identities for each in read) else "text"
        note(
            Act(
                kind=JournalKind.CONSULT,
                who=self.viewer.who,
                purpose=self.viewer.purpose or "",
                motive=self.viewer.motive or "",
                ids=[each.entry.label for each in read],
                filter_text=asked,
                detail={"of": "logbook", "columns": columns, "rows": str(len(read))},
            )
        )


def reader_of(user: User, standing: Standing) -> Reader:
    """Return the reader that an account is at its logbooks.

    Whoever keeps a logbook reads its texts under the purpose they work under, of that purpose's regime; identities of
    parties stay closed until they are opened on demand, with a motive.
    """
    grants = list(standing.viewer.grants)
    if standing.purpose is not None:
        masked = frozenset[str]() if standing.opening is not None else frozenset({IDENTITIES})
        grants += [
            Grant(
                purpose=standing.purpose.code,
                rows=Filter(sources=Choice((logbook.name,))),
                ceiling=Sensitivity.RESTRICTED,
                regimes=frozenset({Regime(standing.purpose.regime)}),
                masked=masked,
            )
            for logbook in written_by(user)
        ]
    viewer = Viewer(
        who=standing.viewer.who, grants=tuple(grants), purpose=standing.viewer.purpose, motive=standing.viewer.motive
    )
    return Reader(viewer, user.pk)


def admitted(grant: Grant) -> Q:
    """Return the condition that a grant opens an entry.

    A grant's rows choose sources, families or natures, and zones; what else a filter can ask admits nothing here.
    """
    if not is_understood(grant):
        return Q(pk__in=[])
    rows = grant.rows
    condition = Q(sensitivity__in=[each.value for each in grant.sensitivities])
    condition &= Q(regime__in=sorted(each.value for each in grant.regimes))
    return condition & _chosen(rows.sources, _logbook) & _chosen(rows.categories, _category) & _zones(rows.zones)


def is_understood(grant: Grant) -> bool:
    """Tell whether a grant's rows ask nothing that cannot be asked of an entry."""
    rows = grant.rows
    return rows == Filter(sources=rows.sources, categories=rows.categories, zones=rows.zones)


def admits(grant: Grant, entry: Entry) -> bool:
    """Tell whether a grant opens an entry: `admitted`, for one row that is there."""
    return is_understood(grant) and _admits(grant, entry)


def _admits(grant: Grant, entry: Entry) -> bool:
    rows = grant.rows
    if Sensitivity(entry.sensitivity) not in grant.sensitivities or Regime(entry.regime) not in grant.regimes:
        return False
    return (
        _is_chosen(rows.sources, lambda value: entry.logbook == value)
        and _is_chosen(rows.categories, lambda value: entry.category == value or entry.category.startswith(f"{value}."))
        and _is_chosen(rows.zones, lambda value: _lies_in(entry, value))
    )


def zone_column_of(level: str) -> str | None:
    """Return the column of an entry that holds its zone at a level, or None where it holds none."""
    return dict(zip(current_town().territory.level_names, ZONE_COLUMNS, strict=False)).get(level)


def _logbook(value: Any) -> Q:
    return Q(logbook=value)


def _category(value: Any) -> Q:
    return Q(category=value) | Q(category__startswith=f"{value}.")


def _zone(value: Any) -> Q:
    level, code = value
    column = zone_column_of(level)
    return Q(**{column: code}) if column is not None else Q(pk__in=[])


def _lies_in(entry: Entry, value: Any) -> bool:
    level, code = value
    column = zone_column_of(level)
    return column is not None and getattr(entry, column) == code


def _zones(choice: ZoneChoice) -> Q:
    return _chosen(choice, _zone)


def _chosen(choice: Any, condition: Any) -> Q:
    wanted = Q()
    if choice.any_of:
        wanted &= reduce(or_, [condition(value) for value in choice.any_of])
    for value in choice.none_of:
        wanted &= ~condition(value)
    return wanted


def _is_chosen(choice: Any, holds: Any) -> bool:
    if choice.any_of and not any(holds(value) for value in choice.any_of):
        return False
    return not any(holds(value) for value in choice.none_of)
