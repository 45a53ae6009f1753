"""Acts on entries: numbers without a hole, versions without a loss, each with its line or not at all."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.portal.conftest import Lines, MakeUser
from tests.portal.logbook.conftest import NOW, Write, desk, joined, patrols, said

from quietude.journal.api import Kind as JournalKind
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.journal import recording
from quietude.portal.logbook import acts, following
from quietude.portal.logbook.content import Content, Identity, digest_of
from quietude.portal.logbook.models import Entry, EntryVersion, Numbering, State

pytestmark = pytest.mark.django_db


def test_an_entry_takes_the_next_number_of_its_logbook_and_year(write: Write) -> None:
    labels = [write().label, write().label, write(now=NOW + timedelta(days=365)).label]
    assert labels == ["PM-2026-0001", "PM-2026-0002", "PM-2027-0001"]


def test_the_number_is_that_of_the_year_of_writing_at_midnight_of_new_year(write: Write) -> None:
    late = NOW.replace(month=12, day=31, hour=23, minute=5)  # five past midnight, local time
    assert write(now=late, occurred_at=late - timedelta(minutes=20)).label == "PM-2027-0001"


def test_the_line_is_written_with_the_entry_and_names_its_digest(write: Write, lines: Lines) -> None:
    entry = write()
    (line,) = [each for each in lines() if each.kind is JournalKind.COLLECT]
    assert (line.ids, line.purpose, line.detail["logbook"]) == ((entry.label,), "operations", "patrols")
    assert line.detail["digest"] == entry.versions.get().digest


def test_the_digest_is_that_of_what_is_kept_and_a_changed_letter_is_found(write: Write) -> None:
    version = write(identities=(Identity(name="Claire Bonnet"),), parties=({"role": "witness"},)).versions.get()
    assert digest_of(bytes(version.salt), version.content, version.identities) == version.digest
    assert digest_of(bytes(version.salt), version.content | {"text": "Fete"}, version.identities) != version.digest


def test_without_its_line_there_is_no_entry_and_no_number_is_lost(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(recording.TABLES.__class__, "append", full)
        with pytest.raises(recording.JournalUnavailableError):
            write()
    assert not Entry.objects.exists()
    assert write().label == "PM-2026-0001"


def test_a_refused_entry_takes_no_number(write: Write) -> None:
    with pytest.raises(ValidationError):
        write(occurred_at=NOW + timedelta(days=2))
    assert not Numbering.objects.exists()


def test_the_same_entry_sent_twice_is_one(write: Write) -> None:
    key = uuid4()
    assert write(key=key).pk == write(key=key, text="Envoyée deux fois").pk
    assert Entry.objects.count() == EntryVersion.objects.count() == 1


def test_a_key_of_somebody_else_s_entry_opens_nothing(write: Write, make_user: MakeUser) -> None:
    key = uuid4()
    write(key=key)
    with pytest.raises(PermissionDenied):
        write(by=joined(make_user(Role.AGENT, "bruno")), key=key)


def test_a_logbook_of_another_service_is_not_written_in(writer: User) -> None:
    with pytest.raises(PermissionDenied):
        acts.write(writer, desk(), said(), key=uuid4(), now=NOW)


def test_a_correction_is_a_new_version_and_the_one_before_stays(write: Write, writer: User) -> None:
    entry = write()
    acts.correct(writer, entry, said(text="Fête au 4e étage."), reason="étage", seen_version=1, now=NOW)
    versions = entry.versions.all()
    assert [Content.model_validate(each.content).text for each in versions] == [
        "Fête au 3e étage.",
        "Fête au 4e étage.",
    ]
    assert (versions[1].what, versions[1].reason) == ("corrected", "étage")


def test_two_who_correct_the_same_version_overwrite_nothing(write: Write, writer: User, make_user: MakeUser) -> None:
    entry, bruno = write(), joined(make_user(Role.AGENT, "bruno"))
    acts.correct(bruno, entry, said(text="Bruno"), reason="précision", seen_version=1, now=NOW)
    with pytest.raises(acts.ConflictError) as conflict:
        acts.correct(writer, entry, said(text="Anne"), reason="précision", seen_version=1, now=NOW)
    assert conflict.value.entry.version == 2
    assert entry.versions.count() == 2


@pytest.mark.parametrize("reason", ["", "  ", "x"])
def test_a_correction_or_a_stroke_without_a_reason_is_refused(write: Write, writer: User, reason: str) -> None:
    entry = write()
    with pytest.raises(ValidationError):
        acts.correct(writer, entry, said(), reason=reason, seen_version=1, now=NOW)
    with pytest.raises(ValidationError):
        acts.strike(writer, entry, reason=reason, now=NOW)


def test_a_struck_entry_stays_with_its_author_and_reason_and_is_not_changed_any_more(
    write: Write, writer: User
) -> None:
    entry = acts.strike(writer, write(), reason="doublon", now=NOW)
    assert (entry.is_struck, entry.state, entry.versions.get(version=2).what) == (True, State.CLOSED, "struck")
    with pytest.raises(ValidationError):
        acts.correct(writer, entry, said(), reason="encore", seen_version=2, now=NOW)
    with pytest.raises(ValidationError):
        following.follow_up(writer, entry, "Passer demain", now=NOW)


def test_only_its_author_or_a_supervisor_strikes_an_entry(write: Write, make_user: MakeUser) -> None:
    entry = write()
    with pytest.raises(PermissionDenied):
        acts.strike(joined(make_user(Role.AGENT, "bruno")), entry, reason="doublon", now=NOW)
    assert acts.strike(joined(make_user(Role.SUPERVISOR)), entry, reason="doublon", now=NOW).is_struck


def test_the_state_follows_the_follow_ups(write: Write, writer: User) -> None:
    entry = write()
    first = following.follow_up(writer, entry, "Rappeler le syndic", now=NOW)
    second = following.follow_up(writer, entry, "Passer à 23 h", now=NOW)
    states = [Entry.objects.get().state]
    with pytest.raises(ValidationError):
        acts.settle(writer, entry, State.CLOSED, now=NOW)
    states.append(following.finish(writer, first, outcome="Rappelé", now=NOW).state)
    states.append(following.finish(writer, second, outcome="Calme", now=NOW).state)
    assert states == [State.UNDER_WAY, State.UNDER_WAY, State.CLOSED]


def test_a_closed_entry_is_opened_again_with_a_reason_only(write: Write, writer: User) -> None:
    entry = acts.settle(writer, write(), State.CLOSED, now=NOW)
    with pytest.raises(ValidationError):
        acts.settle(writer, entry, State.OPEN, now=NOW)
    assert acts.settle(writer, entry, State.OPEN, reason="nouvel appel", now=NOW).state == State.OPEN


def test_each_act_raises_the_revision_that_its_fact_should_show(write: Write, writer: User) -> None:
    entry = write()
    acts.correct(writer, entry, said(text="Autre"), reason="précision", seen_version=1, now=NOW)
    following.follow_up(writer, entry, "Passer à 23 h", now=NOW)
    assert Entry.objects.get().revision == 3


def test_the_zones_of_an_entry_fill_themselves(write: Write) -> None:
    entry = write()
    assert (entry.zone_1, entry.zone_2, entry.zone_3) == ("west", "port", "")
    assert patrols().name == entry.logbook
