"""The town a process serves, with the sources that were declared in the portal meanwhile."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.onboarding.test_declaration import DECLARED

from quietude.ingest.api import crosswalk_text, manifest_text
from quietude.portal import town
from quietude.store.api import Store


def declare(name: str, title: str) -> Path:
    folder = town.installation().made_here_dir
    for part in ("sources", "crosswalks"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    about = {**DECLARED.about, "title": {"fr": title, "en": title}}
    (folder / "crosswalks" / f"{name}.csv").write_text(crosswalk_text(DECLARED), encoding="utf-8")
    path = folder / "sources" / f"{name}.yml"
    path.write_text(manifest_text(DECLARED.model_copy(update={"about": about}), name), encoding="utf-8")
    return path


def test_a_source_declared_meanwhile_is_there_and_leaves_with_its_file(empty_store: Store) -> None:
    before = set(town.current_town().sources)
    path = declare("ancienne", "Ancienne")
    assert set(town.current_town().sources) == before | {"ancienne"}
    path.unlink()
    (town.installation().made_here_dir / "crosswalks" / "ancienne.csv").unlink()
    assert set(town.current_town().sources) == before


def test_the_towns_own_source_counts_where_both_have_one(empty_store: Store) -> None:
    own = town.current_town().sources["logbook"]
    declare("logbook", "Faite ici")
    assert town.current_town().sources["logbook"].path == own.path
