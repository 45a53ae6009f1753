"""The saved searches as the percolator files them, kept up with the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max

from quietude.portal.saved_searches.asking import AskingError, search_for
from quietude.portal.saved_searches.models import Kind, SavedSearch
from quietude.search.api import Analysed, Percolator, Search


@dataclass(frozen=True, slots=True)
class Filed:
    """One saved search that is tried."""

    key: int
    search: Search
    owner: tuple[int, str]
    """Account and code of purpose."""
    since: datetime
    kinds: frozenset[Kind]


class Cabinet:
    """All saved searches that are not paused. Only those that changed are read again; at midnight all are."""

    def __init__(self, frequencies: Mapping[str, int], texts: int) -> None:
        """Take how many of some texts each term is in, by which each search finds its rarest term."""
        self._frequencies, self._texts = frequencies, texts
        self._percolator = Percolator(frequencies, texts)
        self._filed: dict[str, Filed] = {}
        self._mark: tuple[int, datetime | None] = (0, None)
        self._day: date | None = None

    def __len__(self) -> int:
        """Return how many searches are tried."""
        return len(self._filed)

    def renew(self, today: date) -> None:
        """Take up what changed since the last time."""
        if today != self._day:  # "yesterday" is another day by now
            self._percolator, self._filed = Percolator(self._frequencies, self._texts), {}
            self._mark, self._day = (0, None), today
        said = SavedSearch.objects.aggregate(count=Count("pk"), last=Max("changed_at"))
        mark = (said["count"], said["last"])
        if mark == self._mark:
            return
        rows = SavedSearch.objects.filter(is_paused=False)
        there = {str(key) for key in rows.values_list("pk", flat=True)}
        for gone in self._filed.keys() - there:
            self._remove(gone)
        last = self._mark[1]
        for row in (rows.filter(changed_at__gte=last) if last is not None else rows).iterator():
            self._file(row, today)
        self._mark = mark

    def _remove(self, name: str) -> None:
        self._percolator.remove(name)
        self._filed.pop(name, None)

    def _file(self, row: SavedSearch, today: date) -> None:
        name = str(row.pk)
        try:
            search = search_for(row.text, row.query, row.language, today)
        except AskingError:  # its page says so; a zone or source may have left the configuration
            self._remove(name)
            return
        wanted = ((Kind.FACT, row.has_facts), (Kind.DOCUMENT, row.has_documents))
        kinds = frozenset(kind for kind, is_wanted in wanted if is_wanted)
        self._filed[name] = Filed(row.pk, search, (row.owner_id, row.purpose), row.since, kinds)
        self._percolator.add(name, search)

    def answered_by(self, text: Analysed, kind: Kind) -> Sequence[Filed]:
        """Return the searches that something new answers, whoever may know of it."""
        found: list[Any] = [self._filed[name] for name in self._percolator.matching(text)]
        return [filed for filed in found if kind in filed.kinds]
