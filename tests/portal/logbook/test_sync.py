"""Queues of entries written without network: taken once, answered one by one, nothing changed silently."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests.portal.conftest import SignIn
from tests.portal.logbook.conftest import Write, patrols, said

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.logbook import acts
from quietude.portal.logbook.forms import EntryForm
from quietude.portal.logbook.models import Entry

pytestmark = pytest.mark.django_db


def waiting(at: datetime | None = None, fields: dict[str, str] | None = None, **parts: Any) -> dict[str, Any]:
    usual = {"category": "noise.party", "text": "Fête au 3e étage."}
    made = {"key": str(uuid4()), "logbook": "patrols", "written_at": (at or timezone.now()).isoformat()}
    return made | {"fields": usual | (fields or {})} | parts


def send(client: Client, *entries: Any, at: datetime | None = None, owner: int | None = None) -> Any:
    body = {
        "owner": owner or int(client.session["_auth_user_id"]),
        "device_at": (at or timezone.now()).isoformat(),
        "entries": entries,
    }
    return client.post("/logbook/sync/", json.dumps(body), content_type="application/json")


def answers(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.content
    found: list[dict[str, Any]] = json.loads(response.content)["answers"]
    return found


def test_a_queue_sent_twice_is_saved_once_under_the_same_numbers(at_work: Client) -> None:
    queue = [waiting(), waiting()]
    first, second = answers(send(at_work, *queue)), answers(send(at_work, *queue))
    assert first == second
    assert len({each["label"] for each in first}) == 2
    assert Entry.objects.count() == 2


def test_one_bad_entry_keeps_no_other_from_being_saved(at_work: Client) -> None:
    bad = waiting(fields={"when": "demain peut-être"})
    found = answers(send(at_work, waiting(), bad, "nonsense", waiting(logbook="desk"), waiting()))
    assert [each["state"] for each in found] == ["saved", "refused", "refused", "refused", "saved"]
    assert "when" in found[1]["fields"]
    assert found[1]["key"] == bad["key"]


def test_the_device_s_clock_is_kept_beside_the_moment_of_receipt(at_work: Client) -> None:
    written = timezone.now() - timedelta(hours=3)
    answers(send(at_work, waiting(written)))
    entry = Entry.objects.get()
    assert entry.occurred_at == written
    assert datetime.fromisoformat(entry.versions.get().content["device_at"]) == written
    assert entry.written_at - written >= timedelta(hours=3)


@pytest.mark.parametrize("days", [2, -2])
def test_a_clock_two_days_off_is_told_and_its_writer_chooses(at_work: Client, days: int) -> None:
    device = timezone.now() + timedelta(days=days)
    entry = waiting(device - timedelta(hours=1))
    told = answers(send(at_work, entry, at=device))[0]
    assert told["state"] == "clock"
    assert not Entry.objects.exists()
    shift = timedelta(seconds=told["shift_s"])
    assert datetime.fromisoformat(told["proposed"]) - datetime.fromisoformat(told["said"]) == shift
    assert answers(send(at_work, entry | {"shift_s": told["shift_s"]}, at=device))[0]["state"] == "saved"
    assert Entry.objects.get().occurred_at == datetime.fromisoformat(told["proposed"])


def test_a_future_time_that_its_writer_keeps_is_refused_by_its_field(at_work: Client) -> None:
    device = timezone.now() + timedelta(days=2)
    found = answers(send(at_work, waiting(device, shift_s=0), at=device))[0]
    assert (found["state"], list(found["fields"])) == ("refused", ["occurred_at"])


def test_a_correction_is_taken_once(at_work: Client, write: Write) -> None:
    entry = write(by=User.objects.get(username="bruno"))
    correction = {"label": entry.label, "seen_version": 1, "reason": "Autre étage"}
    sent = waiting(fields={"text": "Fête au 4e étage."}, corrects=correction)
    assert answers(send(at_work, sent))[0] == answers(send(at_work, sent))[0]
    entry.refresh_from_db()
    assert entry.version == 2


def test_a_correction_of_an_older_version_shows_both_and_overwrites_nothing(
    at_work: Client, write: Write, writer: User
) -> None:
    entry = write()
    acts.correct(writer, entry, said(text="Fête au 5e étage."), reason="Vérifié", seen_version=1)
    correction = {"label": entry.label, "seen_version": 1, "reason": "Autre étage"}
    found = answers(send(at_work, waiting(fields={"text": "Fête au 4e étage."}, corrects=correction)))[0]
    assert found["state"] == "conflict"
    assert "Fête au 5e étage." in json.dumps(found["theirs"], ensure_ascii=False)
    assert "Fête au 4e étage." in json.dumps(found["mine"], ensure_ascii=False)
    assert found["theirs"]["by"] == str(writer)
    assert found["theirs"]["fields"]["text"] == "Fête au 5e étage."
    assert found["theirs"]["fields"]["category"] == "noise.party"
    assert set(found["theirs"]["fields"]) <= set(EntryForm(patrols()).fields)
    entry.refresh_from_db()
    assert entry.version == 2


def test_another_person_s_queue_is_not_taken(at_work: Client, writer: User) -> None:
    assert send(at_work, waiting(), owner=writer.pk).status_code == 409
    assert not Entry.objects.exists()


def test_a_key_of_somebody_else_s_entry_is_refused(at_work: Client, write: Write) -> None:
    entry = write()
    assert answers(send(at_work, waiting(key=str(entry.key))))[0]["state"] == "refused"


def test_too_many_or_unreadable_entries_are_refused_whole(at_work: Client) -> None:
    assert send(at_work, *[waiting()] * 201).status_code == 400
    assert at_work.post("/logbook/sync/", "{", content_type="application/json").status_code == 400
    assert at_work.post("/logbook/sync/", "x" * 2_000_000, content_type="application/json").status_code == 413
    assert not Entry.objects.exists()


def test_whoever_writes_in_no_logbook_saves_nothing(sign_in: SignIn) -> None:
    assert answers(send(sign_in(Role.AGENT), waiting()))[0]["state"] == "refused"
