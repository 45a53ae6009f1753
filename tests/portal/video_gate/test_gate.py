"""Alerts of algorithmic video at the door of the flows: outside an authorisation they are no facts and ring nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.portal.conftest import MakeUser, SignIn
from tests.portal.flows.conftest import Send, send

from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Viewer
from quietude.portal import town
from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.alarms.models import Alarm
from quietude.portal.alarms.watching import Watch
from quietude.portal.cameras import Camera
from quietude.portal.flows import filing
from quietude.portal.video_gate import acts
from quietude.portal.video_gate.models import Authorisation
from quietude.sources.api import ManifestError, load_manifest
from quietude.store.api import Store

__all__ = ["send"]
pytestmark = pytest.mark.django_db
SYSTEM = Viewer.system("test")
ADDRESS = "/api/v1/sources/video_alerts/records"
MANIFEST = """title: {fr: "Alertes vidéo", en: "Video alerts"}
owner: "CSU"
kind: incidents
legal_basis: "loi"
purpose: "Sécurité d'une manifestation"
notice: "Panneaux"
regime: RGPD
sensitivity: internal
retention: P1M
read: {format: flow}
flow: {doors: [http]}
map:
  source_key: key
  occurred_from: {column: at, parse: iso}
  category: {code: noise}
  place: {lon: lon, lat: lat}
  video: {camera: camera, event: event}
