"""The door of `guard`: what free text should not hold, and what the writer chose. Other packages import from here only."""

from __future__ import annotations

from quietude.guard.engine import Finding, findings
from quietude.guard.rules import Kind, Level, RuleError, as_data, rule_book

__all__ = ["Finding", "Kind", "Level", "RuleError", "as_data", "findings", "rule_book"]
