from __future__ import annotations

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from quietude.backup.manifest import FileEntry, Index, Manifest, StoredObject

moments = st.datetimes(timezones=st.just(UTC))
names = st.text(alphabet="0123456789abcdef", min_size=40, max_size=40)
sizes = st.integers(min_value=0, max_value=2**50)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
entries = st.builds(
    FileEntry, path=words, size_bytes=sizes, sha256=names, mode=st.integers(0, 0o777), pieces=st.tuples(names, names)
)


@given(st.builds(
    Manifest, town=words, taken_at=moments, software=words, files=st.lists(entries, max_size=5).map(tuple),
    tables=st.dictionaries(words, sizes, max_size=5),
))  # fmt: skip
def test_a_manifest_reads_back_as_it_was(manifest: Manifest) -> None:
    assert Manifest.of(manifest.sealed_form()) == manifest


stored = st.builds(StoredObject, size_bytes=sizes, sha256=names)


@given(st.builds(
    Index, name=names, town=words, taken_at=moments, recipients=st.lists(words).map(tuple), files=sizes,
    size_bytes=sizes, added_bytes=sizes, manifest=names, objects=st.dictionaries(names, stored, max_size=5),
))  # fmt: skip
def test_an_index_reads_back_as_it_was(index: Index) -> None:
    assert Index.of(index.clear_form()) == index
