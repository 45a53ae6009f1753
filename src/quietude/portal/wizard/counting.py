"""The source's own words, counted over the whole file once and kept beside it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from quietude.ingest.api import Declaration, Role, suggested, values_of, word_guess
from quietude.model.crosswalk import Crosswalk
from quietude.portal.town import current_town, current_vocabulary
from quietude.portal.wizard import folders
from quietude.portal.wizard.models import Draft
from quietude.sources.api import CrosswalkError, ReadSpec, read_crosswalk

WORDS = {"severity": Role.SEVERITY, "status": Role.STATUS}
WORDS_MAX = 60  # words of a status or a severity that are asked about; a column with more is neither


def counted(draft: Draft) -> dict[str, Any]:
    """Return "categories" (value, rows, suggestions, is_sure) and, by kind, the words with their rows and a guess."""
    declared = draft.declared
    columns = {"categories": declared.of(Role.CATEGORY), **{kind: declared.of(role) for kind, role in WORDS.items()}}
    asked = {"columns": columns, "read": declared.read, "file": [draft.file_name, draft.file_bytes]}
    path = draft.folder / "values.json"
    if path.is_file():
        held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if held["asked"] == asked:
            return held
    made = {"asked": asked, **_count(draft, declared, columns)}
    folders.write_json(path, made)
    return made


def _count(draft: Draft, declared: Declaration, columns: dict[str, list[str]]) -> dict[str, Any]:
    path = folders.upload_of(draft)
    if path is None:
        return {kind: [] for kind in columns}
    read = ReadSpec.model_validate({"path": path.name, **declared.read})
    categories: list[dict[str, Any]] = []
    if columns["categories"] and not declared.fixed.get("category"):
        found = suggested(values_of(path, read, columns["categories"]), current_vocabulary(), _crosswalks())
        categories = [asdict(value) for value in found]
    words = {
        kind: [
            {"word": word, "rows": rows, "guess": word_guess(kind, word)}
            for word, rows in values_of(path, read, columns[kind])[:WORDS_MAX]
        ]
        for kind in WORDS
        if columns[kind]
    }
    return {"categories": categories, **words}


def _crosswalks() -> list[Crosswalk]:
    """Return the crosswalks of the town's other sources: what people decided there is learnt from."""
    found = []
    for manifest in current_town().sources.values():
        path = manifest.crosswalk_path()
        if path is not None:
            try:
                found.append(read_crosswalk(path, current_vocabulary()))
            except CrosswalkError:
                continue  # its own source says so; here it only teaches less
    return found
