"""The room: what each reader is shown, once for all equal screens; what a wall keeps back; acts and what is near."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone
from tests.portal.alarms.conftest import Ring
from tests.portal.conftest import SignIn
from tests.portal.flows.conftest import Send, record

from quietude.model.viewer import Viewer
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.alarms.models import Alarm
from quietude.portal.flows import filing
from quietude.portal.rights.models import Grant
from quietude.portal.room.asking import Asked
from quietude.portal.room.board import Board, Key, Part
from quietude.portal.room.hub import Hub
from quietude.portal.room.live import known_of, name_of, news
from quietude.portal.situations.opening import Opening, open_situation

pytestmark = pytest.mark.django_db
TITLE = "Bruit répété dans un quartier"
FAR = {"lon": 5.42, "lat": 43.31}


@pytest.fixture
def alarm(ring: Ring) -> Alarm:
    """Return an alarm that rings."""
    ring(timezone.now())
    return Alarm.objects.get()


def board(client: Client, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/room/board/{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_the_board_has_the_alarm_where_it_is_the_log_and_the_flow(alarm: Alarm, sign_in: SignIn) -> None:
    found = board(sign_in(Role.AGENT))
    (row,) = found["alarms"]["rows"]
    assert (row["key"], row["title"], row["about"], row["rings"]) == (alarm.key, TITLE, "Le Port", True)
    assert row["point"] == [5.38, 43.29]
    assert row["sound"] == "count"
    kinds = [line["kind"] for line in found["log"]]
    assert kinds.count("fact") == 3
    assert kinds.count("act") == 1
    assert [line["at"] for line in found["log"]] == sorted((line["at"] for line in found["log"]), reverse=True)
    flow = next(flow for flow in found["flows"] if flow["name"] == "logbook")
    assert (flow["name"], flow["state"]) == ("logbook", "good")


def test_the_longest_unanswered_of_the_gravest_comes_first(alarm: Alarm, sign_in: SignIn) -> None:
    for key, severity, hours, taken in (("old", 3, 2, False), ("grave", 5, 0, False), ("taken", 5, 5, True)):
        Alarm.objects.create(
            key=key, world=alarm.world, edition=alarm.edition, rule=alarm.rule, group="port", severity=severity,
            began_at=alarm.began_at - timedelta(hours=hours), raised_at=alarm.raised_at, facts=1,
            evidence=alarm.evidence[:1], is_active=True, is_acknowledged=taken,
        )  # fmt: skip
    rows = board(sign_in(Role.AGENT))["alarms"]["rows"]
    assert [row["key"] for row in rows] == ["grave", "old", alarm.key, "taken"]


def test_filters_by_severity_district_and_service_hold_for_alarms_and_log(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    for query in ("?severity=4", "?zone=quarter:halles", "?service=pm"):
        found = board(agent, query)
        assert found["alarms"]["rows"] == [], query
        assert found["log"] == [], query
    for query in ("?severity=3", "?zone=quarter:port", "?zone=nowhere:x", "?severity=9"):
        assert len(board(agent, query)["alarms"]["rows"]) == 1, query
    assert [line["kind"] for line in board(agent, "?zone=quarter:port")["log"]].count("fact") == 3


def test_whoever_may_not_list_the_facts_sees_nothing_of_them(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    Grant.objects.update(zones=["quarter:halles"])
    found = board(agent)
    assert found["alarms"]["rows"] == []
    assert found["log"] == []
    assert agent.get(f"/room/near/{alarm.key}/").status_code == 404


@pytest.mark.parametrize("role", [Role.ELECTED, Role.DATA_MANAGER, Role.DPO, Role.ADMINISTRATOR])
def test_whoever_has_no_right_to_alarms_is_refused(role: Role, sign_in: SignIn) -> None:
    client = sign_in(role)
    for address in ("/room/", "/room/board/", "/room/stream/", "/room/near/abc/"):
        assert client.get(address).status_code == 403


def test_a_wall_shows_no_name_no_exact_place_no_address_and_no_control(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    agent.post("/alarms/take/", {"alarm": alarm.key})
    open_board, walled = board(agent), board(agent, "?wall=1")
    assert open_board["alarms"]["rows"][0]["by"] != ""
    (row,) = walled["alarms"]["rows"]
    assert (row["by"], row["url"], row["explore"]) == ("", "", "")
    assert row["point"] != [5.38, 43.29]
    assert all(abs(one - other) < 0.003 for one, other in zip(row["point"], (5.38, 43.29), strict=True))
    assert all(line["url"] == "" and line["point"] != [5.38, 43.29] for line in walled["log"])
    assert open_board["alarms"]["rows"][0]["by"] not in json.dumps(walled)
    page = agent.get("/room/?wall=1").content.decode()
    assert "data-sound" not in page
    assert "room-aside" not in page


def test_a_wall_shows_nothing_above_internal(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    Grant.objects.update(ceiling="public")
    assert board(agent, "?wall=1")["log"] == []
    Grant.objects.update(ceiling="confidential")
    assert len(board(agent, "?wall=1")["alarms"]["rows"]) == 1, "the facts are internal"


def test_each_pane_has_a_page_and_an_unknown_one_is_the_whole_room(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    for pane in ("map", "tray", "log", "situations"):
        assert f'data-one="{pane}"' in agent.get(f"/room/?pane={pane}").content.decode()
    assert 'data-one=""' in agent.get("/room/?pane=x").content.decode()


def test_an_act_asked_by_a_script_is_answered_as_data_and_undone(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    json_please = {"Accept": "application/json"}
    done = agent.post("/alarms/take/", {"alarm": alarm.key}, headers=json_please).json()
    assert (done["changed"], done["refused"]) == (1, 0)
    again = agent.post("/alarms/take/", {"alarm": alarm.key}, headers=json_please).json()
    assert (again["changed"], again["refused"]) == (0, 1)
    refused = agent.post("/alarms/shelve/", {"alarm": alarm.key, "length": "PT1H", "said": ""}, headers=json_please)
    assert refused.status_code == 400
    assert "Dites pourquoi" in refused.json()["error"]
    assert agent.post(f"/alarms/undo/{done['act']}/", headers=json_please).json() == {"changed": 1}
    alarm.refresh_from_db()
    assert not alarm.is_acknowledged


def test_what_is_near_comes_with_its_reason_the_likeliest_first(alarm: Alarm, send: Send, sign_in: SignIn) -> None:
    began = alarm.began_at
    sent = [
        record("spot", began - timedelta(minutes=12), lon=5.38, lat=43.29216),
        record("later", began + timedelta(minutes=5), lon=5.3801, lat=43.2901),
        record("far", began - timedelta(minutes=1), **FAR),
        record("before", began - timedelta(hours=5)),
    ]
    assert send(sent).status_code == 200
    filing.file_waiting()
    agent = sign_in(Role.AGENT)
    found = agent.get(f"/room/near/{alarm.key}/").json()
    assert [row["reason"] for row in found["rows"]] == [
        "à 10 m, 5 min après, même nature", "à 240 m, 12 min avant, même nature",
    ]  # fmt: skip
    assert [row["distance"] for row in found["rows"]] == [14, 240]
    assert (found["radius"], found["minutes"]) == (500, 120)
    wide = agent.get(f"/room/near/{alarm.key}/?radius=5000&minutes=480").json()
    assert len(wide["rows"]) == 4
    assert agent.get(f"/room/near/{alarm.key}/?radius=99999999&minutes=x").json()["radius"] == 5000


def test_a_screen_is_sent_only_what_it_does_not_have(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)

    def heard(last: str) -> list[str]:
        said = b"".join(agent.get("/room/stream/", headers={"Last-Event-ID": last})).decode()
        return [line.removeprefix("event: ") for line in said.splitlines() if line.startswith("event: ")]

    first = b"".join(agent.get("/room/stream/")).decode()
    known = next(line for line in reversed(first.splitlines()) if line.startswith("id: ")).removeprefix("id: ")
    assert heard("") == ["alarms", "log", "flows", "situations"]
    assert heard(known) == []
    agent.post("/alarms/take/", {"alarm": alarm.key})
    assert heard(known) == ["alarms", "log"]
    assert heard("<script>") == ["alarms", "log", "flows", "situations"]


def key(who: str = "room") -> Key:
    return Key(Viewer(who=who), Asked(), "fr")


def part(said: bytes) -> Part:
    return Part(said, said.hex().ljust(12, "0")[:12])


def test_equal_screens_share_one_look_and_one_board_a_change() -> None:
    looked: list[int] = []
    made: list[Key] = []
    stamps = iter(["a", "a", "b"])

    def look() -> str:
        looked.append(1)
        return next(stamps)

    def make(of: Key) -> Board:
        made.append(of)
        return {"alarms": part(b"%d" % len(made))}

    async def go() -> None:
        hub = Hub(look, make)
        for expected in (1, 1, 2):
            boards = await asyncio.gather(*(hub.board(key()) for _ in range(200)))
            assert {board["alarms"].content for board in boards if board is not None} == {b"%d" % expected}
            hub._looked_at = 0.0  # time passes
        assert (len(looked), len(made)) == (3, 2)

    asyncio.run(go())


def test_screens_of_other_rights_have_boards_of_their_own() -> None:
    async def go() -> None:
        hub = Hub(lambda: "a", lambda of: {"alarms": part(of.viewer.who.encode())})
        one, other = await asyncio.gather(hub.board(key("a")), hub.board(key("b")))
        assert one is not None
        assert other is not None
        assert (one["alarms"].content, other["alarms"].content) == (b"a", b"b")

    asyncio.run(go())


def test_while_the_database_does_not_answer_screens_hear_nothing_and_then_all() -> None:
    is_down = True

    def make(_of: Key) -> Board:
        if is_down:
            raise DatabaseError
        return {"alarms": part(b"x")}

    async def go() -> None:
        nonlocal is_down
        hub = Hub(lambda: "a", make)
        assert await hub.board(key()) is None
        is_down = False
        assert await hub.board(key()) is not None

    asyncio.run(go())


def test_the_name_of_an_event_says_what_a_screen_has() -> None:
    known: dict[str, str] = {}
    made = {"alarms": part(b"1"), "log": part(b"2")}
    assert len(news(made, known)) == 2
    assert known_of(name_of(known)) == known
    assert news(made, known) == []


def test_open_situations_are_on_the_board_in_their_zone_and_walls_show_no_title(alarm: Alarm, sign_in: SignIn) -> None:
    agent = sign_in(Role.AGENT)
    assert board(agent)["situations"] == []
    user = User.objects.get(role=Role.AGENT)
    opening = Opening(kind="night_noise", alarms=[alarm.key], title="Fête chez Mme Durand")
    situation = open_situation(user, opening, timezone.now(), language="fr")
    (row,) = board(agent)["situations"]
    assert (row["key"], row["title"], row["where"]) == (situation.key, "Fête chez Mme Durand", "Le Port")
    assert row["point"] is not None
    (walled,) = board(agent, "?wall=1")["situations"]
    assert "Durand" not in json.dumps(walled)
    assert walled["where"] == "Le Port"
    assert board(agent, "?zone=quarter:halles")["situations"] == []
    assert board(agent, "?severity=5")["situations"] == []
