"""The process that files a flood of records, beside the portal: pages, the door and alarms do not wait for it.

It is told by a byte on its standard input that something waits, and tells by a byte that something was filed. It ends
with whoever started it: the system closes the pipe however the other one ended.
"""

from __future__ import annotations

import logging
import os
import select
import sqlite3
import sys
from pathlib import Path

from django.db import DatabaseError, close_old_connections

from quietude.config import read_settings

READY, FILED = b"r", b"f"
"""What is told: that it can file from now on; that something was filed."""
EVERY_S = 1.0
FAULT_WAIT_S = 5.0
log = logging.getLogger(__name__)


def main() -> int:
    """File what waits each time that it is told, until standard input ends."""
    from quietude.portal.api import start  # noqa: PLC0415  # Django is imported with it

    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    start(read_settings(os.environ, working_dir=Path.cwd()))
    told, tells = sys.stdin.fileno(), sys.stdout.fileno()
    os.write(tells, READY)
    while _told(told):
        try:
            _file(tells)
        except BrokenPipeError:
            return 0
        except (DatabaseError, sqlite3.Error) as error:  # what was acknowledged waits: nothing is lost
            log.warning("records could not be filed as facts, they wait: %s", type(error).__name__)
            if select.select([told], [], [], FAULT_WAIT_S)[0] and not os.read(told, 4096):
                return 0
        finally:
            close_old_connections()
    return 0


def _told(told: int) -> bool:
    """Wait until something is told, and tell whether anybody is there still."""
    select.select([told], [], [])
    return bool(os.read(told, 4096))


def _file(tells: int) -> None:
    from quietude.portal.flows.filing import file_waiting  # noqa: PLC0415  # Django is set up by now

    while file_waiting():
        os.write(tells, FILED)


if __name__ == "__main__":
    sys.exit(main())
