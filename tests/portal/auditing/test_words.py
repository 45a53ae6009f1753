"""The journal's words, kept in one language, are said in the reader's."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from quietude.portal.auditing.words import told, told_filter, told_what


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("request C-12: 3 entries (facts 2, versions 1)", "C-12 · 3 entrées (faits : 2, versions passées : 1)"),
        ("request C-12: 1 entries (facts 1)", "C-12 · 1 entrée (faits : 1)"),
        ("request C-12: nothing", "C-12 · rien trouvé"),
        ("request C-12: facts 2, quarantine 1", "C-12 · faits : 2, quarantaine : 1"),
        ("request C-12 closed", "C-12 · demande close"),
        ("request C-12", "demande C-12"),
        ("request: n° 2026-17", "Demande d’un habitant ou d’un partenaire : n° 2026-17"),
        ("handover", "Relève de service"),
        ("words that nobody foresaw", "words that nobody foresaw"),
        ("", ""),
    ],
)
def test_what_was_done_is_said_in_french(kept: str, said: str) -> None:
    with override("fr"):
        assert told_what(kept) == said


def test_a_detail_is_said_by_its_parts() -> None:
    with override("fr"):
        assert told({"columns": "text,title", "rows": "3"}) == "colonnes : texte libre, titre, lignes : 3"


def test_a_filter_is_said_in_the_words_of_explore_and_left_as_it_is_where_it_is_none() -> None:
    with override("fr"):
        assert told_filter("q=musique") != "q=musique"
        assert "musique" in told_filter("q=musique")
        assert told_filter("severity-from=enormous") == "severity-from=enormous"
        assert told_filter("") == ""
