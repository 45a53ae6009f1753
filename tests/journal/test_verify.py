"""Whatever is done to a log is found, and the entry is named."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.journal.logs import (
    LOG_KEY,
    TABLES,
    act,
    empty_log,
    log_of,
    names,
    outside_of,
    unguarded,
    verdict,
)

from quietude.journal import verify
from quietude.journal.entry import Kind, Part
from quietude.journal.merkle import Frontier, hash_leaf
from quietude.journal.sqlite_file import SqliteJournal
from quietude.journal.tables import Head

Log = sqlite3.Connection
Attack = Callable[[Log, int], None]


def alter(log: Log, index: int) -> None:
    log.execute("UPDATE journal_leaf SET leaf = replace(leaf, 'consult', 'collect') WHERE idx = ?", (index,))


def alter_commitment(log: Log, index: int) -> None:
    log.execute('UPDATE journal_leaf SET leaf = replace(leaf, \'"actor":"\', \'"actor":"0\') WHERE idx = ?', (index,))


def alter_hash(log: Log, index: int) -> None:
    log.execute("UPDATE journal_leaf SET hash = ? WHERE idx = ?", (bytes(32), index))


def alter_leaf_and_hash(log: Log, index: int) -> None:
    alter(log, index)
    (leaf,) = log.execute("SELECT leaf FROM journal_leaf WHERE idx = ?", (index,)).fetchone()
    log.execute("UPDATE journal_leaf SET hash = ? WHERE idx = ?", (hash_leaf(leaf.encode()), index))


def make_anew(log: Log, index: int) -> None:
    """Alter an entry and make every hash, node and head anew: all that can be done without the key."""
    alter(log, index)
    log.execute("DELETE FROM journal_node")
    frontier = Frontier()
    for place, leaf in log.execute("SELECT idx, leaf FROM journal_leaf ORDER BY idx").fetchall():
        digest = hash_leaf(leaf.encode())
        log.execute("UPDATE journal_leaf SET hash = ? WHERE idx = ?", (digest, place))
        frontier, completed = frontier.append(digest)
        log.executemany("INSERT INTO journal_node VALUES (?, ?, ?)", [(n.level, n.index, n.hash) for n in completed])
    log.execute("UPDATE journal_head SET frontier = ?", (b"".join(frontier.hashes),))


def delete(log: Log, index: int) -> None:
    log.execute("DELETE FROM journal_leaf WHERE idx = ?", (index,))


def delete_all_of_it(log: Log, index: int) -> None:
    delete(log, index)
    log.execute("DELETE FROM journal_payload WHERE idx = ?", (index,))


def delete_and_close_the_gap(log: Log, index: int) -> None:
    delete_all_of_it(log, index)
    for table in ("journal_leaf", "journal_payload"):
        log.execute(f"UPDATE {table} SET idx = -idx WHERE idx > ?", (index,))
        log.execute(f"UPDATE {table} SET idx = -idx - 1 WHERE idx < 0")


def swap(log: Log, index: int) -> None:
    other = (index + 1) % log.execute("SELECT count(*) FROM journal_leaf").fetchone()[0]
    log.execute("UPDATE journal_leaf SET idx = -1 WHERE idx = ?", (index,))
    log.execute("UPDATE journal_leaf SET idx = ? WHERE idx = ?", (index, other))
    log.execute("UPDATE journal_leaf SET idx = ? WHERE idx = -1", (other,))


def swap_payloads(log: Log, index: int) -> None:
    other = (index + 1) % log.execute("SELECT count(*) FROM journal_leaf").fetchone()[0]
    log.execute("UPDATE journal_payload SET idx = -1 WHERE idx = ?", (index,))
    log.execute("UPDATE journal_payload SET idx = ? WHERE idx = ?", (index, other))
    log.execute("UPDATE journal_payload SET idx = ? WHERE idx = -1", (other,))


def alter_actor(log: Log, index: int) -> None:
    log.execute("UPDATE journal_payload SET actor = replace(actor, 'agent', 'chief') WHERE idx = ?", (index,))


def alter_subject(log: Log, index: int) -> None:
    log.execute("UPDATE journal_payload SET subject = '{}' WHERE idx = ?", (index,))


def alter_salt(log: Log, index: int) -> None:
    log.execute("UPDATE journal_payload SET subject_salt = ? WHERE idx = ?", (bytes(16), index))


def drop_salt(log: Log, index: int) -> None:
    log.execute("UPDATE journal_payload SET subject_salt = NULL WHERE idx = ?", (index,))


def drop_payload(log: Log, index: int) -> None:
    log.execute("DELETE FROM journal_payload WHERE idx = ?", (index,))


def erase_without_saying(log: Log, index: int) -> None:
    log.execute("UPDATE journal_payload SET actor_salt = NULL, actor = NULL WHERE idx = ?", (index,))


def write_no_text(log: Log, index: int) -> None:
    log.execute("UPDATE journal_leaf SET leaf = CAST(x'ff00fe' AS TEXT) WHERE idx = ?", (index,))


def move_far(log: Log, index: int) -> None:
    log.execute("UPDATE journal_leaf SET idx = 1000000000000000 WHERE idx = ?", (index,))


ATTACKS: list[Attack] = [
    alter,
    alter_commitment,
    alter_hash,
    alter_leaf_and_hash,
    make_anew,
    delete,
    delete_all_of_it,
    delete_and_close_the_gap,
    swap,
    swap_payloads,
    alter_actor,
    alter_subject,
    alter_salt,
    drop_salt,
    drop_payload,
    erase_without_saying,
    write_no_text,
    move_far,
]


@given(st.integers(0, 40), st.integers(1, 4))
@settings(deadline=None, max_examples=30)
def test_a_log_that_nobody_touched_passes(count: int, batch: int) -> None:
    log = log_of(count, batch=batch)
    assert verdict(log, [outside_of(log)]) == []


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
@given(count=st.integers(2, 24), data=st.data())
@settings(deadline=None, max_examples=15)
def test_one_attack_is_found_and_names_the_entry(attack: Attack, count: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, count - 1))
    log = unguarded(log_of(count))
    attack(log, index)
    assert names(verdict(log), index)


@pytest.mark.parametrize("attack", [alter, delete, alter_actor, make_anew], ids=lambda attack: attack.__name__)
def test_no_innocent_entry_is_accused(attack: Attack) -> None:
    log = unguarded(log_of(20))
    attack(log, 11)
    assert {(found.first, found.last) for found in verdict(log)} == {(11, 11)}


@given(st.integers(2, 24), st.data())
@settings(deadline=None, max_examples=30)
def test_a_log_cut_short_is_found_by_its_head_or_from_outside(count: int, data: st.DataObject) -> None:
    kept = data.draw(st.integers(1, count - 1))
    log = unguarded(log_of(count))
    seen = outside_of(log)
    for table in ("journal_leaf", "journal_payload"):
        log.execute(f"DELETE FROM {table} WHERE idx >= ?", (kept,))
    log.execute("DELETE FROM journal_node WHERE (idx + 1) << level > ?", (kept,))
    assert all(names(verdict(log), index) for index in range(kept, count))
    shorter = TABLES.head(log_of(kept).cursor()).frontier
    frontier = Frontier()
    for (digest,) in log.execute("SELECT hash FROM journal_leaf ORDER BY idx").fetchall():
        frontier = frontier.append(digest)[0]
    assert shorter.size == frontier.size
    log.execute("UPDATE journal_head SET size = ?, frontier = ?", (kept, b"".join(frontier.hashes)))
    assert verdict(log) == []  # whoever cuts a log cleanly can only be found from outside
    assert all(names(verdict(log, [seen]), index) for index in range(kept, count))


def test_a_log_made_anew_with_its_own_key_is_found_between_two_checkpoints_kept_outside() -> None:
    log, forked = empty_log(), empty_log()
    seen = []
    for number in range(12):
        TABLES.append(log.cursor(), [act(number)], LOG_KEY)
        seen += [outside_of(log)] if number in (3, 7, 11) else []
    for index, leaf, digest in log.execute("SELECT idx, leaf, hash FROM journal_leaf WHERE idx < 6"):
        _copy(forked, index, leaf, digest)
    payloads = log.execute("SELECT * FROM journal_payload WHERE idx < 6").fetchall()
    forked.executemany("INSERT INTO journal_payload VALUES (?, ?, ?, ?, ?)", payloads)
    for number in range(6, 12):
        TABLES.append(forked.cursor(), [act(number, who="nobody")], LOG_KEY)
    found = [one for one in verdict(forked, seen) if "forked" in one.what]
    assert [(one.first, one.last) for one in found] == [(4, 7)]


def _copy(log: Log, index: int, leaf: str, digest: bytes) -> None:
    """Take over one entry of another log, as the owner of the key can."""
    head: Head = TABLES.head(log.cursor())
    frontier, completed = head.frontier.append(digest)
    state = Head(head.origin, frontier).checkpoint
    log.execute("INSERT INTO journal_leaf VALUES (?, ?, ?, ?)", (index, leaf, digest, LOG_KEY.sign(state.text)))
    log.executemany("INSERT INTO journal_node VALUES (?, ?, ?)", [(n.level, n.index, n.hash) for n in completed])
    packed = b"".join(frontier.hashes)
    last_at = orjson.loads(leaf)["at"]
    log.execute("UPDATE journal_head SET size = ?, frontier = ?, last_at = ?", (frontier.size, packed, last_at))


def test_entries_added_without_the_key_are_found() -> None:
    log = unguarded(log_of(6))
    log.execute("UPDATE journal_leaf SET signature = NULL WHERE idx >= 4")
    assert [(found.first, found.last) for found in verdict(log)] == [(4, 5)]


def test_an_erased_payload_that_comes_back_is_found() -> None:
    log = log_of(6)
    kept = log.execute("SELECT subject_salt, subject FROM journal_payload WHERE idx = 2").fetchone()
    erasure = act(6, kind=Kind.ERASE)
    TABLES.erase(log.cursor(), erasure, LOG_KEY, indexes=[2], parts=[Part.SUBJECT])
    assert verdict(log) == []
    unguarded(log).execute("UPDATE journal_payload SET subject_salt = ?, subject = ? WHERE idx = 2", kept)
    assert [str(found) for found in verdict(log)] == [
        "entry 2: payload came back: the subject was erased, and is here again"
    ]


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A folder with the verifier's file and a log, and nothing else."""
    journal = SqliteJournal(tmp_path / "journal.sqlite3", LOG_KEY)
    journal.append([act(number) for number in range(5)])
    journal.close()
    shutil.copy(verify.__file__, tmp_path / "verify.py")
    return tmp_path


