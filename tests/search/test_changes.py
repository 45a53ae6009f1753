"""Files that came in place of others differ by rows: what is in the index after the changes is what the files hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.search import changes as module
from quietude.search.changes import Changes, Prints, chosen

Files = Mapping[str, Mapping[str, str]]
"""Name → uid → text."""


def reading(files: Files, read: list[str] | None = None) -> Prints:
    def batches(name: str) -> Iterator[pa.RecordBatch]:
        if read is not None:
            read.append(name)
        return cut(files[name])

    return Prints(batches)


def cut(facts: Mapping[str, str], rows: int = 2) -> Iterator[pa.RecordBatch]:
    """Yield facts in batches of two rows, so that masks are laid over several."""
    table = pa.table({"uid": list(facts), "text": list(facts.values()), "flags": [["a", "b"] for _ in facts]})
    yield from table.cast(table.schema.set(0, pa.field("uid", pa.string()))).to_batches(max_chunksize=rows)


def taken_in(files: Files, changes: Changes, added: Sequence[str]) -> list[tuple[str, str]]:
    batches = [batch for name in added for batch in chosen(cut(files[name]), changes.fresh.get(name))]
    return [(row["uid"], row["text"]) for batch in batches for row in batch.to_pylist()]


def test_of_a_joined_file_only_what_was_in_none_before_is_taken_in() -> None:
    files = {"m/1": {"a": "x", "b": "y"}, "m/2": {"c": "z"}, "m/3": {"c": "z", "d": "new", "a": "x", "b": "y"}}
    changes = reading(files).changes(["m/1", "m/2"], ["m/3"])
    assert (changes.lost, changes.stale) == ((), ())
    assert taken_in(files, changes, ["m/3"]) == [("d", "new")]


def test_a_corrected_fact_is_taken_out_and_in_and_its_old_file_is_remembered_as_stale() -> None:
    files = {"m/1": {"a": "x", "b": "y"}, "m/2": {"c": "z"}, "m/3": {"a": "x", "b": "corrected", "c": "z"}}
    changes = reading(files).changes(["m/1", "m/2"], ["m/3"])
    assert (changes.lost, changes.stale) == (("b",), ("m/1",))
    assert taken_in(files, changes, ["m/3"]) == [("b", "corrected")]


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["x", "y"])),
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["x", "y"])),
    st.sampled_from(["", "abc", "bdf", "abcdef"]),
    st.sampled_from(["", "ace", "abcdef"]),
)
def test_what_is_left_and_taken_in_is_what_the_new_files_hold(
    before: dict[str, str], after: dict[str, str], first: str, second: str
) -> None:
    def parted(facts: dict[str, str], names: str) -> tuple[dict[str, str], dict[str, str]]:
        one = {uid: text for uid, text in facts.items() if uid in names}
        return one, {uid: text for uid, text in facts.items() if uid not in names}

    (one, two), (three, four) = parted(before, first), parted(after, second)
    files = {"m/1": one, "m/2": two, "m/3": three, "n/4": four}  # a fact's month may be corrected too
    changes = reading(files).changes(["m/1", "m/2"], ["m/3", "n/4"])
    left = [(uid, text) for uid, text in before.items() if uid not in changes.lost]
    assert sorted(left + taken_in(files, changes, ["m/3", "n/4"])) == sorted(after.items())


def test_what_was_read_for_one_join_is_not_read_for_the_next_until_too_much_is_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {"m/1": {"a": "x"}, "m/2": {"a": "x", "b": "y"}, "m/3": {"a": "x", "b": "y", "c": "z"}, "m/4": {"a": "x"}}
    read: list[str] = []
    prints = reading(files, read)
    prints.changes(["m/1"], ["m/2"])
    prints.changes(["m/2"], ["m/3"])
    assert read == ["m/1", "m/2", "m/3"]
    monkeypatch.setattr(module, "REMEMBERED_ROWS", 1)
    prints.changes(["m/1"], ["m/4"])
    prints.changes(["m/3"], ["m/4"])
    assert read == ["m/1", "m/2", "m/3", "m/1", "m/4", "m/3", "m/4"]
