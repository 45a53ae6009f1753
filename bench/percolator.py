"""What saved searches cost: 10,000 of them tried on each new fact, against trying them all and against mokaccino.

Saved searches and facts are made of the fictional logbook's words with the frequencies of a real one (Zipf's law).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from random import Random
from time import process_time
from typing import Any

from bench.figure import Figure
from quietude.model.event import Event, Regime, event_of
from quietude.model.filter.predicate import matches
from quietude.model.filter.question import Choice, Filter, ZoneChoice
from quietude.search.api import Percolator, Search, analysed_fact, analyser, predicate
from quietude.search.query_tree import All, AnyOf, Node, Not, Phrase, Prefix, Term, leaves

SEARCHES = 10_000
FACTS = 6_000
BRUTE_FACTS = 60  # trying them all takes ten milliseconds a fact
WORDS_OF_A_FACT = 14
PEER_FACTS = 1_000
EVERYTHING = Search(Filter(), None)
LIVE_FACTS_PER_S = 1_000
ONSETS = ["b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "ch", "tr", "br", "pl", "gr"]
VOWELS = ["a", "e", "i", "o", "u", "ou", "an", "in", "on", "eu"]
CATEGORIES = [f"c{family}.n{nature}" for family in range(12) for nature in range(8)]
ZONES = [f"z{number}" for number in range(60)]


def vocabulary(dice: Random, size: int = 12_000) -> list[str]:
    """Return made-up words, the commonest first: as many as a town's logbook has."""
    words: dict[str, None] = {}
    while len(words) < size:
        words["".join(dice.choice(ONSETS) + dice.choice(VOWELS) for _ in range(dice.randint(2, 4)))] = None
    return list(words)


def facts(dice: Random, words: Sequence[str], count: int) -> list[Event]:
    """Return facts of a hundred letters each."""
    weights = [1 / (rank + 3) for rank in range(len(words))]
    drawn = iter(dice.choices(words, weights, k=count * WORDS_OF_A_FACT))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [fact(dice, number, start + timedelta(minutes=number), drawn) for number in range(count)]


def fact(dice: Random, number: int, at: datetime, drawn: Any) -> Event:
    """Return one fact."""
    said = [next(drawn) for _ in range(WORDS_OF_A_FACT)]
    return event_of(
        ROW
        | {
            "uid": f"{number:032x}",
            "id": f"f-{number}",
            "source_key": str(number),
            "occurred_from": at,
            "received_at": at,
            "day": at.date(),
            "hour_of_week": at.weekday() * 24 + at.hour,
            "category": dice.choice(CATEGORIES),
            "severity": dice.randint(1, 5),
            "zone_quartier": dice.choice(ZONES),
            "title": " ".join(said[:3]),
            "text": " ".join(said[3:]),
        }
    )


ROW: dict[str, Any] = {
    "source": "logbook",
    "occurred_to": None,
    "time_precision": "minute",
    "reported_at": None,
    "source_category": None,
    "category_by": None,
    "category_confidence": None,
    "status": "open",
    "origin": "patrol",
    "lon_deg": None,
    "lat_deg": None,
    "accuracy_m": None,
    "place_label": None,
    "located_by": None,
    "located_score": None,
    "h3": None,
    "regime": Regime.RGPD.value,
    "sensitivity": "internal",
    "reality": "fictional",
    "retain_until": None,
    "flags": [],
    "attributes": None,
    "version": 1,
}


def searches(dice: Random, words: Sequence[str]) -> list[Search]:
    """Return saved searches: two words or three mostly, some with a phrase, a choice, a refusal, a star or a place."""
    asked = [analyser().terms(word) for word in words]
    weights = [1 / (rank + 30) for rank in range(len(asked))]  # people ask for what is rarer than what is written

    def some(count: int) -> list[Term]:
        return [Term(term) for term in dict.fromkeys(dice.choices(asked, weights, k=count))]

    def tree() -> Node:
        kind, terms = dice.random(), some(3)
        if kind < 0.45 or len(terms) < 3:
            return All(tuple(terms[:2])) if len(terms) > 1 else terms[0]
        if kind < 0.60:
            return Phrase((terms[0].term, terms[1].term))
        if kind < 0.75:
            return All((AnyOf(tuple(terms[:2])), terms[2]))
        if kind < 0.85:
            return All((terms[0], Not(terms[1])))
        return Prefix(terms[0].term[:5], terms[0].term) if kind < 0.90 else All(tuple(terms))

    def conditions() -> Filter:
        zones = ZoneChoice((("quartier", dice.choice(ZONES)),)) if dice.random() < 0.3 else ZoneChoice()
        categories = Choice((dice.choice(CATEGORIES),)) if dice.random() < 0.3 else Choice()
        return Filter(zones=zones, categories=categories, severity_from=dice.choice((None, None, 2, 3)))

    def search() -> Search:
        if dice.random() >= 0.02:
            return Search(conditions(), tree())
        if dice.random() < 0.1:  # whoever wants to hear of every grave fact, wherever it is
            return Search(Filter(severity_from=5), None)
        return Search(replace(conditions(), zones=ZoneChoice((("quartier", dice.choice(ZONES)),))), None)

    return [search() for _ in range(SEARCHES)]


