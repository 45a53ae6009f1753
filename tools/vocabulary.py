"""Makes what is derived from the vocabulary's YAML files: the JSON that loads at once, and the page of docs."""

from __future__ import annotations

from pathlib import Path

from quietude.model.vocabulary import read_vocabulary
from quietude.model.vocabulary.compiled import dump
from quietude.model.vocabulary.page import page
from quietude.model.vocabulary.read import COMPILED, packaged_texts

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write both files."""
    texts = packaged_texts()
    vocabulary = read_vocabulary(texts)
    (ROOT / "src" / "quietude" / "model" / "vocabulary" / COMPILED).write_bytes(dump(vocabulary, texts))
    (ROOT / "docs" / "vocabulary.md").write_text(page(vocabulary), encoding="utf-8")
    print(f"{len(vocabulary.terms)} terms")


if __name__ == "__main__":
    main()
