"""Those who write to SQLite in one process wait in the order they came."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connections, transaction
from pytest_django import DjangoDbBlocker

from quietude.portal.sqlite.base import DatabaseWrapper, Queue

WAIT_S = 20.0


@pytest.fixture
def _own_files(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let a test open databases that are not the portal's."""
    with django_db_blocker.unblock():
        yield


def connected(path: Path, timeout_s: float = WAIT_S) -> DatabaseWrapper:
    """Return a connection of its own to a file."""
    options = {"timeout": timeout_s, "transaction_mode": "IMMEDIATE"}
    made = DatabaseWrapper({**connections["default"].settings_dict, "NAME": str(path), "OPTIONS": options}, "default")
    made.inc_thread_sharing()
    return made


def begin(made: DatabaseWrapper) -> None:
    made.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def write(made: DatabaseWrapper, word: str) -> None:
    with made.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS said (word TEXT)")
        cursor.execute("INSERT INTO said VALUES (%s)", [word])


def end(made: DatabaseWrapper) -> None:
    made.commit()
    made.set_autocommit(True)


def test_who_came_first_is_called_first() -> None:
    queue, order = Queue(), list[int]()
    holder, names = object(), [object() for _ in range(5)]
    assert queue.enter(holder, WAIT_S)
    threads = []

    def wait(number: int) -> None:
        assert queue.enter(names[number], WAIT_S)
        order.append(number)
        queue.leave(names[number])

    for number in range(5):
        threads.append(threading.Thread(target=wait, args=[number]))
        threads[-1].start()
        while len(queue._waiting) <= number:
            pass
    queue.leave(holder)
    for thread in threads:
        thread.join(WAIT_S)
    assert order == list(range(5))


def test_who_gives_up_is_called_no_more_and_who_does_not_hold_it_ends_nothing() -> None:
    queue, first, second, third = Queue(), object(), object(), object()
    assert queue.enter(first, 0)
    assert not queue.enter(second, 0.001)
    queue.leave(third)
    assert not queue.enter(second, 0.001)
    queue.leave(first)
    assert queue.enter(third, 0)


@pytest.mark.usefixtures("_own_files")
def test_a_transaction_waits_for_the_one_before_it_and_follows_at_once(tmp_path: Path) -> None:
    one, other = connected(tmp_path / "portal.sqlite3"), connected(tmp_path / "portal.sqlite3")
    begin(one)
    write(one, "first")
    begun = threading.Event()

    def second() -> None:
        begin(other)
        begun.set()
        write(other, "second")
        end(other)

    thread = threading.Thread(target=second)
    thread.start()
    assert not begun.wait(0.05)
    end(one)
    thread.join(WAIT_S)
    with one.cursor() as cursor:
        assert [row[0] for row in cursor.execute("SELECT word FROM said").fetchall()] == ["first", "second"]
    one.close()
    other.close()


@pytest.mark.usefixtures("_own_files")
@pytest.mark.parametrize("ending", ["rollback", "close", "failing"])
def test_whatever_ends_a_transaction_lets_the_next_one_begin(tmp_path: Path, ending: str) -> None:
    one, other = connected(tmp_path / "portal.sqlite3"), connected(tmp_path / "portal.sqlite3", 0.05)
    begin(one)
    write(one, "gone")
    if ending == "close":
        one.close()
    else:
        one.rollback()
        one.set_autocommit(True)
    if ending == "failing":  # a beginning that fails keeps no turn
        begin(other)
        third = connected(tmp_path / "portal.sqlite3", 0.05)
        with pytest.raises(OperationalError, match="locked"):
            begin(third)
        third.close()
        end(other)
    begin(other)
    write(other, "there")
    end(other)
    one.close()
    other.close()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_portal_waits_in_that_queue() -> None:
    connection = connections["default"]
    assert isinstance(connection, DatabaseWrapper) is (connection.vendor == "sqlite")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
