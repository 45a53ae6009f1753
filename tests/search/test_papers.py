"""The index of documents: found within rights and nowhere else, followed change by change, erased from every byte."""

from __future__ import annotations

import random
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import tantivy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.search.papers_made import Kept, paper

from quietude.model.filter.question import Choice, Filter
from quietude.search import paper_writing
from quietude.search.api import AskedPapers, FoundPapers, Of, Paper, PaperIndex, PaperWriter, Way, read_search

TODAY = date(2026, 6, 1)
ALL = frozenset({"public", "internal", "restricted", "confidential"})
BOTH = frozenset({"RGPD", "TITRE_III"})
EVERYTHING = (Way(sensitivities=ALL, regimes=BOTH),)
FACETS = ("kind", "service", "year", "month", "tag", "source", "sensitivity")


def words(text: str) -> Any:
    return read_search(text, lambda _: Filter()).words


def find(index: PaperIndex, text: str, ways: tuple[Way, ...] = EVERYTHING, **said: Any) -> FoundPapers:
    usual: dict[str, Any] = {"conditions": Filter(), "facets": FACETS, "limit": 100, "today": TODAY} | said
    return index.find(ways, AskedPapers(words=words(text), **usual))


def built(folder: Path, kept: Kept) -> PaperIndex:
    PaperWriter(folder, kept).follow()
    return PaperIndex(folder, kept.changed)


def test_words_conditions_facets_and_the_best_page(tmp_path: Path) -> None:
    kept = Kept(
        paper(1, "Le stationnement est interdit\frue de la Paix, stationnement et circulation", tags=("voirie",)),
        paper(2, "Rapport de nuit", title="Stationnement", kind="report", day=date(2025, 3, 2)),
        paper(3, "Rien", notes="voir le stationnement", order_number="2024-T-12", kind_title="Arrêté Order"),
    )
    index = built(tmp_path, kept)
    assert find(index, "stationnements").keys == (2, 3, 1)  # the title first; then the newest key of the same day
    assert find(index, "stationnement circulation").keys == (1,)
    assert find(index, "annotation:stationnement").keys == (3,)
    assert find(index, "classe:arrêté").keys == find(index, 'numéro:"2024-T-12"').keys == (3,)
    assert find(index, "étiquette:voirie").keys == find(index, "", of=Of(tag="voirie")).keys == (1,)
    assert find(index, "", conditions=Filter(until=date(2025, 12, 31))).keys == (2,)
    assert find(index, "", conditions=Filter(categories=Choice(any_of=("noise",)))).count == 0
    assert find(index, "").facets["kind"] == {"letter": 2, "report": 1}
    best = index.best_pages(EVERYTHING, words("stationnement circulation"), [1, 2, 3])
    assert {key: page.number for key, page in best.items()} == {1: 2}


def test_a_query_on_a_field_of_documents_finds_no_document_without_it(tmp_path: Path) -> None:
    index = built(tmp_path, Kept(paper(1, "rien")))
    assert [find(index, text).count for text in ("libellé:rien", "texte:rien", "-texte:rien", "ri*")] == [0, 1, 0, 1]


SENSITIVITIES = ("public", "internal", "restricted", "confidential")
TEXTS = ("tapage", "rixe nocturne", "zanzibar", "tapage nocturne\frixe", "")
papers_there = st.builds(
    lambda key, said: paper(key, said["text"], **{name: value for name, value in said.items() if name != "text"}),
    st.integers(1, 3_000),
    st.fixed_dictionaries(
        {
            "text": st.sampled_from(TEXTS),
            "title": st.sampled_from(("tapage", "rixe", "zanzibar")),
            "notes": st.sampled_from(("", "zanzibar", "tapage")),
            "tags": st.sampled_from(((), ("rixe",), ("zanzibar",))),
            "sensitivity": st.sampled_from(SENSITIVITIES),
            "source": st.sampled_from(("documents", "documents_inbox")),
            "regime": st.sampled_from(("RGPD", "TITRE_III")),
            "service": st.sampled_from((None, "1", "2")),
            "day": st.sampled_from((date(2020, 1, 1), date(2025, 5, 1))),
        }
    ),
)
ways_there = st.lists(
    st.builds(
        Way,
        sensitivities=st.sets(st.sampled_from(SENSITIVITIES), min_size=1).map(frozenset),
        regimes=st.sampled_from((frozenset({"RGPD"}), BOTH)),
        sources=st.sampled_from((Choice(), Choice(any_of=("documents",)), Choice(none_of=("documents",)))),
        services=st.sampled_from((None, frozenset({"1"}))),
        masked=st.sets(st.sampled_from(("title", "text"))).map(frozenset),
    ),
    max_size=3,
).map(tuple)
QUERIES = ("", "tapage", "rixe OU zanzibar", "-zanzibar", "zanz*", "tapge~1", '"rixe nocturne"', "titre:rixe",
           "étiquette:rixe", "annotation:zanzibar", "texte:tapage -titre:tapage")  # fmt: skip