def run_alone(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "verify.py", "--log", "journal.sqlite3", "--key", str(LOG_KEY.public), *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_verifier_stands_alone_and_says_intact(alone: Path) -> None:
    result = run_alone(alone)
    assert (result.returncode, result.stderr) == (verify.INTACT, "")
    assert result.stdout.startswith("INTACT: 5 entries agree")


def test_the_verifier_alone_names_what_is_wrong(alone: Path) -> None:
    connection = unguarded(sqlite3.connect(alone / "journal.sqlite3"))
    alter_actor(connection, 3)
    connection.commit()
    result = run_alone(alone)
    assert result.returncode == verify.DAMAGED
    assert "entry 3: payload altered: the actor" in result.stdout


@pytest.mark.parametrize("words", [("--log", "none.sqlite3"), ("--key", "x+y+z"), ("--checkpoint", "verify.py")])
def test_what_cannot_be_checked_is_not_called_intact(alone: Path, words: tuple[str, str]) -> None:
    result = run_alone(alone, *words)
    assert result.returncode == verify.UNCHECKED
    assert result.stdout.startswith("NOT CHECKED: ")


def test_the_verifier_is_short_and_needs_nothing_of_ours() -> None:
    text = Path(verify.__file__).read_text(encoding="utf-8")
    assert len(text.splitlines()) < 300
    assert "import quietude" not in text
    assert "from quietude" not in text
