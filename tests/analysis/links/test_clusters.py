from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quietude.analysis.api import clusters

MEMBERS = st.tuples(st.sampled_from("abc"), st.sampled_from("123"))


def test_the_likeliest_pairs_are_joined_first_one_of_each_source() -> None:
    a1, a2, b1, c1 = ("a", "1"), ("a", "2"), ("b", "1"), ("c", "1")
    found = clusters([(a1, b1, 0.9), (a2, b1, 0.95), (b1, c1, 0.8), (a1, c1, 0.7)], at_least=0.6)
    assert found == [frozenset({a2, b1, c1})]


def test_unlikely_pairs_are_left_out() -> None:
    assert clusters([(("a", "1"), ("b", "1"), 0.4)], at_least=0.5) == []


@given(st.lists(st.tuples(MEMBERS, MEMBERS, st.floats(0, 1))))
def test_no_entry_is_in_two_groups_and_no_source_twice_in_one(
    pairs: list[tuple[tuple[str, str], tuple[str, str], float]],
) -> None:
    found = clusters([pair for pair in pairs if pair[0][0] != pair[1][0]], at_least=0.5)
    members = [member for group in found for member in group]
    assert len(members) == len(set(members))
    assert all(len({source for source, _ in group}) == len(group) > 1 for group in found)
