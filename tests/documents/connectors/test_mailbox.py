"""Mailboxes: by parts, numbered anew, heard at once, and left as they were."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.documents.connectors.conftest import Servers
from tests.documents.connectors.places import Mail, keys

from quietude.documents.connectors.change import Added, Deleted, Reached
from quietude.documents.connectors.mailbox import Mailbox, ranged, written


@given(st.sets(st.integers(1, 2**32 - 1)))
def test_numbers_are_written_and_read_again(numbers: set[int]) -> None:
    assert ranged(written(numbers)) == numbers


def test_fifty_thousand_messages_make_a_short_cursor() -> None:
    assert written(range(1, 50_001)) == "1:50000"


def box(servers: Servers) -> tuple[Mail, Mailbox]:
    """Return an empty mailbox and its connector."""
    place: Any = servers.place("mailbox")
    connector: Any = place.connector()
    return place, connector


def test_a_large_mailbox_comes_by_parts_each_of_which_can_be_resumed(servers: Servers) -> None:
    place, connector = box(servers)
    for number in range(1100):
        place.put(f"{number}", b"text")
    reached = [change for change in connector.changes(None) if isinstance(change, Reached)]
    assert len(reached) == 4  # 500, 500, 100, and the end
    rest = list(connector.changes(reached[0].cursor))
    assert len(keys(rest, Added)) == 600
    connector.close()


def test_a_mailbox_that_is_numbered_anew_is_told_anew_and_nothing_is_lost(servers: Servers) -> None:
    place, connector = box(servers)
    for number in range(20):
        place.put(f"{number}", b"text")
    *told, reached = connector.changes(None)
    assert isinstance(reached, Reached)
    connector.close()
    for name in place.root.glob(f".{place.mailbox}/dovecot*"):
        name.unlink()
    (place.root / f".{place.mailbox}" / "dovecot-uidlist").write_text("3 V7 N21\n")
    again = list(connector.changes(reached.cursor))
    assert len(keys(again, Added)) == 20
    assert keys(again, Deleted) == keys(told, Added)
    assert keys(again, Added).isdisjoint(keys(told, Added))
    connector.close()


def test_reading_leaves_no_mark_and_new_mail_is_heard(servers: Servers, tmp_path: Path) -> None:
    place, connector = box(servers)
    place.put("first", b"text")
    added = keys(list(connector.changes(None)), Added)
    connector.fetch(next(iter(added)), tmp_path / "copy", 10_000)
    files = [path.name for path in (place.root / f".{place.mailbox}" / "cur").iterdir()]
    assert all(name.endswith(":2,") for name in files)  # no flag: neither read nor deleted
    late = threading.Timer(0.3, place.put, args=("second", b"text"))
    late.start()
    assert connector.wait(20)
    late.join()
    connector.close()
    shutil.rmtree(place.root / f".{place.mailbox}")
