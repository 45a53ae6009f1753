from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from quietude.portal.static_files import StaticFiles


@pytest.fixture
def files(tmp_path: Path) -> StaticFiles:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "main-ABC.css").write_text("body{}", encoding="utf-8")
    (tmp_path.parent / "secret.txt").write_text("secret", encoding="utf-8")

    async def otherwise(scope: dict[str, Any], receive: object, send: Any) -> None:
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": b"django"})

    return StaticFiles(otherwise, tmp_path)


def get(
    files: StaticFiles, path: str, headers: tuple[tuple[bytes, bytes], ...] = (), method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    sent: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request"}

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(files({"type": "http", "path": path, "method": method, "headers": headers}, receive, send))
    start, body = sent
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, body["body"]


def test_a_built_file_is_kept_for_good(files: StaticFiles) -> None:
    status, headers, body = get(files, "/static/dist/main-ABC.css")
    assert (status, body) == (200, b"body{}")
    assert "immutable" in headers["cache-control"]
    assert headers["content-type"].startswith("text/css")
    assert headers["x-content-type-options"] == "nosniff"


def test_a_browser_that_has_the_file_gets_none(files: StaticFiles) -> None:
    etag = get(files, "/static/dist/main-ABC.css")[1]["etag"]
    status, _headers, body = get(files, "/static/dist/main-ABC.css", ((b"if-none-match", etag.encode()),))
    assert (status, body) == (304, b"")


def test_head_answers_without_a_body(files: StaticFiles) -> None:
    assert get(files, "/static/dist/main-ABC.css", method="HEAD")[2] == b""


@pytest.mark.parametrize(
    "path", ["/static/dist/none.css", "/static/", "/static/../../secret.txt", "/static/dist/../../secret.txt"]
)
def test_nothing_else_is_served(files: StaticFiles, path: str) -> None:
    assert get(files, path)[0] == 404


def test_all_else_is_djangos(files: StaticFiles) -> None:
    assert get(files, "/explore/")[0] == 299


def test_a_new_build_is_served_without_a_restart(files: StaticFiles, tmp_path: Path) -> None:
    assert get(files, "/static/dist/main-DEF.css")[0] == 404
    (tmp_path / "dist" / "main-DEF.css").write_text("p{}", encoding="utf-8")
    (tmp_path / "dist" / "manifest.json").write_text("{}", encoding="utf-8")
    assert get(files, "/static/dist/main-DEF.css")[2] == b"p{}"


def test_browsers_that_can_get_the_compressed_file(files: StaticFiles, tmp_path: Path) -> None:
    (tmp_path / "dist" / "big-1.js").write_bytes(b"1" * 5000)
    (tmp_path / "dist" / "big-1.js.br").write_bytes(b"small")
    (tmp_path / "dist" / "manifest.json").write_text("{}", encoding="utf-8")
    status, headers, body = get(files, "/static/dist/big-1.js", ((b"accept-encoding", b"gzip, br"),))
    assert (status, headers["content-encoding"], body) == (200, "br", b"small")
    assert get(files, "/static/dist/big-1.js")[2] == b"1" * 5000


def test_every_file_carries_the_headers_it_was_given_and_so_does_a_miss(files: StaticFiles, tmp_path: Path) -> None:
    guarded = StaticFiles(files, tmp_path, {"Cross-Origin-Resource-Policy": "same-origin"})
    for path in ("/static/dist/main-ABC.css", "/static/none.css"):
        assert get(guarded, path)[1]["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/static/", "/static/dist/", "/static/dist", "/static/../static_files.py"])
def test_a_folder_is_not_listed(files: StaticFiles, path: str) -> None:
    assert get(files, path)[0] == 404
