"""What a reader finds: what the store would list to them, no fact more, none less, and words only where they read."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from tests.model.strategies import fact, questions, table_of, viewers
from tests.store.conftest import opened

from quietude.model.event import Sensitivity
from quietude.model.filter.question import Choice, Filter
from quietude.model.viewer import Grant, Viewer
from quietude.search.api import Asked, Index, Writer, read_search
from quietude.store.api import Store

NOW = datetime(2021, 6, 1, tzinfo=UTC)
FACTS = [fact(seed) for seed in range(80)]
FACETS = ("source", "category", "zone_quartier", "year")


def built() -> tuple[Store, Index]:
    folder = Path(tempfile.mkdtemp(prefix="quietude-search-"))
    store = opened(folder / "facts")
    store.upsert(table_of(list({row["uid"]: row for row in FACTS}.values())))
    Writer(folder / "search", store).follow()
    return store, Index(folder / "search", store)


STORE, INDEX = built()


@settings(max_examples=12, deadline=None)
@given(viewer=viewers(), question=questions())
def test_search_and_store_give_the_same_facts_and_counts(viewer: Viewer, question: Filter) -> None:
    asked = Asked(conditions=question, words=None, facets=FACETS, limit=200, now=NOW)
    found = INDEX.find(viewer, asked)
    listed = STORE.query(viewer, question, columns=("id",))["id"].to_pylist()
    assert sorted(hit.id for hit in found.hits) == sorted(listed)
    assert found.count == len(listed)
    for facet in FACETS:
        told = STORE.count(viewer, question, by=(facet,)).to_pylist()
        expected = {str(row[facet]) if row[facet] is not None else "none": row["count"] for row in told}
        assert found.facets[facet] == expected, facet


def viewer(*grants: Grant) -> Viewer:
    return Viewer(who="test", grants=grants)


def count(reader: Viewer, text: str) -> int:
    search = read_search(text, lambda _: Filter())
    return INDEX.find(reader, Asked(conditions=search.conditions, words=search.words, limit=200, now=NOW)).count


EVERYTHING = Grant(purpose="test", rows=Filter(), ceiling=Sensitivity.CONFIDENTIAL)


def test_a_reader_without_the_texts_finds_nothing_by_a_word_of_them() -> None:
    masks = Grant(
        purpose="test",
        rows=Filter(),
        ceiling=Sensitivity.CONFIDENTIAL,
        masked=frozenset({"title", "text", "place_label", "source_category"}),
    )
    assert count(viewer(EVERYTHING), "tapage") > 0
    assert (count(viewer(masks), "tapage"), count(viewer(masks), "tapa*"), count(viewer(masks), "tapge~1")) == (0, 0, 0)
    assert count(viewer(masks), "-tapage") == STORE.count(viewer(masks), Filter())["count"].to_pylist()[0]


def test_the_dictionary_would_tell_what_a_reader_may_not_read_but_no_answer_of_ours_does() -> None:
    desk = viewer(Grant(purpose="test", rows=Filter(sources=Choice(any_of=("desk",))), ceiling=Sensitivity.INTERNAL))
    every = {row["id"] for row in FACTS}
    search = read_search("tapage OU échec", lambda _: Filter())
    asked = Asked(conditions=Filter(), words=search.words, facets=("source",), limit=200, now=NOW)
    found = INDEX.find(desk, asked)
    assert set(found.facets["source"]) <= {"desk"}
    assert {hit.row["source"] for hit in found.hits} <= {"desk"}
    assert {hit.id for hit in found.hits} < every


def test_elisions_stars_slips_and_decomposed_letters_find_what_the_built_in_parser_does_not() -> None:
    reader = viewer(EVERYTHING)
    assert count(reader, "l'estaque") > 0
    assert count(reader, "l\N{RIGHT SINGLE QUOTATION MARK}Estaque") == count(reader, "estaque")
    assert count(reader, "noct*") == count(reader, "nocturne") > 0
    assert count(reader, "tapge~1") == count(reader, "tapage") > 0
    assert count(reader, "e\N{COMBINING ACUTE ACCENT}chec") == count(reader, "échec") > 0
    assert count(reader, '"tapage nocturne"') > 0 == count(reader, '"nocturne tapage"')
