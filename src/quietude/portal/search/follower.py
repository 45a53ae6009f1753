"""The process that keeps the index up with the store: beside the portal, where neither pages nor alarms wait for it.

It ends with whoever started it: its standard input is a pipe, which the system closes however the other one ended.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path
from threading import Thread

from quietude.search.api import Writer
from quietude.store.api import Store, StoreError

NICENESS = 10  # pages, alarms and the door for facts come first when the cores are all at work
SOONEST_S = 0.25  # between two looks: one that finds nothing new took 14 ms of CPU on a busy machine
LATEST_S = 0.6  # leaves a round some tenths of a second, if a fact is to be found within one
RESTS = 2.0  # times as long as it worked it rests, within the two bounds above: a flood comes in fewer, larger rounds
FAULT_WAIT_S = 5.0
log = logging.getLogger(__name__)


def rest_s(worked_s: float) -> float:
    """Return how long to wait after a round that took so long."""
    return min(max(RESTS * worked_s, SOONEST_S), LATEST_S)


def follow(writer: Writer) -> None:
    """Follow the store until the process is ended. A killed round leaves nothing to repair."""
    while True:
        begun = time.monotonic()
        try:
            writer.follow(wait_s=0)
        except (OSError, ValueError, StoreError):  # a full disk, or a file that an erasure took away meanwhile
            log.exception("the index of texts could not be brought up to date; it is tried again")
            time.sleep(FAULT_WAIT_S)
        else:
            time.sleep(rest_s(time.monotonic() - begun))


def main() -> int:
    """Follow the store in the first folder with the index in the second, until standard input ends."""
    facts_dir, search_dir = map(Path, sys.argv[1:])
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    os.nice(NICENESS)
    Thread(target=_end_with_input, name="search-end", daemon=True).start()
    try:
        store = Store.reopen(facts_dir)
    except StoreError as error:
        log.error("the index of texts can't follow the store: %s", error)
        return 1
    follow(Writer(search_dir, store))
    return 0


def _end_with_input() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(0)  # at once, whatever the round is at


if __name__ == "__main__":
    sys.exit(main())