def rate(judge: Callable[[Event], int], events: Sequence[Event]) -> tuple[float, int]:
    """Return facts per CPU second and how many answers there were."""
    started = process_time()
    found = sum(map(judge, events))
    return len(events) / (process_time() - started), found


def brute(asked: Sequence[Search]) -> Callable[[Event], int]:
    """Return what tries every search on a fact."""
    judges = [(search.conditions, predicate(search.words) if search.words is not None else None) for search in asked]

    def judge(event: Event) -> int:
        text = analysed_fact(event)
        return sum((holds is None or holds(text)) and matches(conditions, event) for conditions, holds in judges)

    return judge


def holds_a_phrase(node: Node | None) -> bool:
    """Tell whether a tree asks for words that follow one another, which the peer does not know."""
    return any(isinstance(leaf, Phrase) for leaf in leaves(node))


def peer_of(asked: Sequence[Search]) -> Callable[[Event], int]:
    """Return what tries the same searches with mokaccino, a percolator in Rust."""
    mokaccino = import_module("mokaccino")
    query, tried = mokaccino.Query, mokaccino.Percolator()

    def of_words(node: Node) -> Any:
        if isinstance(node, Not):
            return query.from_not(of_words(node.of))
        if isinstance(node, All | AnyOf):
            return (query.from_and if isinstance(node, All) else query.from_or)(list(map(of_words, node.of)))
        if isinstance(node, Prefix):
            return query.from_or([query.from_kprefix("term", node.start), query.from_kv("term", node.term)])
        assert isinstance(node, Term)
        return query.from_kv("term", node.term)

    for number, search in enumerate(asked):
        wanted = search.conditions
        parts = [of_words(search.words)] if search.words is not None else []
        parts += [query.from_kv("zone", code) for _, code in wanted.zones.any_of]
        parts += [query.from_kv("category", code) for code in wanted.categories.any_of]
        parts += [query.from_kge("severity", wanted.severity_from)] if wanted.severity_from is not None else []
        if parts:
            tried.add_query_id(query.from_and(parts), number)

    def judge(event: Event) -> int:
        document = mokaccino.Document()
        for term in analysed_fact(event).terms:
            document = document.with_value("term", term)
        values = (("zone", event.zones["quartier"]), ("category", event.category), ("severity", str(event.severity)))
        for key, value in values:
            document = document.with_value(key, value)
        return len(tried.percolate_list(document))

    return judge


def against_peer(asked: Sequence[Search], percolator: Percolator, events: Sequence[Event]) -> None:
    """Show the figure against mokaccino where it is installed; it is a peer, not a dependency."""
    if find_spec("mokaccino") is None:
        print("mokaccino is not installed (pip install mokaccino==0.9.1): no comparison")
        return
    plain = [search for search in asked if search != EVERYTHING and not holds_a_phrase(search.words)]
    for number, _ in enumerate(asked):
        percolator.remove(str(number))
    for number, search in enumerate(plain):
        percolator.add(str(number), search)
    theirs, wanted = rate(peer_of(plain), events[:PEER_FACTS])
    ours, found = rate(lambda event: len(percolator.matching(analysed_fact(event))), events[:PEER_FACTS])
    assert found == wanted, (found, wanted)
    note = f"{theirs:.0f} facts per CPU second; {len(plain)} searches without phrases, equal answers"
    Figure(
        name="saved searches without phrases",
        value=ours / theirs,
        unit="×",
        limit=3,
        at_most=False,
        peer="mokaccino 0.9.1",
        note=note,
    ).show()


def main() -> None:
    """Print the figures."""
    dice = Random(7)
    words = vocabulary(dice)
    asked, seen, events = searches(dice, words), facts(dice, words, 4_000), facts(dice, words, FACTS)
    frequencies = Counter(term for event in seen for term in analysed_fact(event).terms)
    percolator = Percolator(frequencies, len(seen))
    for number, search in enumerate(asked):
        percolator.add(str(number), search)
    ours, found = rate(lambda event: len(percolator.matching(analysed_fact(event))), events)
    naive, wanted = rate(brute(asked), events[:BRUTE_FACTS])
    few = sum(len(percolator.matching(analysed_fact(event))) for event in events[:BRUTE_FACTS])
    assert few == wanted, (few, wanted)
    note = f"{SEARCHES} searches, {found / len(events):.1f} answers a fact, {percolator.always_tried} with no key"
    Figure(
        name="facts tried on 10,000 saved searches, per CPU second",
        value=ours,
        unit="1/s",
        limit=3_400,
        at_most=False,
        note=note,
    ).show()
    Figure(
        name="share of a core at 1,000 facts a second", value=LIVE_FACTS_PER_S / ours, unit="", limit=0.3, note=note
    ).show()
    Figure(
        name="saved searches tried on a fact",
        value=ours / naive,
        unit="×",
        limit=15,
        at_most=False,
        peer="every search tried on every fact",
        note=f"{naive:.0f} facts per CPU second; equal answers",
    ).show()
    against_peer(asked, percolator, events)


if __name__ == "__main__":
    main()
