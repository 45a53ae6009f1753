"""The HTTP door: acknowledged means on disk, then filed or set aside; nothing else is acknowledged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest
from django.utils import timezone
from tests.portal.conftest import MakeUser
from tests.portal.flows.conftest import LINES, Send, lines, record, several

from quietude.ingest.api import Flow, Received
from quietude.model.event import Reality
from quietude.model.identity import event_uid
from quietude.model.viewer import Viewer
from quietude.portal.accounts import tokens
from quietude.portal.accounts.models import Scope
from quietude.portal.accounts.roles import Role
from quietude.portal.accounts.tokens import make_token
from quietude.portal.alarms.models import Arrival
from quietude.portal.flows import filing, inbox
from quietude.portal.flows.models import Delivery, Fault, FlowHour, FlowState
from quietude.portal.town import current_ledger
from quietude.store.api import DiskFullError, Store

READER = Viewer.system("test")
pytestmark = pytest.mark.django_db


def there(store: Store, key: str) -> bool:
    return bool(store.event(READER, event_uid("logbook", key)))


def test_what_is_acknowledged_is_kept_then_filed_and_leaves_the_inbox(empty_store: Store, send: Send) -> None:
    now = timezone.now()
    answer = send(several(3, now))
    assert (answer.status_code, answer.json()["accepted"]) == (200, 3)
    assert Delivery.objects.get().records == 3
    assert filing.file_waiting() == 3
    assert all(there(empty_store, key) for key in ("r0", "r1", "r2"))
    assert not Delivery.objects.exists()
    state = FlowState.objects.get(source="logbook")
    assert (state.received, state.filed, state.quarantined, state.fault) == (3, 3, 0, "")
    assert FlowHour.objects.get().records == 3
    (fact,) = empty_store.event(READER, event_uid("logbook", "r0"))
    assert (fact.reality, fact.zones["quarter"], fact.category) == (Reality.REAL, "port", "noise")


@pytest.mark.parametrize(
    ("body", "kind", "count"),
    [
        (record("one", datetime(2026, 6, 17, 8, tzinfo=UTC)), "application/json", 1),
        (lines(several(4, datetime(2026, 6, 17, 8, tzinfo=UTC))), LINES, 4),
        (b'\n{"key": "a"}\n\n{"key": "b"}\n', LINES, 2),
    ],
)
def test_an_object_a_list_and_lines_are_taken(
    empty_store: Store, send: Send, body: object, kind: str, count: int
) -> None:
    answer = send(body, content_type=kind)
    assert (answer.status_code, answer.json()["accepted"]) == (200, count)


def test_the_same_records_sent_again_are_the_same_facts_and_the_last_word_stands(
    empty_store: Store, send: Send
) -> None:
    now = timezone.now()
    for _ in range(2):
        send(several(2, now))
        filing.file_waiting()
    send([record("r0", now, lat=43.31), record("r0", now, lat=43.295)])
    filing.file_waiting()
    (fact, *earlier) = empty_store.event(READER, event_uid("logbook", "r0"))
    assert (fact.version, len(earlier)) == (2, 1)
    assert fact.lat_deg == pytest.approx(43.295)


def test_a_sick_record_is_set_aside_with_its_reason_and_the_rest_goes_on(empty_store: Store, send: Send) -> None:
    now = timezone.now()
    sick = [
        record("late", now + timedelta(days=27_000)),  # 2099 or so
        {"at": now.isoformat(), "lon": 5.38, "lat": 43.29},  # no key
        record("nan", now) | {"at": "NaN"},
    ]
    body = lines([*several(2, now), *sick]) + b"[1, 2]\nnot json\n"
    assert send(body, content_type=LINES).json()["accepted"] == 7
    assert filing.file_waiting() == 7
    assert there(empty_store, "r0")
    assert there(empty_store, "r1")
    reasons = current_ledger().quarantine_counts(source="logbook")["logbook"]
    assert reasons["time_in_future"] == 1
    assert reasons["key_missing"] == 1
    assert reasons["not_a_record"] == 2
    assert sum(reasons.values()) == 5
    assert FlowState.objects.get().quarantined == 5


@pytest.mark.parametrize(
    ("body", "kind", "status", "said"),
    [
        (b'{"key": ', "application/json", 400, "line 1, column"),
        (b"[]", "application/json", 400, "no record"),
        (b" \n \n", LINES, 400, "no record"),
        (b"key;at", "text/csv", 415, "application/json"),
        (b'{"k":"' + b"x" * (1024 * 1024) + b'"}', "application/json", 413, ""),
    ],
)
def test_what_is_no_record_is_refused_whole_with_what_to_do(
    send: Send, body: bytes, kind: str, status: int, said: str
) -> None:
    answer = send(body, content_type=kind)
    assert answer.status_code == status
    assert said in answer.json()["error"]
    assert not Delivery.objects.exists()


def test_a_source_that_takes_nothing_by_this_door_is_not_there(empty_store: Store, send: Send) -> None:
    for source in ("patrols", "nothing"):
        assert send([record("a", timezone.now())], address=f"/api/v1/sources/{source}/records").status_code == 404


def test_only_a_token_with_the_scope_opens_the_door(empty_store: Store, send: Send, make_user: MakeUser) -> None:
    manager = make_user(Role.DATA_MANAGER, username="other")
    _, reads = make_token(manager, "reads", [Scope.FACTS_READ], timedelta(days=1))
    body = [record("a", timezone.now())]
    assert send(body, token="").status_code == 401
    assert send(body, token="qt_" + "a" * 43).status_code == 401
    assert send(body, token=reads).status_code == 403
    assert not Delivery.objects.exists()


def test_nothing_is_acknowledged_that_the_database_did_not_keep(
    empty_store: Store, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_said: object) -> None:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(Delivery.objects, "create", full)
    answer = send([record("a", timezone.now())])
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert not FlowState.objects.exists()


def test_a_sender_is_asked_to_wait_while_too_much_waits(
    empty_store: Store, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "WAITING_MOST", 3)
    assert send(several(3, timezone.now())).status_code == 200
    assert send(several(1, timezone.now(), prefix="x")).status_code == 503
    filing.file_waiting()
    assert send(several(1, timezone.now(), prefix="x")).status_code == 200


def test_a_full_disk_keeps_what_was_acknowledged_and_says_so(
    empty_store: Store, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(several(2, timezone.now()))
    with monkeypatch.context() as patched:
        patched.setattr(Store, "upsert", _full)
        assert filing.file_waiting() == 0
    state = FlowState.objects.get()
    assert (state.fault, Delivery.objects.count()) == (Fault.DISK_FULL, 1)
    assert state.fault_since is not None
    assert filing.file_waiting() == 2
    mended = FlowState.objects.get()
    assert (mended.fault, mended.fault_since, mended.filed) == ("", None, 2)
    report = current_ledger().reports(source="logbook")[0]
    assert (report.read, report.filed, report.is_flow) == (2, 2, True), "what failed was not counted"


def _full(*_args: object) -> None:
    raise DiskFullError("no space left")


def test_what_is_filed_is_noted_to_be_judged_before_it_is_filed(
    empty_store: Store, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(several(2, timezone.now()))
    noted: list[int] = []
    file = Flow.file

    def spy(self: Flow, *args: Any) -> Received:
        noted.append(Arrival.objects.filter(source="logbook", is_settled=False).count())
        return file(self, *args)

    monkeypatch.setattr(Flow, "file", spy)
    filing.file_waiting()
    assert noted == [1]
    (arrival,) = Arrival.objects.filter(is_settled=True)
    facts = empty_store.arrived("logbook", [arrival.received_at], since=timezone.now() - timedelta(hours=1))
    assert facts.num_rows == 2


def test_a_sender_cannot_say_what_is_kept_of_set_aside_records(empty_store: Store, send: Send) -> None:
    send([record("mine", timezone.now()) | {"=source_key": "another's"}])
    filing.file_waiting()
    assert there(empty_store, "mine")
    assert not there(empty_store, "another's")


def test_a_database_that_does_not_answer_for_a_token_has_the_sender_try_again(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_request: HttpRequest) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(tokens, "token_of", fails)
    answer = send(several(1, timezone.now()))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
