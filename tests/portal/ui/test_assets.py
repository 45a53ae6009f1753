from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from django.template import Context, Template

from quietude.portal.town import current_vocabulary
from quietude.portal.ui.assets import AssetError, assets

PORTAL = Path(__file__).parents[3] / "src" / "quietude" / "portal"


def made(folder: Path, file: str) -> None:
    (folder / "manifest.json").write_text(
        json.dumps({"files": {"main.css": file}, "chunks": {}, "icons": []}), encoding="utf-8"
    )


def test_a_built_file_has_its_hashed_address(tmp_path: Path) -> None:
    made(tmp_path, "main-1.css")
    assert assets(tmp_path).address("main.css") == "/static/dist/main-1.css"


def test_a_new_build_is_seen_without_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, "main-1.css")
    assets(tmp_path)
    made(tmp_path, "main-22.css")
    later = time.monotonic() + 0.5
    monkeypatch.setattr("quietude.portal.ui.assets.time.monotonic", lambda: later)
    assert assets(tmp_path).address("main.css") == "/static/dist/main-22.css"


def test_nothing_built_says_which_command_builds(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=re.escape("python tools/build_web.py")):
        assets(tmp_path)


@pytest.mark.parametrize("tag", ['{% asset "none.css" %}', '{% icon "none" %}', '{% asset_preloads "none" %}'])
def test_a_name_that_was_not_built_fails_at_once(tag: str) -> None:
    with pytest.raises(AssetError, match="none"):
        Template(tag).render(Context())


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    named = {
        name
        for path in PORTAL.rglob("*.html")
        for name in re.findall(r"""{%\s*(?:icon|empty)\s+["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    assert named <= assets().icons


def test_every_familys_icon_is_in_the_sprite() -> None:
    assert {family.icon for family in current_vocabulary().families} <= assets().icons


def test_the_icons_preloads_and_files_of_a_page_exist() -> None:
    folder = PORTAL / "static" / "dist"
    built = assets()
    addresses = [*built.files.values(), *(chunk for chunks in built.chunks.values() for chunk in chunks)]
    assert [address for address in addresses if not (folder / address.rpartition("/")[2]).is_file()] == []
