"""What is wrong with a message."""

from __future__ import annotations


class FormError(ValueError):
    """A message is not of the form that its source says; the message names place, value and what was expected."""