def opens(way: Way, one: Paper, right: str | None) -> bool:
    """Tell whether a way opens a document, or its title or text: the plain truth that the index is held to."""
    return (
        one.sensitivity in way.sensitivities
        and one.regime in way.regimes
        and (not way.sources.any_of or one.source in way.sources.any_of)
        and one.source not in way.sources.none_of
        and (way.services is None or one.service in way.services)
        and (right not in way.masked or one.sensitivity == "public")
    )


def other_world(kept: Kept, ways: tuple[Way, ...], dice: random.Random) -> Kept:
    """Return documents that differ only in what the reader may not read."""
    other = Kept()
    for one in kept.by_key.values():
        opened = {right for right in (None, "title", "text") if any(opens(way, one, right) for way in ways)}
        if None not in opened:
            continue
        said: dict[str, Any] = {name: getattr(one, name) for name in ("title", "tags", "notes")}
        if "title" not in opened:
            said |= {"title": dice.choice(("zanzibar", "autre")), "tags": dice.choice(((), ("zanzibar", "rixe")))}
        text = "\f".join(page.text for page in one.pages)
        if "text" not in opened:
            said["notes"], text = dice.choice(("", "zanzibar")), dice.choice(TEXTS)
        groups = {name: getattr(one, name) for name in ("source", "sensitivity", "regime", "service", "day")}
        other.put(paper(one.key, text, **said, **groups))
    for key in range(4_000, 4_000 + dice.randint(0, 5)):
        groups = {"sensitivity": "confidential", "regime": "TITRE_III"}
        hidden = paper(key, "tapage zanzibar", title="rixe", tags=("rixe",), **groups)
        if not any(opens(way, hidden, None) for way in ways):
            other.put(hidden)
    return other


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made=st.lists(papers_there, max_size=8), ways=ways_there, query=st.sampled_from(QUERIES), dice=st.randoms())
def test_no_answer_on_documents_depends_on_what_the_reader_may_not_read(
    made: list[Paper], ways: tuple[Way, ...], query: str, dice: random.Random
) -> None:
    kept = Kept(*made)
    other = other_world(kept, ways, dice)
    answers = []
    for world in (kept, other):
        with tempfile.TemporaryDirectory() as folder:
            index = built(Path(folder), world)
            found = find(index, query, ways)
            best = index.best_pages(ways, words(query), sorted(kept.by_key))
            answers.append((found.keys, found.count, dict(found.facets), best))
    assert answers[0] == answers[1]


def test_everything_is_found_where_everything_is_open_and_nothing_without_a_way(tmp_path: Path) -> None:
    index = built(tmp_path, Kept(*(paper(key, "tapage", service="7") for key in range(995, 1_010))))
    assert (find(index, "tapage").count, find(index, "tapage", ()).count) == (15, 0)
    assert find(index, "", ()).facets == {name: {} for name in FACETS}


def test_each_change_is_followed_and_one_that_is_not_in_yet_hides_the_document(tmp_path: Path) -> None:
    kept = Kept(paper(1, "avant"), paper(2, "avant"))
    writer, index = PaperWriter(tmp_path, kept), PaperIndex(tmp_path, kept.changed)
    writer.follow()
    kept.put(paper(1, "après"))
    assert (find(index, "avant").keys, find(index, "après").keys) == ((2,), ())
    writer.follow()
    assert (find(index, "avant").keys, find(index, "après").keys, index.size()) == ((2,), (1,), 2)
    kept.put(paper(1_500, "avant"))
    writer.follow()
    assert set(find(index, "avant").keys) == {2, 1_500}


def test_a_change_of_a_transaction_that_ended_late_is_not_missed(tmp_path: Path) -> None:
    kept = Kept(paper(1, "avant"))
    writer, index = PaperWriter(tmp_path, kept), PaperIndex(tmp_path, kept.changed)
    writer.follow()
    kept.by_key[2] = paper(2, "deux")
    kept.note(2, is_gone=False, number=5)
    writer.follow()
    kept.by_key[1] = paper(1, "tard")
    kept.note(1, is_gone=False, number=3)  # a lower number, committed later
    assert find(index, "avant").count == 0
    writer.follow()
    assert (find(index, "tard").keys, find(index, "deux").keys) == ((1,), (2,))


