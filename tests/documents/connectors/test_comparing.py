"""Cursors and deletions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from quietude.documents.connectors.change import Change, ConnectorError, Deleted, Item, Reached, Skipped
from quietude.documents.connectors.comparing import is_mass, listed_changes, read_cursor


@pytest.mark.parametrize("cursor", ["{", "[]", '{"form":"s3"}'])
def test_a_cursor_of_something_else_is_refused(cursor: str) -> None:
    with pytest.raises(ConnectorError, match="without"):
        read_cursor(cursor, "folder")


def test_a_listing_that_fails_on_its_way_deletes_nothing() -> None:
    def failing() -> Iterator[Item | Skipped]:
        yield Item(key="a", name="a")
        raise ConnectorError("the line broke")

    told: list[Change] = []
    with pytest.raises(ConnectorError):
        told.extend(listed_changes("folder", failing(), '{"form":"folder","known":{"b":"1"}}', share=1.0, allowed=0))
    assert not any(isinstance(change, Deleted | Reached) for change in told)


def test_few_deletions_are_ordinary_and_agreed_ones_pass() -> None:
    assert not is_mass(10, 10, share=0.2, allowed=0)
    assert is_mass(11, 50, share=0.2, allowed=0)
    assert is_mass(11, 50, share=0.2, allowed=10)
    assert not is_mass(11, 50, share=0.2, allowed=11)
