"""What can go wrong with the journal."""

from __future__ import annotations


class JournalError(Exception):
    """The journal refuses or cannot; the message says what and what to do, and names no person."""
