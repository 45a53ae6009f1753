"""Radio mode: a line a message."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from quietude.portal.logbook.models import Entry, Kind, State
from quietude.portal.logbook.radio import MessageForm

pytestmark = pytest.mark.django_db


def line(**fields: str) -> dict[str, str]:
    return {
        "logbook": "patrols",
        "key": str(uuid4()),
        "sender": "BAC 12",
        "receiver": "CSU",
        "text": "Sur place.",
    } | fields


def content_of(entry: Entry) -> dict[str, object]:
    said: dict[str, object] = entry.versions.get().content
    return said


def test_a_message_is_an_entry_that_asks_for_nothing(at_work: Client) -> None:
    at_work.post("/logbook/radio/line/", line())
    entry = Entry.objects.get()
    assert (entry.kind, entry.state) == (Kind.RADIO, State.CLOSED)
    assert (content_of(entry)["sender"], content_of(entry)["receiver"]) == ("BAC 12", "CSU")


@pytest.mark.parametrize(
    ("typed", "sender", "receiver", "text"),
    [
        pytest.param("BAC 12 > CSU: vu, 14:05", "BAC 12", "CSU", "vu, 14:05", id="arrow"),
        pytest.param("alpha→poste : reçu", "alpha", "poste", "reçu", id="typographic"),
        pytest.param("PM1 -> PM2: ok", "PM1", "PM2", "ok", id="two-signs"),
        pytest.param("à 14:05 > rien", "S", "R", "à 14:05 > rien", id="no-stations"),
    ],
)
def test_the_line_itself_may_name_the_stations(typed: str, sender: str, receiver: str, text: str) -> None:
    form = MessageForm({"key": str(uuid4()), "sender": "S", "receiver": "R", "text": typed})
    assert form.is_valid()
    assert [form.cleaned_data[name] for name in ("sender", "receiver", "text")] == [sender, receiver, text]


def test_a_message_from_nobody_is_refused_to_the_script_and_to_the_page(at_work: Client) -> None:
    data = at_work.post("/logbook/radio/line/", line(sender=""), headers={"Accept": "application/json"})
    assert (data.status_code, set(data.json()["errors"])) == (400, {"sender"})
    page = at_work.post("/logbook/radio/line/", line(sender=""))
    assert (page.status_code, "Sur place." in page.content.decode()) == (400, True)
    assert not Entry.objects.exists()


def test_a_message_sent_twice_is_one(at_work: Client) -> None:
    said = line()
    at_work.post("/logbook/radio/line/", said)
    at_work.post("/logbook/radio/line/", said)
    assert Entry.objects.count() == 1


def test_messages_are_listed_newest_first_and_not_among_the_last_entries(at_work: Client) -> None:
    at_work.post("/logbook/radio/line/", line(text="premier"))
    at_work.post("/logbook/radio/line/", line(text="second"))
    shown = at_work.get("/logbook/radio/?logbook=patrols").content.decode()
    assert 0 < shown.index("second") < shown.index("premier")
    assert "premier" not in at_work.get("/logbook/last/?logbook=patrols").content.decode()
