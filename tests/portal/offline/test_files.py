"""What a browser installs: the worker at the root, the manifest of the town, icons that fit."""

from __future__ import annotations

import struct

import pytest
from django.test import Client

from quietude.portal.static_files import FOLDER

pytestmark = pytest.mark.django_db


def test_the_worker_lies_at_the_root_and_is_asked_for_anew_at_each_visit() -> None:
    answer = Client().get("/worker.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "no-cache" in answer["Cache-Control"]
    assert "connect-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert b"/static/dist/main-" in answer.content


def test_the_worker_keeps_files_that_are_there() -> None:
    script = Client().get("/worker.js").content.decode()
    kept = [
        word
        for word in script.replace("`", '"').split('"')
        if word.startswith("/static/dist/") and word.endswith((".js", ".css", ".svg", ".woff2"))
    ]
    assert len(kept) > 20
    assert [name for name in kept if not (FOLDER / name.removeprefix("/static/")).is_file()] == []
    assert not [name for name in kept if "maplibre" in name or "echarts" in name]


@pytest.mark.parametrize(
    ("language", "shortcuts"), [("fr", ["Nouvelle écriture", "Ma vacation"]), ("en", ["New entry", "My shift"])]
)
def test_the_manifest_speaks_the_reader_s_language_and_names_the_town(language: str, shortcuts: list[str]) -> None:
    said = Client().get("/manifest.webmanifest", headers={"Accept-Language": language}).json()
    assert said["name"].startswith("Quiétude · ")
    assert [each["name"] for each in said["shortcuts"]] == shortcuts
    assert said["start_url"] == said["scope"] == said["id"] == "/"
    assert said["display"] == "standalone"
    assert [icon["purpose"] for icon in said["icons"]] == ["any", "any", "maskable"]


def test_icons_have_the_size_that_the_manifest_says() -> None:
    for icon in Client().get("/manifest.webmanifest").json()["icons"]:
        drawn = (FOLDER / icon["src"].removeprefix("/static/")).read_bytes()
        assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
        assert "{}x{}".format(*struct.unpack(">II", drawn[16:24])) == icon["sizes"]


def test_every_page_leads_to_the_manifest() -> None:
    assert 'rel="manifest" href="/manifest.webmanifest"' in Client().get("/sign-in/").content.decode()
