"""The door of `keeping`: census, register, notices, assessment, durations, rights. Others import from here only."""

from __future__ import annotations

from quietude.keeping.census import Activity, Census, CensusError, TableCensus, Tag, census_from, load_census
from quietude.keeping.disposal import DisposalError, Due, Held, Line, Order, Plan, Report, Shelf, Visa
from quietude.keeping.dpia import Assessment, assess, from_json, to_json
from quietude.keeping.person import (
    CORRECTABLE,
    Asked,
    Erased,
    Found,
    erase,
    find,
    lift,
    rectify,
    restrict,
    restricted_facts,
    shown,
)
from quietude.keeping.register import (
    COLUMNS,
    Processing,
    as_csv,
    as_markdown,
    faults_of,
    length_in_words,
    notice_of,
    register_of,
)
from quietude.keeping.retention import carry_out, held_by, plan, search_held
from quietude.keeping.standard import shelves_of
from quietude.keeping.terms import Fate, Term, term_of, terms_of
from quietude.keeping.texts import say
from quietude.keeping.transfer import Package, faults_of_package, packages, withdraw

__all__ = [
    "COLUMNS",
    "CORRECTABLE",
    "Activity",
    "Asked",
    "Assessment",
    "Census",
    "CensusError",
    "DisposalError",
    "Due",
    "Erased",
    "Fate",
    "Found",
    "Held",
    "Line",
    "Order",
    "Package",
    "Plan",
    "Processing",
    "Report",
    "Shelf",
    "TableCensus",
    "Tag",
    "Term",
    "Visa",
    "as_csv",
    "as_markdown",
    "assess",
    "carry_out",
    "census_from",
    "erase",
    "faults_of",
    "faults_of_package",
    "find",
    "from_json",
    "held_by",
    "length_in_words",
    "lift",
    "load_census",
    "notice_of",
    "packages",
    "plan",
    "rectify",
    "register_of",
    "restrict",
    "restricted_facts",
    "say",
    "search_held",
    "shelves_of",
    "shown",
    "term_of",
    "terms_of",
    "to_json",
    "withdraw",
]
