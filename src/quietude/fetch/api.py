"""The door of the way out."""

from __future__ import annotations

from quietude.fetch.address import Target, forbidden_reason, read_target
from quietude.fetch.fetcher import Answer, Fetcher, Limits
from quietude.fetch.problem import FetchError, OversizeError, RefusedError

__all__ = [
    "Answer",
    "FetchError",
    "Fetcher",
    "Limits",
    "OversizeError",
    "RefusedError",
    "Target",
    "forbidden_reason",
    "read_target",
]
