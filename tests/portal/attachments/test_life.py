"""Attachments go with their entry, with their person, and come back with a backup; no byte of an erased one stays."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from tests.portal.attachments.conftest import Attach, files_in
from tests.portal.conftest import Lines
from tests.portal.logbook.conftest import Write

from quietude.backup.gather import town_at_one_moment
from quietude.keeping.api import Asked, Held, Visa, carry_out, plan
from quietude.model.identity import event_uid
from quietude.portal.accounts.models import User
from quietude.portal.attachments import acts, sweeping
from quietude.portal.attachments.blurring import Frame, Marks
from quietude.portal.attachments.models import Attachment, State, vault
from quietude.portal.logbook.content import Identity
from quietude.portal.logbook.models import Entry
from quietude.portal.participants import participant_of
from quietude.portal.protection.repeating import repeat_later
from quietude.portal.protection.traces import erase_traces, find_traces
from quietude.portal.town import installation
from quietude.store.api import Store

ZOE = Asked(phrases=("Zoé Brun",))
MARKS = Marks(marks=(Frame(kind="frame", left=10, top=10, width=120, height=90),))


def retained_until(day: date, held: Held) -> int:
    """Carry out what is due of entries on a day; return how much was."""
    entries = participant_of("logbook.Entry")
    assert entries is not None
    shelves = list(entries.shelves("Europe/Paris"))
    planned = plan(shelves, as_of=day, held=held)
    return carry_out(shelves, planned, Visa(by="Archives", reason="visa", list_digest=planned.digest)).done


@pytest.mark.parametrize("by", ["logbook", "fact"])
def test_a_file_goes_with_its_entry_at_its_term_unless_a_hold_keeps_both(
    attach: Attach, folder: Path, django_capture_on_commit_callbacks: type, by: str
) -> None:
    entry = attach().entry
    uid = event_uid(entry.logbook, entry.label)
    held = Held(sources=frozenset({"patrols"})) if by == "logbook" else Held(uids=frozenset({uid}))
    after = entry.retain_until + timedelta(days=2)
    assert retained_until(entry.retain_until, Held()) == 0
    assert retained_until(after, held) == 0
    assert len(files_in(folder)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert retained_until(after, Held()) == 1
        assert len(files_in(folder)) == 1  # not before it is final
    assert (files_in(folder), Attachment.objects.count()) == ([], 0)


@pytest.mark.usefixtures("empty_store")
@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"caption": "Zoé Brun devant le 12"}, id="in its caption"),
        pytest.param({"text": "Zoé Brun crie au 3e."}, id="in the facts"),
        pytest.param({"parties": [{"role": "witness"}]}, id="as a party"),
    ],
)
def test_a_person_s_erasure_takes_the_file_its_words_and_its_salt_and_leaves_the_digest(
    write: Write, attach: Attach, writer: User, django_capture_on_commit_callbacks: type, said: dict[str, Any]
) -> None:
    folder = installation().attachments_dir
    other = attach(write(key=None))
    entry = write(identities=(Identity(name="Zoé Brun"),) if "parties" in said else (),
                  **{name: value for name, value in said.items() if name != "caption"})  # fmt: skip
    before = attach(entry, caption=said.get("caption", ""))
    made = acts.blur(writer, before, MARKS, seen_version=1)
    found = [each for each in find_traces(ZOE) if each.place == "attachments.Attachment"]
    assert [(each.key, each.content["file"]) for each in found] == [(str(made.pk), f"{entry.label}/1")]
    with django_capture_on_commit_callbacks(execute=True):
        erase_traces(found, ZOE)
    made.refresh_from_db()
    assert (made.state, bytes(made.salt), len(made.digest)) == (State.ERASED, b"", 64)
    assert set(Attachment.objects.filter(entry=entry).values_list("name", "caption")) == {("", "")}
    assert other.content()
    assert {path.parent.name + path.name for path in files_in(folder)} == {other.digest, before.digest}
    assert sweeping.sweep(timezone.now() + timedelta(days=1)) == 1  # the one before was blurred in this transaction


def test_a_hold_keeps_a_person_s_picture_from_erasure(attach: Attach) -> None:
    attach(caption="Zoé Brun")
    participant = participant_of("attachments.Attachment")
    assert participant is not None
    (found,) = participant.find(ZOE)
    assert participant.is_held(found, Held(sources=frozenset({"patrols"})))
    assert not participant.is_held(found, Held(sources=frozenset({"desk"})))


def test_the_canary_s_bytes_are_gone_from_the_folder(
    attach: Attach, empty_store: Store, django_capture_on_commit_callbacks: type
) -> None:
    made = attach(caption="Zoé Brun")
    canary = made.content()
    folder = installation().var_dir
    assert [path for path in files_in(folder) if canary[-200:] in path.read_bytes()]
    with django_capture_on_commit_callbacks(execute=True):
        found = list(find_traces(ZOE))
        erase_traces(found, ZOE)
    assert [path for path in files_in(folder) if canary[-200:] in path.read_bytes()] == []


def test_a_restored_file_that_was_erased_since_is_erased_again(
    attach: Attach, empty_store: Store, django_capture_on_commit_callbacks: type
) -> None:
    made = attach(caption="Zoé Brun")
    kept = {name: getattr(made, name) for name in ("state", "salt", "name", "caption", "gone_at")}
    content = made.content()
    with django_capture_on_commit_callbacks(execute=True):
        erase_traces(list(find_traces(ZOE)), ZOE)
    town = installation().facts_dir.parent
    Attachment.objects.filter(pk=made.pk).update(**kept)  # as a backup of the day before has it
    vault().keep(content, bytes(made.salt))
    (town / "portal-erasures.jsonl").rename(town / "portal-erasures-later.jsonl")
    with django_capture_on_commit_callbacks(execute=True):
        assert repeat_later() == 1
    assert files_in(installation().attachments_dir) == []
    assert Attachment.objects.get(pk=made.pk).state == State.ERASED


def test_what_a_crash_left_is_swept_once_it_is_old_and_nothing_else(attach: Attach, folder: Path, lines: Lines) -> None:
    made = attach()
    orphan = vault().keep(b"left by a crash")
    assert sweeping.sweep(timezone.now()) == 0
    old = (timezone.now() - timedelta(days=2)).timestamp()
    for path in files_in(folder):
        os.utime(path, (old, old))
    before = len(lines())
    assert sweeping.sweep(timezone.now()) == 1
    assert not vault().path(orphan).exists()
    assert made.content()
    (line,) = lines()[before:]
    assert (line.kind, line.detail["files"]) == ("erase", "1")
    assert sweeping.sweep(timezone.now()) == 0


def test_a_backup_takes_the_files(attach: Attach, empty_store: Store) -> None:
    made = attach()
    settings = replace(installation(), database_url=None)
    with town_at_one_moment(settings) as moment:
        (part,) = [part for part in moment.parts if made.digest[2:] in part.path]
        with part.opened() as file:
            assert file.read() == made.content()
        assert part.mode == 0o600


def test_an_entry_deleted_in_a_rolled_back_transaction_keeps_its_file(attach: Attach) -> None:
    made = attach()
    with transaction.atomic():
        Entry.objects.filter(pk=made.entry.pk).delete()
        transaction.set_rollback(True)
    assert Attachment.objects.get(pk=made.pk).content()
