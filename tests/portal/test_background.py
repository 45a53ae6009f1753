"""Work in the background goes on after a fault that it did not foresee."""

from __future__ import annotations

import logging
from threading import Event

import pytest

from quietude.portal.background import in_background


def test_what_was_not_foreseen_is_logged_and_the_work_begins_again(caplog: pytest.LogCaptureFixture) -> None:
    begun: list[int] = []
    goes_on = Event()

    def rounds(stopped: Event) -> None:
        begun.append(1)
        if len(begun) == 1:
            raise RuntimeError("disk I/O error")
        goes_on.set()
        stopped.wait(10)

    with caplog.at_level(logging.ERROR), in_background("sorting", rounds, again_s=0.01):
        assert goes_on.wait(10)
    assert len(begun) == 2
    assert "sorting" in caplog.text
