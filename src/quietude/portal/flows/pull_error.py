"""What another server that is asked may do wrong."""

from __future__ import annotations

from datetime import timedelta


class PullError(RuntimeError):
    """The other server gave nothing that can be used; the message says what and why."""

    def __init__(self, said: str, *, wait: timedelta = timedelta(0)) -> None:
        super().__init__(said)
        self.wait = wait
        """How long it asks to be left alone."""
