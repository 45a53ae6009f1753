"""The door of `keeping`: census, register, notices, assessment, durations, rights. Others import from here only."""

from __future__ import annotations

from quietude.keeping.census import Activity, Census, CensusError, TableCensus, Tag, census_from, load_census
from quietude.keeping.dpia import Assessment, assess, from_json, to_json
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
from quietude.keeping.texts import say

__all__ = [
    "COLUMNS",
    "Activity",
    "Assessment",
    "Census",
    "CensusError",
    "Processing",
    "TableCensus",
    "Tag",
    "as_csv",
    "as_markdown",
    "assess",
    "census_from",
    "faults_of",
    "from_json",
    "length_in_words",
    "load_census",
    "notice_of",
    "register_of",
    "say",
    "to_json",
]
