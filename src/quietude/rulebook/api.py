"""The door of `rulebook`: the rules, their dates and their proofs. Other packages import from here only."""

from __future__ import annotations

from quietude.rulebook.book import (
    Rulebook,
    RulebookError,
    Theme,
    counts,
    load_rulebook,
    matching,
    read_rulebook,
    rulebook_folder,
)
from quietude.rulebook.evidence import absences, checkout
from quietude.rulebook.rule import InForce, Later, Mark, Place, Rule, Source, Status

__all__ = [
    "InForce",
    "Later",
    "Mark",
    "Place",
    "Rule",
    "Rulebook",
    "RulebookError",
    "Source",
    "Status",
    "Theme",
    "absences",
    "checkout",
    "counts",
    "load_rulebook",
    "matching",
    "read_rulebook",
    "rulebook_folder",
]
