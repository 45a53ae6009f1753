"""Manifests in words."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from quietude.portal.catalogue.manifest_lines import time_in_words


@pytest.mark.parametrize(
    ("way", "said"),
    [("%d/%m/%Y %Hh%M", "31/12/2026 23h59"), ("%Y-%m-%d", "2026-12-31"), ("ymd_clock", "année, mois, jour et heure")],
)
def test_a_way_of_reading_times_is_told_without_its_marks(way: str, said: str) -> None:
    with override("fr"):
        assert time_in_words(way) == said
