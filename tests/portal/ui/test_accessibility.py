"""What no page may hold, and how every page begins: for whoever reads by ear, by keys or at another size."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.portal.conftest import SignIn

from quietude.portal.accounts.roles import Role
from quietude.store.api import Store

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "src" / "quietude" / "portal").rglob("*.html"))
SCRIPTS = sorted((ROOT / "web" / "src").rglob("*.ts"))
PAGES = ["/", "/explore/", "/sources/", "/rules/", "/rules/R1/", "/rules/print/", "/users/", "/users/new/", "/profile/"]


def found(pattern: str, paths: list[Path]) -> list[str]:
    """Return where a pattern is in files, as name and words."""
    matches = [(path, match) for path in paths for match in re.finditer(pattern, path.read_text(encoding="utf-8"))]
    return [f"{path.relative_to(ROOT)}: {match[0]}" for path, match in matches]


def test_no_page_holds_frames_media_or_puzzles() -> None:
    tags = r"(?i)<(?:iframe|frame|object|embed|applet|video|audio|marquee|blink)\b|captcha"
    made = r"createElement\(\s*[\"'](?:iframe|video|audio|object|embed)[\"']|new Audio\("
    assert found(tags, TEMPLATES) == []
    assert found(made, SCRIPTS) == []


def test_no_page_opens_a_window() -> None:
    room = [path for path in [*TEMPLATES, *SCRIPTS] if "room" in path.parts]
    others = [path for path in [*TEMPLATES, *SCRIPTS] if path not in room]
    assert found(r"target=[\"']_blank|window\.open\(", others) == []
    links = [link for path in room for link in re.findall(r"<a\b[^>]*_blank.*?</a>", path.read_text(encoding="utf-8"))]
    assert links, "a room has several screens"
    assert [link for link in links if "(new window)" not in link] == []
    keys = [line for path in room for line in path.read_text(encoding="utf-8").splitlines() if "window.open(" in line]
    assert [line for line in keys if "new window" not in line] == []


def test_no_page_listens_to_motion() -> None:
    assert found(r"(?i)devicemotion|deviceorientation|Accelerometer|Gyroscope", SCRIPTS) == []


def test_every_table_has_heads_with_a_scope() -> None:
    for path in TEMPLATES:
        for table in re.findall(r"<table\b.*?</table>", path.read_text(encoding="utf-8"), flags=re.DOTALL):
            heads = re.findall(r"<th\b[^>]*>", table)
            assert heads, f"{path.name}: a table without heads"
            assert [head for head in heads if "scope=" not in head] == [], path.name


def test_icons_are_hidden_from_screen_readers(sign_in: SignIn, store: Store) -> None:
    page = sign_in().get("/rules/").content.decode()
    icons = re.findall(r"<svg class=\"icon[^>]*>", page)
    assert len(icons) > 10
    assert [icon for icon in icons if 'aria-hidden="true"' not in icon] == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_begin_as_pages_must(sign_in: SignIn, store: Store, path: str, language: str) -> None:
    page = sign_in(Role.ADMINISTRATOR, language=language).get(path).content.decode()
    assert re.match(rf"\s*<!doctype html>\s*<html lang=\"{language}\"", page)
    titles = re.findall(r"<title>(.*?)</title>", page, flags=re.DOTALL)
    assert len(titles) == 1
    assert len(titles[0].split(" · ")) > 2, "the page's own name, the town's and the software's"


def test_no_two_pages_have_one_title(sign_in: SignIn, store: Store) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    titles = [re.findall(r"<title>(.*?)</title>", client.get(path).content.decode(), re.DOTALL)[0] for path in PAGES]
    assert len(set(titles)) == len(PAGES)
