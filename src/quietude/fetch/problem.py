"""What can go wrong on the way out."""

from __future__ import annotations


class FetchError(OSError):
    """The other server gave no usable answer; the message says why and what to do. It never holds a secret."""


class RefusedError(FetchError):
    """The address is one that the portal does not go to; nothing was sent."""


class OversizeError(FetchError):
    """The answer is larger than allowed."""