"""


@pytest.fixture
def video(empty_store: Store, settings: Settings) -> Iterator[Store]:
    """Return a store whose town has a source of algorithmic video."""
    folder = settings.QUIETUDE.made_here_dir / "sources"
    folder.mkdir(parents=True)
    (folder / "video_alerts.yml").write_text(MANIFEST, encoding="utf-8")
    filing._flows.clear()
    yield empty_store
    filing._flows.clear()


@pytest.fixture
def keeper(make_user: MakeUser) -> User:
    """Return whoever keeps authorisations."""
    return make_user(Role.SUPERVISOR)


def allow(by: User, now: datetime, **said: object) -> Authorisation:
    values = {
        "legal_text": "Arrêté n° 1", "zones": ["quarter:port"], "cameras": ["cam-1"], "events": ["fire"],
        "since": now - timedelta(minutes=30), "until": now + timedelta(hours=1),
    }  # fmt: skip
    return acts.keep(by, Authorisation(**{**values, **said}), now)


SQUARE = {
    "type": "Feature",
    "properties": {"name": "Esplanade"},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[5.415, 43.285], [5.425, 43.285], [5.425, 43.295], [5.415, 43.295], [5.415, 43.285]]],
    },
}
"""Around a point of another quarter than the port."""


def alert(key: str, at: datetime, **said: object) -> dict[str, object]:
    return {"key": key, "at": at.isoformat(), "lon": 5.38, "lat": 43.29, "camera": "cam-1", "event": "fire", **said}


def filed(store: Store) -> int:
    return int(store.query(SYSTEM, Filter(sources=Choice(("video_alerts",)))).num_rows)


def refused() -> dict[str, int]:
    reports = [each for each in town.current_ledger().reports(limit=9) if each.source == "video_alerts"]
    return dict(reports[0].quarantined_by_reason)


def test_without_an_authorisation_no_alert_is_filed_or_rings(video: Store, send: Send) -> None:
    now = timezone.now()
    assert send([alert(f"a{n}", now - timedelta(minutes=n)) for n in range(3)], address=ADDRESS).status_code == 200
    filing.file_waiting()
    Watch().once(now)
    assert (filed(video), Alarm.objects.count()) == (0, 0)
    assert refused() == {"video_no_authorisation": 3}


def test_only_what_is_named_goes_through_to_the_second(video: Store, send: Send, keeper: User) -> None:
    now = timezone.now().replace(microsecond=0)
    kept = allow(keeper, now)
    since, second = kept.since, timedelta(seconds=1)
    sent = [
        alert("first", since), alert("before", since - second), alert("camera", now, camera="cam-2"),
        alert("event", now, event="weapon"), alert("ninth", now, event="loitering"),
        alert("place", now, lon=5.42), alert("now", now),
    ]  # fmt: skip
    assert send(sent, address=ADDRESS).status_code == 200
    filing.file_waiting()
    keys = video.query(SYSTEM, Filter(sources=Choice(("video_alerts",))))["source_key"].to_pylist()
    assert sorted(keys) == ["first", "now"]
    assert refused() == {
        "video_wrong_time": 1, "video_wrong_camera": 1, "video_wrong_event": 2, "video_wrong_place": 1,
    }  # fmt: skip


def test_several_zones_and_drawn_areas_let_through_what_lies_in_one_of_them(
    video: Store, send: Send, keeper: User
) -> None:
    now = timezone.now()
    allow(keeper, now, areas=[SQUARE])
    sent = [
        alert("zone", now), alert("area", now, lon=5.42), alert("border", now, lon=5.425),
        alert("beside", now, lon=5.4251),
        alert("nowhere", now, lon=None, lat=None),
    ]  # fmt: skip
    assert send(sent, address=ADDRESS).status_code == 200
    filing.file_waiting()
    keys = video.query(SYSTEM, Filter(sources=Choice(("video_alerts",))))["source_key"].to_pylist()
    assert sorted(keys) == ["area", "border", "zone"]
    assert refused() == {"video_wrong_place": 2}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        pytest.param({"is_whole_town": "on"}, "Say where", id="both"),
        pytest.param({"zones": []}, "Say where", id="nowhere"),
        pytest.param({"areas": "{"}, "no GeoJSON", id="no-json"),
        pytest.param({"areas": '{"type": "Point", "coordinates": [5.4, 43.3]}'}, "polygon", id="a-point"),
        pytest.param({"areas": json.dumps(SQUARE).replace("5.4", "x")}, "no GeoJSON", id="broken"),
        pytest.param({"areas": json.dumps(SQUARE).replace("5.4", "45.4")}, "outside the town", id="elsewhere"),
    ],
)
def test_a_form_that_does_not_say_where_is_refused(said: dict[str, object], why: str, sign_in: SignIn) -> None:
    form = {
        "legal_text": "Arrêté n° 2", "zones": ["quarter:port"], "cameras": "cam-1", "events": ["fire"],
        "since": "2026-12-01T18:00", "until": "2026-12-02T02:00",
    }  # fmt: skip
    answer = sign_in(Role.SUPERVISOR, language="en").post("/video/new/", {**form, **said})
    assert answer.status_code == 400
    assert why in answer.content.decode()
    assert not Authorisation.objects.exists()


def test_a_camera_that_stands_outside_every_place_is_refused(keeper: User, monkeypatch: pytest.MonkeyPatch) -> None:
    far = Camera("cam-1", "Halles", 5.42, 43.29)
    monkeypatch.setattr(acts, "current_cameras", lambda: (far, replace(far, code="cam-9", lon_deg=9.0)))
    now = timezone.now()
    with pytest.raises(ValidationError, match="cam-1"):
        allow(keeper, now)
    assert allow(keeper, now, areas=[SQUARE]).pk
    assert allow(keeper, now, zones=[]).pk, "the whole town"
    with pytest.raises(ValidationError):
        allow(keeper, now, zones=["quarter:atlantis"], cameras=["cam-2"])


def test_a_withdrawn_authorisation_lets_nothing_through_at_once(video: Store, send: Send, keeper: User) -> None:
    now = timezone.now()
    kept = allow(keeper, now)
    send([alert("a", now)], address=ADDRESS)
    filing.file_waiting()
    acts.withdraw(keeper, kept, said="fin de l'événement", now=now)
    send([alert("b", now)], address=ADDRESS)
    filing.file_waiting()
    assert filed(video) == 1
    assert refused() == {"video_withdrawn": 1}


def test_what_an_algorithm_says_besides_is_kept_nowhere(video: Store, send: Send, keeper: User) -> None:
    now = timezone.now()
    allow(keeper, now)
    send(
        [alert("a", now, person="P-1", plate="AB-123-CD"), alert("b", now, camera="x", plate="AB-123-CD")],
        address=ADDRESS,
    )
    filing.file_waiting()
    held = str(video.query(SYSTEM, Filter(sources=Choice(("video_alerts",)))).to_pylist())
    aside = str(town.current_ledger().quarantined(source="video_alerts"))
    assert "AB-123-CD" not in held + aside
    assert "P-1" not in held


@pytest.mark.parametrize(
    "line",
    ["  text: said\n", "  title: plate\n", "  attributes: [face]\n", "  attributes: ['*']\n"],
    ids=["text", "title", "attributes", "all-attributes"],
)
def test_a_manifest_with_a_path_to_a_person_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "video_alerts.yml"
    path.write_text(MANIFEST + line, encoding="utf-8")
    with pytest.raises(ManifestError, match="could name a person"):
        load_manifest(path)


def test_an_authorisation_outside_the_closed_list_or_without_the_right_is_refused(
    keeper: User, make_user: MakeUser
) -> None:
    now = timezone.now()
    with pytest.raises(ValidationError, match="none of the events"):
        allow(keeper, now, events=["loitering"])
    with pytest.raises(PermissionDenied):
        allow(make_user(Role.AGENT), now)
    assert not Authorisation.objects.exists()


def test_the_register_is_kept_read_published_and_withdrawn(keeper: User, sign_in: SignIn, video: Store) -> None:
    now = timezone.now()
    client = sign_in(Role.SUPERVISOR, username="other", language="en")
    said = {
        "legal_text": "Arrêté n° 2", "zones": ["quarter:port", "quarter:halles"],
        "areas": orjson.dumps(SQUARE).decode(),
        "cameras": "cam-1\ncam-2\n", "events": ["fire", "weapon"],
        "since": "2026-12-01T18:00", "until": "2026-12-02T02:00",
    }  # fmt: skip
    assert client.post("/video/new/", {**said, "events": ["loitering"]}).status_code == 400
    assert client.post("/video/new/", said).status_code == 302
    kept = Authorisation.objects.get()
    assert (kept.cameras, kept.events) == (["cam-1", "cam-2"], ["fire", "weapon"])
    agent = sign_in(Role.AGENT, language="en")
    assert "Arrêté n° 2" in agent.get("/video/").content.decode()
    assert "New authorisation" not in agent.get("/video/").content.decode()
    assert agent.post("/video/new/", said).status_code == 403
    out = agent.get("/video/register.csv").content.decode()
    assert "Arrêté n° 2" in out
    assert "other" not in out
    client.post(f"/video/{kept.pk}/withdraw/", {"said": ""})
    client.post(f"/video/{kept.pk}/withdraw/", {"said": "fin"})
    kept.refresh_from_db()
    assert kept.withdrawn_at is not None
    assert kept.withdrawn_at >= now
    assert kept.zones == ["quarter:port", "quarter:halles"]
    assert kept.allowed.is_withdrawn
    assert "Le Port, Les Halles, Esplanade" in out


def test_anybody_reads_what_is_authorised_and_nothing_that_is_sensitive(keeper: User) -> None:
    now = timezone.now()
    empty = Client().get("/video/public/", headers={"Accept-Language": "en"})
    assert empty.status_code == 200
    allow(keeper, now, cameras=["cam-quai-7", "cam-quai-8"])
    gone = allow(keeper, now, legal_text="Arrêté n° 3", events=["weapon"])
    acts.withdraw(keeper, gone, said="plainte de Mme Durand", now=now)
    shown = Client().get("/video/public/").content.decode()
    for said in ("Arrêté n° 1", "Arrêté n° 3", "Le Port", "Départ de feu"):
        assert said in shown, said
    for hidden in ("cam-quai", "Durand", keeper.username, str(keeper), "csv"):
        assert hidden not in shown, hidden
    assert "/video/public/" in Client().get("/sign-in/").content.decode()
    assert Client().post("/video/public/").status_code in {403, 405}