def terms_in(root: Path, start: str) -> set[str]:
    """Return the fields whose dictionaries, deleted documents too, hold a term that begins so."""
    opened = [tantivy.Index.open(str(path.parent)) for path in root.glob("*/meta.json")]
    fields = ("title", "tags", "notes", "text", "page_text", "place_label", "order_number")
    return {name for each in opened for name in fields if each.searcher().terms_with_prefix(name, start)}


def test_what_was_deleted_is_in_no_byte_at_once_and_what_was_taken_out_after_ten_minutes(tmp_path: Path) -> None:
    """Dictionaries are packed, their words can't be read in their bytes: they are asked, and no file may stay."""
    moment = [0.0]
    said = {"title": "xylotitre", "notes": "xylonote", "place_label": "xylovoie", "order_number": "xylonuméro"}
    kept = Kept(paper(1, "xylotexte", tags=("xylotag",), **said), paper(2, "reste"))
    writer = PaperWriter(tmp_path, kept, clock=lambda: moment[0])
    writer.follow()
    before = {path for path in tmp_path.glob("*/*") if path.is_file()}
    assert any(b"xylotag" in path.read_bytes() for path in before)
    assert terms_in(tmp_path, "xylo") == {
        "title", "tags", "notes", "text", "page_text", "place_label", "order_number"
    }  # fmt: skip
    kept.drop(1)
    writer.follow()
    after = {path for path in tmp_path.glob("*/*") if path.is_file()}
    assert not before & after
    assert not any(b"xylotag" in path.read_bytes() for path in after)
    assert terms_in(tmp_path, "xylo") == set()
    kept.put(paper(2, "xylotexte"))
    writer.follow()
    kept.put(paper(2, "reste"))
    writer.follow()
    moment[0] += paper_writing.GHOST_S + 1
    writer.follow()
    assert terms_in(tmp_path, "xylo") == set()
    assert find(PaperIndex(tmp_path, kept.changed), "reste").keys == (2,)


@pytest.mark.parametrize("loss", ["note", "part", "edition"])
def test_what_is_missing_damaged_or_of_another_edition_comes_back_by_itself(tmp_path: Path, loss: str) -> None:
    kept = Kept(paper(1, "tapage"), paper(1_001, "tapage"))
    writer, index = PaperWriter(tmp_path, kept), PaperIndex(tmp_path, kept.changed)
    writer.follow()
    note = tmp_path / "index.json"
    if loss == "note":
        note.write_bytes(b"{")
    elif loss == "edition":
        note.write_bytes(note.read_bytes().replace(b'"edition":"', b'"edition":"0'))
    else:
        next(tmp_path.glob("1-*/meta.json")).write_bytes(b"?")
        index = PaperIndex(tmp_path, kept.changed)
        assert find(index, "tapage").is_whole is False  # which leaves word of it
    writer.follow()
    found = find(index, "tapage")
    assert (set(found.keys), found.is_whole) == ({1, 1_001}, True)


def test_another_database_under_the_same_index_is_noticed(tmp_path: Path) -> None:
    kept = Kept(paper(1, "secret"), paper(2, "secret"))
    PaperWriter(tmp_path, kept).follow()
    restored = Kept(paper(2, "autre"))
    PaperWriter(tmp_path, restored).follow()
    index = PaperIndex(tmp_path, restored.changed)
    assert (find(index, "secret").count, find(index, "autre").count, index.size()) == (0, 1, 1)


def test_a_building_that_was_killed_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(paper(1, "tapage"), paper(1_001, "tapage"))
    reading = kept.papers
    monkeypatch.setattr(kept, "papers", lambda keys: reading(keys) if 1 not in keys else iter([None]))
    with pytest.raises(AttributeError):
        PaperWriter(tmp_path, kept).follow()
    index = PaperIndex(tmp_path, kept.changed)
    assert (find(index, "tapage").keys, find(index, "tapage").is_whole) == ((1_001,), False)
    kept.drop(1_001)
    monkeypatch.setattr(kept, "papers", reading)
    PaperWriter(tmp_path, kept).follow()
    assert (find(index, "tapage").keys, find(index, "tapage").is_whole) == ((1,), True)
