"""Words are suggested from facts that the reader may read, in columns that they may read, and from nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from tests.model.strategies import fact, table_of, viewers
from tests.search.test_following import one as drawn
from tests.store.conftest import EVERYONE, opened

from quietude.model.event import Sensitivity
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Grant, Viewer
from quietude.search.api import Index, Suggester, Writer, analyser
from quietude.search.query_tree import FIELDS
from quietude.store.api import Store

BARE = {"sensitivity": "internal", "regime": "RGPD", "title": None, "place_label": None, "source_category": None}


def one(number: int, **values: Any) -> dict[str, Any]:
    return drawn(number, **(BARE | values))


def indexed(folder: Path, rows: Sequence[dict[str, Any]]) -> tuple[Store, Writer, Suggester]:
    store = opened(folder / "facts")
    store.upsert(table_of(list({row["uid"]: row for row in rows}.values())))
    writer = Writer(folder / "search", store)
    writer.follow()
    return store, writer, Suggester(Index(folder / "search", store))


STORE, _, DRAWN = indexed(Path(tempfile.mkdtemp(prefix="quietude-words-")), [fact(seed) for seed in range(80)])


def reader(*sources: str, masked: frozenset[str] = frozenset()) -> Viewer:
    rows = Filter(sources=Choice(any_of=sources)) if sources else Filter()
    return Viewer(
        who="test", grants=(Grant(purpose="test", rows=rows, ceiling=Sensitivity.CONFIDENTIAL, masked=masked),)
    )


def begun(suggester: Suggester, who: Viewer, typed: str, limit: int = 9) -> tuple[str, ...]:
    suggester.gather(who)
    found = suggester.begun(who, typed, limit)
    assert found.is_fresh
    return found.words


@settings(max_examples=15, deadline=None)
@given(viewer=viewers())
def test_what_is_suggested_is_what_stands_in_the_texts_that_the_reader_is_shown(viewer: Viewer) -> None:
    rows = STORE.query(viewer, Filter(), columns=("id", *FIELDS)).to_pylist()
    texts = [row[name] for row in rows for name in FIELDS if row[name]]
    stand = {word.rpartition("=")[2] for text in texts for word in analyser().words(text).split()}
    for typed in ("ta", "noc", "re", "ec", "ro"):
        offered = begun(DRAWN, viewer, typed)
        assert set(offered) <= stand
        assert bool(offered) == any(analyser().words(word).startswith(typed) for word in stand)


def test_words_keep_their_accents_and_one_stands_for_all_its_forms(tmp_path: Path) -> None:
    rows = [one(1, text="École, l’école ÉCOLES"), one(2, text="une école"), one(3, text="un écolier 13EC456 eco22")]
    _, _, suggester = indexed(tmp_path, rows)
    assert begun(suggester, EVERYONE, "éco") == begun(suggester, EVERYONE, "ECO") == ("école", "écolier")
    assert begun(suggester, EVERYONE, "e") == ()


def test_two_readers_are_offered_their_own_words_in_the_order_of_their_own_facts(tmp_path: Path) -> None:
    rows = [one(number, source="desk", text="un canari xylocope") for number in range(5)]
    rows += [one(number, source="police", text="un canapé") for number in range(5, 7)]
    rows += [one(7, source="police", title="canal", text="canari")]
    _, _, suggester = indexed(tmp_path, rows)
    assert begun(suggester, reader(), "can") == ("canari", "canapé", "canal")
    assert begun(suggester, reader("police"), "can") == ("canapé", "canal", "canari")
    assert begun(suggester, reader("desk"), "can") == ("canari",)
    assert begun(suggester, reader("police", masked=frozenset({"text"})), "can") == ("canal",)
    assert begun(suggester, reader("police", masked=frozenset(FIELDS)), "can") == ()


def test_what_a_reader_may_not_know_leaves_no_trace_in_what_is_gathered_for_them(tmp_path: Path) -> None:
    """Neither the answer nor the work for it differs: the words that are looked through are the same to the last."""
    seen = [one(number, source="desk", text="canari merle") for number in range(3)]
    hidden = [one(number, source="police", text=f"xylocanari{'abcdef'[number % 6]} canari") for number in range(4, 9)]
    gathered = []
    for name, rows in (("with", [*seen, *hidden]), ("without", seen)):
        _, _, suggester = indexed(tmp_path / name, rows)
        assert begun(suggester, reader("desk"), "xylo") == ()
        [kept] = suggester._kept.values()
        gathered.append((list(kept.all.words), list(kept.all.counts)))
    assert gathered[0] == gathered[1]
    nobody = suggester.begun(Viewer.nobody(), "can", 9)
    assert (nobody.words, nobody.is_fresh) == ((), True)


def test_words_are_offered_once_gathered_and_an_erased_one_not_for_a_moment_longer(tmp_path: Path) -> None:
    store, writer, suggester = indexed(tmp_path, [one(1, text="xylocanari"), one(2, text="xylophone")])
    first = suggester.begun(EVERYONE, "xylo", 9)
    assert (first.words, first.is_fresh) == ((), False)
    assert set(begun(suggester, EVERYONE, "xylo")) == {"xylocanari", "xylophone"}
    store.erase([one(1)["uid"]], reason="test", by="test")
    writer.follow()
    gone = suggester.begun(EVERYONE, "xylo", 9)
    assert (gone.words, gone.is_fresh) == ((), False)
    assert begun(suggester, EVERYONE, "xylo") == ("xylophone",)


def test_new_words_wait_until_they_are_gathered_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, writer, suggester = indexed(tmp_path, [one(1, text="canari")])
    suggester.gather(EVERYONE)
    store.append(table_of([one(2, text="canapé")]))
    writer.follow()
    assert suggester.begun(EVERYONE, "cana", 9) == suggester.begun(EVERYONE, "CANA", 9)
    assert suggester.begun(EVERYONE, "cana", 9).words == ("canari",)
    monkeypatch.setattr("quietude.search.suggestions.FRESH_S", 0.0)
    assert not suggester.begun(EVERYONE, "cana", 9).is_fresh
    assert set(begun(suggester, EVERYONE, "cana")) == {"canari", "canapé"}
