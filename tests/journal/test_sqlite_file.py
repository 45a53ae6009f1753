"""The journal in its file: with the act or not at all, in line, erased for good."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from tests.journal.logs import LOG_KEY, START, TABLES, act, names, verdict

from quietude.journal.entry import Entry, Kind, Part
from quietude.journal.errors import JournalError
from quietude.journal.note import SigningKey, Use
from quietude.journal.sqlite_file import SqliteJournal

CANARY = "canary-Mme-Durand-8f3a"
WRITERS, EACH = 4, 25


def opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path)


def bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


@pytest.fixture
def journal(tmp_path: Path) -> SqliteJournal:
    return SqliteJournal(tmp_path / "log" / "journal.sqlite3", LOG_KEY)


def write_some(path: Path, writer: int) -> None:
    journal = SqliteJournal(path, LOG_KEY)
    for number in range(EACH):
        journal.append([act(who=f"writer-{writer}", ids=(str(number),))])
    journal.close()


def do_and_log(journal: SqliteJournal, entry: Entry, *, fails: bool = False) -> None:
    with journal.transaction() as cursor:
        cursor.execute("INSERT INTO act VALUES ('opened')")
        TABLES.append(cursor, [entry], LOG_KEY)
        int("no number" if fails else "1")


def test_entries_read_back_as_they_were_written(journal: SqliteJournal) -> None:
    written = [act(number) for number in range(5)]
    journal.append(written[:2])
    journal.append(written[2:])
    with journal.transaction() as cursor:
        assert list(TABLES.entries(cursor, first=1)) == list(enumerate(written))[1:]
    assert verdict(opened(journal.path)) == []


def test_a_log_opened_again_goes_on(journal: SqliteJournal) -> None:
    journal.append([act(0)])
    journal.close()
    again = SqliteJournal(journal.path, LOG_KEY)
    assert again.append([act(1)]).frontier.size == 2
    assert verdict(opened(journal.path)) == []


def test_the_file_is_its_owners_only(journal: SqliteJournal) -> None:
    assert journal.path.stat().st_mode & 0o777 == 0o600


def test_the_key_of_another_log_is_refused(journal: SqliteJournal) -> None:
    other = SqliteJournal(journal.path, SigningKey("other.example", Use.LOG, bytes(32)))
    with pytest.raises(JournalError, match=r"the key is that of other\.example"):
        other.append([act()])


def test_an_act_that_fails_leaves_no_line_and_no_trace(journal: SqliteJournal) -> None:
    with journal.transaction() as cursor:
        cursor.execute("CREATE TABLE act (what TEXT)")
    with pytest.raises(ValueError, match="no number"):
        do_and_log(journal, act(), fails=True)
    with journal.transaction() as cursor:
        assert cursor.execute("SELECT count(*) FROM act").fetchone() == (0,)
        assert TABLES.head(cursor).frontier.size == 0


def test_a_full_disk_stops_the_act_with_a_clear_message_and_nothing_half_done(journal: SqliteJournal) -> None:
    with journal.transaction() as cursor:
        cursor.execute("CREATE TABLE act (what TEXT)")
    journal.append([act(0)])
    (pages,) = journal._connection.execute("PRAGMA page_count").fetchone()
    journal._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalError, match=r"full.*Nothing was done.*Free space"):
        do_and_log(journal, act(1, motive="x" * 20_000))
    journal._connection.execute("PRAGMA max_page_count = 1000000")
    with journal.transaction() as cursor:
        assert cursor.execute("SELECT count(*) FROM act").fetchone() == (0,)
    assert journal.append([act(1)]).frontier.size == 2
    assert verdict(opened(journal.path)) == []


def test_a_writer_that_waits_too_long_does_nothing(journal: SqliteJournal) -> None:
    hurried = SqliteJournal(journal.path, LOG_KEY, wait_s=0.01)
    with journal.transaction(), pytest.raises(JournalError, match=r"locked.*Nothing was done"):
        hurried.append([act()])


def test_several_processes_append_in_line(journal: SqliteJournal) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_some, args=(journal.path, number)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    connection = opened(journal.path)
    assert verdict(connection) == []
    entries = list(TABLES.entries(connection.cursor()))
    for number in range(WRITERS):
        own = [entry.ids[0] for _, entry in entries if entry is not None and entry.who == f"writer-{number}"]
        assert own == [str(place) for place in range(EACH)]


@pytest.mark.parametrize(
    "verb", ["UPDATE journal_leaf SET leaf = ''", "DELETE FROM journal_leaf", "DELETE FROM journal_node"]
)
def test_the_application_cannot_change_what_is_written(journal: SqliteJournal, verb: str) -> None:
    journal.append([act(0)])
    journal.append([act(1)])
    with pytest.raises(JournalError, match="only ever added to"), journal.transaction() as cursor:
        cursor.execute(verb)


def test_an_erased_payload_is_gone_from_every_byte_and_the_log_verifies(journal: SqliteJournal) -> None:
    long = CANARY * 400  # over several pages of the file
    journal.append([act(0), act(1, who=CANARY, motive=CANARY), act(2), act(3, motive=long), act(4, ids=(CANARY,))])
    journal.append([act(number) for number in range(5, 40)])
    assert CANARY.encode() in bytes_of(journal.path.parent)
    journal.erase(act(40, kind=Kind.ERASE, who="task:retention", ids=()), indexes=[1, 3, 4])
    assert CANARY.encode() not in bytes_of(journal.path.parent)
    connection = opened(journal.path)
    assert verdict(connection) == []
    assert [index for index, entry in TABLES.entries(connection.cursor()) if entry is None] == [1, 3, 4]


def test_erasing_the_subject_keeps_who_acted(journal: SqliteJournal) -> None:
    journal.append([act(0, who="agent-7", motive=CANARY)])
    journal.erase(act(1, kind=Kind.ERASE), indexes=[0], parts=[Part.SUBJECT])
    assert CANARY.encode() not in bytes_of(journal.path.parent)
    assert b"agent-7" in bytes_of(journal.path.parent)
    assert verdict(opened(journal.path)) == []


def test_erasure_while_a_reader_looks_says_that_bytes_remain(journal: SqliteJournal) -> None:
    journal.append([act(0, motive=CANARY)])
    journal._connection.execute("PRAGMA busy_timeout = 10")
    reader = opened(journal.path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM journal_leaf").fetchall()
    with pytest.raises(JournalError, match="a reader keeps their bytes"):
        journal.erase(act(1, kind=Kind.ERASE), indexes=[0])
    reader.close()
    journal.clean()
    assert CANARY.encode() not in bytes_of(journal.path.parent)
    assert verdict(opened(journal.path)) == []


def test_retention_finds_what_is_past_its_term_once(journal: SqliteJournal) -> None:
    journal.append([act(number) for number in range(10)])
    with journal.transaction() as cursor:
        overdue = TABLES.indexes_before(cursor, act(4).when)
    assert overdue == [0, 1, 2, 3]
    journal.erase(act(20, kind=Kind.ERASE), indexes=overdue)
    with journal.transaction() as cursor:
        assert TABLES.indexes_before(cursor, act(4).when) == []


def test_an_erasure_must_say_that_it_is_one_and_of_what_is_there(journal: SqliteJournal) -> None:
    journal.append([act(0)])
    with pytest.raises(JournalError, match="logged as erase"):
        journal.erase(act(1), indexes=[0])
    with pytest.raises(JournalError, match="entry 1 is not in the journal"):
        journal.erase(act(1, kind=Kind.ERASE), indexes=[1])
    assert not names(verdict(opened(journal.path)), 0)


def test_a_clock_put_back_is_written_and_verifies(journal: SqliteJournal) -> None:
    journal.append([act(0, when=START), act(1, when=START.replace(hour=7)), act(2, when=START.replace(hour=9))])
    flagged = [
        leaf for (leaf,) in opened(journal.path).execute("SELECT leaf FROM journal_leaf") if "clock_back" in leaf
    ]
    assert len(flagged) == 1
    assert verdict(opened(journal.path)) == []
