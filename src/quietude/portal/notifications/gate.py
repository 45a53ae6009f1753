"""Where messages may go: a socket to a place inside the network is refused, unless the installation lists the host.

The library that knows a hundred providers opens its own connections, so what is judged is not a name but each address
that this thread connects to, by Python's own audit events (PEP 578): a name that leads elsewhere the second time it is
asked, or a provider's redirection, does not get past it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from quietude.fetch.api import RefusedError, forbidden_reason


@dataclass(slots=True)
class Judged:
    """What is judged of one message: whether its host is listed, and what was refused."""

    is_listed: bool
    refused: list[str] = field(default_factory=list)
    """Why; whoever connects may hide the error behind one of its own."""


_judging: ContextVar[Judged | None] = ContextVar("judging", default=None)
"""Of the message that this thread sends; None where it sends none."""
_EVENT = "socket.connect"


@contextmanager
def only_allowed(*, is_listed: bool) -> Iterator[Judged]:
    """Refuse, in this thread and block, connections that a message may not make.

    Args:
        is_listed: Whether the host is one that the installation lists: it may be inside the network.
    """
    _watch()
    judged = Judged(is_listed)
    token = _judging.set(judged)
    try:
        yield judged
    finally:
        _judging.reset(token)


@cache
def _watch() -> None:
    sys.addaudithook(_judge)


def _judge(event: str, given: tuple[Any, ...]) -> None:
    if event != _EVENT:
        return
    judged = _judging.get()
    if judged is None:
        return
    address = given[1]
    if isinstance(address, tuple):
        reason = forbidden_reason(str(address[0]), is_listed=judged.is_listed)
    else:
        reason = "it is a socket of this machine"
    if reason is not None:
        judged.refused.append(reason)
        raise RefusedError(f"the host is refused: {reason}")
