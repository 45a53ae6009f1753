"""The index follows the store: every file once, erased texts gone from the raw bytes, killed writers repaired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import tantivy
from tests.model.strategies import LEVELS, fact, table_of
from tests.store.conftest import EVERYONE, opened

from quietude.model.filter.question import Filter
from quietude.search.api import Asked, Followed, Index, Writer, read_search
from quietude.search.folder import NOTE, read_note, write_note
from quietude.store.api import Store
from quietude.store.layout import SMALL_FILES

NOW = datetime(2021, 6, 1, tzinfo=UTC)


def one(number: int, **values: Any) -> dict[str, Any]:
    day = date(2019, 5, 1 + number % 28)
    return fact(number) | {
        "uid": f"{number:032x}",
        "day": day,
        "occurred_from": datetime(2019, 5, day.day, 12, tzinfo=UTC),
        **values,
    }


@pytest.fixture
def followed(tmp_path: Path) -> tuple[Store, Writer, Index]:
    store = opened(tmp_path / "facts")
    return store, Writer(tmp_path / "search", store), Index(tmp_path / "search", store)


def found(index: Index, text: str) -> int:
    search = read_search(text, lambda _: Filter())
    return index.find(EVERYONE, Asked(conditions=search.conditions, words=search.words, now=NOW)).count


def test_a_fact_filed_and_corrected_is_found_by_its_newest_text_only(
    followed: tuple[Store, Writer, Index],
) -> None:
    store, writer, index = followed
    store.append(table_of([one(1, text="un canari chante"), one(2, text="rien")]))
    writer.follow()
    assert (found(index, "canaris"), index.size()) == (1, 2)
    store.upsert(table_of([one(1, text="un merle chante")]))
    writer.follow()
    assert (found(index, "canari"), found(index, "merle"), index.size()) == (0, 1, 2)
    assert writer.follow() == Followed()


def test_erasure_leaves_no_byte_of_a_fact_in_any_file(followed: tuple[Store, Writer, Index], tmp_path: Path) -> None:
    """The dictionary is packed, its words can't be read in its bytes: it is asked, and none of its files may stay."""
    store, writer, index = followed
    store.append(table_of([one(0xCA4A21, source="canarisource", text="xylocanari zanzibar"), one(2, text="un tapage")]))
    writer.follow()
    folder, uid = tmp_path / "search", one(0xCA4A21)["uid"]
    before = {path for path in folder.rglob("*") if path.is_file() and path.parent != folder}
    assert any(b"canarisource" in path.read_bytes() for path in before)
    assert words_of(folder, "xylo")
    store.erase([uid], reason="test", by="test")
    writer.follow()
    after = {path for path in folder.rglob("*") if path.is_file()}
    assert not before & after
    assert not any(b"canarisource" in path.read_bytes() or uid.encode() in path.read_bytes() for path in after)
    assert (words_of(folder, "xylo"), found(index, "tapage"), index.size()) == ([], 1, 1)


def words_of(root: Path, start: str) -> list[str]:
    """Return the terms of the dictionaries, deleted ones too, that begin so."""
    state = read_note(root, LEVELS)
    assert state is not None
    opened_ = [tantivy.Index.open(str(root / part.folder)) for part in state.parts.values()]
    return [term for index in opened_ for term, _ in index.searcher().terms_with_prefix("text", start)]


def test_tantivy_deletes_nothing_by_a_number_and_does_not_say_so(tmp_path: Path) -> None:
    made = tantivy.SchemaBuilder()
    made.add_unsigned_field("number", indexed=True)
    made.add_text_field("file", tokenizer_name="raw", index_option="basic")
    index = tantivy.Index(made.build(), path=str(tmp_path))
    writer = index.writer(15_000_000, 1)
    document = tantivy.Document(file="a")
    document.add_unsigned("number", 1)
    writer.add_document(document)
    writer.commit()
    left = []
    for name, value in (("number", 1), ("file", "a")):
        writer.delete_documents_by_term(name, value)
        writer.commit()
        index.reload()
        left.append(index.searcher().num_docs)
    assert left == [1, 0]


def test_a_writer_killed_before_its_note_indexes_nothing_twice(
    followed: tuple[Store, Writer, Index], tmp_path: Path
) -> None:
    store, writer, index = followed
    store.append(table_of([one(1, text="canari")]))
    writer.follow()
    note = read_note(tmp_path / "search", LEVELS)
    assert note is not None
    store.append(table_of([one(2, text="canari")]))
    writer.follow()
    write_note(tmp_path / "search", LEVELS, note)  # as if the process had ended between the commit and the note
    assert writer.follow() == Followed(added=2, rebuilt=1)
    assert (found(index, "canari"), index.size()) == (2, 2)


def test_where_the_store_joins_files_only_what_is_new_or_corrected_is_taken_in(
    followed: tuple[Store, Writer, Index], tmp_path: Path
) -> None:
    store, writer, index = followed
    for number in range(SMALL_FILES - 1):
        store.append(table_of([one(number, text="canari")]))
    writer.follow()
    before = store.parts()["2019"]
    store.append(table_of([one(SMALL_FILES, text="canari")]))
    assert not set(before) & set(store.parts()["2019"])  # they were joined with the new one
    assert writer.follow() == Followed(added=1)
    store.upsert(table_of([one(0, text="merle")]))
    assert writer.follow() == Followed(added=1)
    assert (found(index, "canari"), found(index, "merle"), index.size()) == (SMALL_FILES - 1, 1, SMALL_FILES)
    note = read_note(tmp_path / "search", LEVELS)
    assert note is not None
    assert len(note.parts["2019"].ghosts) == 1  # of the joined file alone, which holds the text that was corrected


@pytest.mark.parametrize("harm", ["note", "edition", "part"])
def test_a_damaged_or_older_index_is_built_again_by_itself(
    harm: str, followed: tuple[Store, Writer, Index], tmp_path: Path
) -> None:
    store, writer, index = followed
    store.append(table_of([one(1, text="canari")]))
    writer.follow()
    root = tmp_path / "search"
    state = read_note(root, LEVELS)
    assert state is not None
    harms: dict[str, Callable[[], object]] = {
        "note": lambda: (root / NOTE).write_bytes(b"{"),
        "edition": lambda: write_note(root, ("other",), state),
        "part": lambda: (root / state.parts["2019"].folder / "meta.json").write_bytes(b"?"),
    }
    harms[harm]()
    fresh = Index(root, store)
    assert found(fresh, "canari") == 0
    writer.follow()
    assert (found(fresh, "canari"), found(index, "canari")) == (1, 1)


def test_a_second_writer_waits_its_turn(followed: tuple[Store, Writer, Index], tmp_path: Path) -> None:
    store, writer, _ = followed
    other = Writer(tmp_path / "search", store)
    with writer._held(-1):
        assert other.follow(wait_s=0.01) is None
    assert other.follow(wait_s=5) is not None


def test_facets_and_state_survive_a_rebuild(followed: tuple[Store, Writer, Index]) -> None:
    store, writer, index = followed
    store.append(table_of([one(number, text="canari", source="desk") for number in range(5)]))
    writer.follow()
    asked = Asked(conditions=Filter(), words=None, facets=("source", "year"), now=NOW)
    before = index.find(EVERYONE, asked)
    assert (before.facets, before.is_whole) == ({"source": {"desk": 5}, "year": {"2019": 5}}, True)
    writer.rebuild()
    after = index.find(EVERYONE, replace(asked, limit=3))
    assert (after.facets, after.count, len(after.hits)) == (before.facets, 5, 3)
