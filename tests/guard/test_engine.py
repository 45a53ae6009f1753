"""What the guard marks in French free text, and what it leaves; its figures on the phrases of tests/guard/corpus."""

from __future__ import annotations

import pytest
from bench.guard import PARTS, judge, phrases
from hypothesis import given
from hypothesis import strategies as st

from quietude.guard.api import findings, rule_book
from quietude.guard.engine import is_iban, is_nir


def found(text: str, regime: str = "", field: str = "text") -> list[tuple[str, str]]:
    return [(each.kind.code, text[each.begin : each.end]) for each in findings(text, regime=regime, field=field)]


@pytest.mark.parametrize("part", PARTS)
def test_recall_and_false_alarms_stay_within_what_was_set_out(part: str) -> None:
    score = judge(phrases(part))
    assert score.recall >= 0.9, score.missed
    assert score.false_alarm_rate <= 0.05, score.wrong


def test_the_corpus_is_large_and_half_of_it_clean() -> None:
    corpus = {part: phrases(part) for part in PARTS}
    every = [phrase for part in PARTS for phrase in corpus[part]]
    assert len(every) >= 700
    assert 0.35 <= len(corpus["held_out"]) / len(every) <= 0.45
    assert 0.45 <= sum(phrase.is_clean for phrase in every) / len(every) <= 0.6
    assert len({phrase.topic for phrase in every}) >= 25
    assert not {phrase.text for phrase in corpus["held_out"]} & {phrase.text for phrase in corpus["tuning"]}
    assert {kind for phrase in every for *_, kind in phrase.expected} == set(rule_book().kinds)


@pytest.mark.parametrize(
    "text",
    [
        "Patrouille rue de la Mosquée et place du Juif-Errant, RAS",
        "Dépôt devant la maison de retraite et l'hôpital Nord",
        "Circulation avenue Jean JAURÈS, lycée Victor Hugo",
        "Auteur pantalon black, veste de couleur sombre",
        "Outrage : traite l'agent de « sale arabe, pédé »",
        "AVP sans blessé, chien blessé remis au vétérinaire",
        "Manifestation CGT, piquet de grève levé",
    ],
)
def test_places_things_and_quoted_insults_are_left(text: str) -> None:
    assert found(text) == []


def test_a_quotation_hides_neither_an_identity_nor_what_nobody_said() -> None:
    assert found("Il dit « appelez Mme Lombardo au 06 39 98 14 27 »") == [("telephone", "06 39 98 14 27")]
    assert found("auteur « de type maghrébin » en fuite") == [("origin", "de type maghrébin")]


def test_what_rescuers_need_has_the_softer_notice() -> None:
    assert found("Homme pris de malaise, SP avisés") == [("rescue", "malaise")]
    assert found("Homme diabétique, SAMU demandé") == [("rescue", "diabétique")]
    assert found("Homme diabétique, PV dressé") == [("health", "diabétique")]


def test_identities_are_lawful_in_marked_fields_under_a_regime_only() -> None:
    text = "Mme Lombardo, née le 12/03/1961"
    assert [kind for kind, _ in found(text)] == ["person", "birth"]
    assert found(text, "TITRE_III", "party") == []
    assert [kind for kind, _ in found(text, "RGPD", "party")] == ["birth"]
    assert [kind for kind, _ in found(text, "", "party")] == ["person", "birth"]
    assert found("Mme Lombardo, alcoolique", "TITRE_III", "party") == [("health", "alcoolique")]
    assert found("AB-123-CD", "RGPD", "vehicle") == []


def test_capitals_missing_accents_and_letters_apart_change_nothing() -> None:
    for text in ("de type maghrébin", "DE TYPE MAGHREBIN", "de type maghre\u0301bin", "de type ma\u200bghrébin"):
        assert found(f"auteur {text}, fuite") == [("origin", text)]


def test_each_kind_has_its_remedy_in_both_languages() -> None:
    for kind in rule_book().kinds.values():
        assert set(kind.name) == set(kind.remedy) == {"fr", "en"}
        assert kind.remedy["fr"].endswith(".")


def test_checksums_hold_for_published_numbers() -> None:
    assert is_iban("gb82 west 1234 5698 7654 32")  # ISO 13616's own example
    assert not is_iban("gb82 west 1234 5698 7654 33")
    assert is_nir("2 55 08 14 168 025 38")  # the specimen of the health card
    assert not is_nir("2 55 08 14 168 025 39")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=120))
def test_any_text_is_read_and_findings_lie_in_it_in_order_without_overlap(text: str) -> None:
    at = 0
    for each in findings(text):
        assert at <= each.begin < each.end <= len(text)
        at = each.end
