from pathlib import Path

from quietude.model.vocabulary import load_vocabulary
from quietude.model.vocabulary.compiled import dump, load
from quietude.model.vocabulary.page import page
from quietude.model.vocabulary.read import COMPILED, packaged_texts

REMEDY = "run: python tools/vocabulary.py"


def test_dumping_and_loading_give_the_same_vocabulary() -> None:
    texts = {"a.yml": "code: a"}
    assert load(dump(load_vocabulary(), texts), texts) == load_vocabulary()


def test_it_is_not_used_once_the_files_were_edited() -> None:
    texts = {"a.yml": "code: a"}
    assert load(dump(load_vocabulary(), texts), {"a.yml": "code: b"}) is None


def test_the_packaged_one_is_current(repository: Path) -> None:
    packaged = repository / "src" / "quietude" / "model" / "vocabulary" / COMPILED
    assert load(packaged.read_bytes(), packaged_texts()) is not None, REMEDY


def test_the_page_is_current_and_has_every_term(repository: Path) -> None:
    text = (repository / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    assert all(f"`{term.code}`" in text for term in load_vocabulary().terms)
    assert text == page(load_vocabulary()), REMEDY
