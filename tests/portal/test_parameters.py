from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietude.portal.parameters import KEY_MAX, key_of


@pytest.mark.parametrize("text", [None, "", "x", "-1", "1.0", "٣", "1e3", str(KEY_MAX + 1), "9" * 400])
def test_what_is_no_key_is_none(text: str | None) -> None:
    assert key_of(text) is None


@given(st.integers(0, KEY_MAX))
def test_a_key_is_read_as_it_is_written(number: int) -> None:
    assert key_of(str(number)) == number


@given(st.text())
def test_no_text_is_a_failure(text: str) -> None:
    assert key_of(text) is None or 0 <= int(text) <= KEY_MAX
