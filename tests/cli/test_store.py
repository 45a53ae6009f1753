"""The commands of the store do what they say and name what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import tantivy
from click.testing import CliRunner, Result
from tests.model.strategies import fact, table_of

from quietude.cli import forgetting
from quietude.cli.main import main
from quietude.cli.store import _store
from quietude.config import Settings, read_settings
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.search.api import Writer
from quietude.store.api import Store

EVERYONE = Viewer.system("test")


@pytest.fixture
def environ(tmp_path: Path, repository: Path) -> dict[str, str]:
    return {
        "QUIETUDE_TOWN": "bench",
        "QUIETUDE_TOWNS_DIR": str(repository / "towns"),
        "QUIETUDE_VAR_DIR": str(tmp_path / "var"),
    }


@pytest.fixture
def store(environ: dict[str, str], tmp_path: Path) -> Store:
    settings: Settings = read_settings(environ, working_dir=tmp_path)
    opened = _store(settings)
    opened.upsert(table_of([fact(seed, opened.levels) for seed in range(20)], opened.levels))
    return opened


def run(environ: dict[str, str], *arguments: str) -> Result:
    return CliRunner().invoke(main, ["store", *arguments], env=environ)


def test_info_shows_every_table(store: Store, environ: dict[str, str]) -> None:
    shown = run(environ, "info")
    assert shown.exit_code == 0, shown.output
    assert [table.name for table in store.info() if table.name not in shown.output] == []


def test_maintain_says_what_it_did(store: Store, environ: dict[str, str]) -> None:
    done = run(environ, "maintain")
    assert done.exit_code == 0, done.output
    months = len(store.count(EVERYONE, Filter(), ("month",)))
    assert f"cubes of {months} months renewed" in done.output


def test_erase_takes_names_and_leaves_the_others(store: Store, environ: dict[str, str]) -> None:
    ids = store.query(EVERYONE, Filter(), columns=("id",))["id"].to_pylist()
    done = run(environ, "erase", ids[0], ids[1][7:], "--reason", "request", "--by", "dpo", "--yes")
    assert done.exit_code == 0, done.output
    assert "2 of 2 facts were there and are gone" in done.output
    assert sorted(store.query(EVERYONE, Filter(), columns=("id",))["id"].to_pylist()) == sorted(ids[2:])


def test_erase_asks_first(store: Store, environ: dict[str, str]) -> None:
    name = store.query(EVERYONE, Filter(), columns=("id",), limit=1)["id"][0].as_py()
    asked = CliRunner().invoke(
        main, ["store", "erase", name, "--reason", "request", "--by", "dpo"], env=environ, input="n\n"
    )
    assert asked.exit_code == 1
    assert store.event(EVERYONE, name)


@pytest.mark.parametrize(
    "names", [(), ("nonsense",), ("201901-" + "z" * 32,)], ids=["none", "nonsense", "not-hexadecimal"]
)
def test_erase_names_what_is_no_fact(store: Store, environ: dict[str, str], names: tuple[str, ...]) -> None:
    refused = run(environ, "erase", *names, "--reason", "r", "--by", "b", "--yes")
    assert refused.exit_code == 1
    assert "fact" in refused.output
    assert store.count(EVERYONE, Filter())["count"][0].as_py() == len(store.query(EVERYONE, Filter()))


def test_what_is_erased_leaves_the_dictionary_of_the_index_though_no_portal_runs(
    store: Store, environ: dict[str, str], tmp_path: Path
) -> None:
    folder = read_settings(environ, working_dir=tmp_path).search_dir
    canary = fact(99, store.levels) | {"uid": f"{0xCA4A21:032x}", "source": "canarisource", "text": "xylocanari"}
    store.upsert(table_of([canary], store.levels))
    Writer(folder, store).follow()
    before = _files(folder)
    assert any(b"canarisource" in path.read_bytes() for path in before)
    done = run(environ, "erase", canary["uid"], "--reason", "request", "--by", "officer", "--yes")
    assert "the index of texts forgot them: 1 of its years built anew" in done.output, done.output
    after = _files(folder)
    held = b"".join(path.read_bytes() for path in after)
    assert (b"canarisource" in held, canary["uid"].encode() in held) == (False, False)
    parts = [tantivy.Index.open(str(path.parent)) for path in after if path.name == "meta.json"]
    fields = ("text", "word_text")
    told = [term for part in parts for name in fields for term, _ in part.searcher().terms_with_prefix(name, "")]
    assert "xylocanari" not in told
    assert told


def test_an_erasure_leaves_the_index_to_the_process_that_writes_it(
    store: Store, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "WAIT_S", 0.01)
    folder = read_settings(environ, working_dir=tmp_path).search_dir
    writer = Writer(folder, store)
    writer.follow()
    before = _files(folder)
    uid = store.query(EVERYONE, Filter(), columns=("uid",))["uid"][0].as_py()
    with writer._held(-1):
        done = run(environ, "erase", uid, "--reason", "request", "--by", "officer", "--yes")
    assert "another process writes the index" in done.output, done.output
    assert before == _files(folder)
    followed = writer.follow()
    assert followed is not None
    assert followed.rebuilt == 1


def test_without_an_index_an_erasure_makes_none(store: Store, environ: dict[str, str], tmp_path: Path) -> None:
    uid = store.query(EVERYONE, Filter(), columns=("uid",))["uid"][0].as_py()
    done = run(environ, "erase", uid, "--reason", "request", "--by", "officer", "--yes")
    assert done.exit_code == 0, done.output
    assert not read_settings(environ, working_dir=tmp_path).search_dir.exists()


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}
