"""Facts in order: the same as a sorted set of pairs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quietude.alarms.facts import Fact, Facts, counted, merged

some = st.lists(st.tuples(st.integers(-5, 20), st.sampled_from("abcdef")), max_size=30)


@given(some, st.integers(-6, 21), st.integers(-6, 21))
def test_facts_are_kept_in_order_and_once(given_facts: list[Fact], since: int, until: int) -> None:
    facts = Facts()
    for at, uid in given_facts:
        facts.take(at, uid)
    plain = sorted(set(given_facts))
    assert list(facts) == plain
    assert list(Facts(given_facts)) == plain
    assert facts.ends == sorted({*plain[:1], *plain[-1:]})
    assert facts.between(since, until) == [fact for fact in plain if since <= fact[0] < until]
    old = [at for at, _ in plain if at < since]
    assert facts.moments(since, 1).tolist() == old[-1:] + [at for at, _ in plain if at >= since]


@given(some, some, st.integers(-6, 21), st.integers(0, 5))
def test_several_scopes_are_counted_together_each_fact_once(
    one: list[Fact], other: list[Fact], since: int, most: int
) -> None:
    both = sorted({fact for fact in (*one, *other) if since <= fact[0] < 15})
    scopes = [Facts(one), Facts(other)]
    assert merged(scopes, since, 15) == both
    assert counted(scopes, since, 15, most) == (len(both), [uid for _, uid in both[:most]])


@given(some, st.integers(-6, 21), st.integers(0, 2))
def test_what_is_forgotten_or_dropped_is_gone(given_facts: list[Fact], until: int, but: int) -> None:
    facts, plain = Facts(given_facts), sorted(set(given_facts))
    facts.drop("a", 5)
    plain = [fact for fact in plain if fact[1] != "a" or fact[0] < 5]
    assert list(facts) == plain
    facts.forget(until, but)
    old = [fact for fact in plain if fact[0] < until]
    assert list(facts) == old[len(old) - min(but, len(old)) :] + plain[len(old) :]
