"""The shelves that every town has: those of its store and of its ledger of imports."""

from __future__ import annotations

from pathlib import Path

from quietude.ingest.api import Ledger
from quietude.keeping.census import Census
from quietude.keeping.disposal import Shelf
from quietude.keeping.number_shelves import NumbersShelf, RollupsShelf, ValuesShelf
from quietude.keeping.shelves import FactsShelf, QuarantineShelf, ReportsShelf, VersionsShelf
from quietude.keeping.terms import terms_of
from quietude.sources.api import Town, parse_duration
from quietude.store.api import Store

_REPORTS = "ledger.imports"


def shelves_of(town: Town, store: Store, ledger: Ledger, census: Census, *, transfers: Path) -> tuple[Shelf, ...]:
    """Return the shelves of a town's facts and imports; packages for the archives go to the folder `transfers`."""
    terms = terms_of(town.sources)
    expires = census.tables[_REPORTS].expires
    reports = (ReportsShelf(ledger, parse_duration(expires.after), town.timezone),) if expires is not None else ()
    return (
        FactsShelf(store, town.sources, terms, transfers),
        VersionsShelf(store, terms),
        NumbersShelf(store, terms),
        ValuesShelf(store, town.sources, terms),
        RollupsShelf(store, terms),
        QuarantineShelf(ledger, town.sources, town.timezone),
        *reports,
    )
