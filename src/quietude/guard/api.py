"""The door of `guard`: what free text should not hold, and what the writer chose. Other packages import from here only."""

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
