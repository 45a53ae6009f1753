from __future__ import annotations

import json
from pathlib import Path

import pytest
from tools import build_web


def test_the_lock_file_names_no_server() -> None:
    lock = json.loads((build_web.WEB / "package-lock.json").read_text(encoding="utf-8"))
    packages = lock["packages"]
    assert len(packages) > 20
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [
        name for name, package in packages.items() if name and "optional" not in package and "integrity" not in package
    ] == []


def test_only_what_changed_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    build_web.build()

    def never(*_arguments: object) -> None:
        pytest.fail("nothing changed, yet Node was run")

    monkeypatch.setattr(build_web, "run", never)
    assert build_web.build() is False


def test_the_digest_sees_a_new_name_and_a_new_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_web, "ROOT", tmp_path)
    one, other = tmp_path / "one.ts", tmp_path / "other.ts"
    one.write_text("1", encoding="utf-8")
    first = build_web.digest([one])
    one.write_text("2", encoding="utf-8")
    second = build_web.digest([one])
    other.write_text("2", encoding="utf-8")
    assert len({first, second, build_web.digest([other]), build_web.digest([one, other])}) == 4


def test_a_step_that_fails_says_which_what_it_said_and_the_remedy() -> None:
    with pytest.raises(build_web.BuildError, match=r"(?s)a test failed.*SyntaxError.*look here"):
        build_web.run("a test", "look here", "--eval", "this is no script")


def test_no_script_of_ours_loads_anything_from_another_server() -> None:
    built = [path for path in build_web.DIST.iterdir() if path.suffix in {".css", ".html"}]
    assert built
    assert [path.name for path in built if "url(http" in path.read_text(encoding="utf-8")] == []
