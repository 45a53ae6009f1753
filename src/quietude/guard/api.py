"""The door of `guard`: what free text should not hold, and what its writer chose. The others import from here."""

from __future__ import annotations

from quietude.guard.choices import Answer, Choice, ChoiceError, read_choices, summed
from quietude.guard.engine import Finding, findings
from quietude.guard.rules import Kind, Level, RuleError, as_data, reasons, rule_book

__all__ = [
    "Answer",
    "Choice",
    "ChoiceError",
    "Finding",
    "Kind",
    "Level",
    "RuleError",
    "as_data",
    "findings",
    "read_choices",
    "reasons",
    "rule_book",
    "summed",
]
