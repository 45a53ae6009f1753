import pytest

from quietude.model.vocabulary import load_vocabulary
from quietude.model.vocabulary.suggest import Suggester

SUGGESTER = Suggester(
    load_vocabulary(), [("PEN RODEO SAUV", "traffic.rodeo"), ("LOUD MUSIC - VEH", "noise.music.vehicle")]
)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("Encombrants sur la chaussée", "cleanliness.dumping.bulky"),
        ("VOL A LA ROULOTTE", "theft.from_vehicle"),
        ("Fight in progress", "violence.fight"),
        ("dépôt sauvage de gravats", "cleanliness.dumping.rubble"),
    ],
)
def test_the_right_code_is_among_three(value: str, code: str) -> None:
    assert code in [suggestion.code for suggestion in SUGGESTER.suggest(value)]


def test_mapped_values_teach() -> None:
    best = SUGGESTER.suggest("RODEO SAUV PEN")[0]
    assert (best.code, best.because) == ("traffic.rodeo", "PEN RODEO SAUV")


def test_suggestions_are_different_codes_best_first_scored_between_zero_and_one() -> None:
    found = SUGGESTER.suggest("musique de voiture la nuit", n=5)
    scores = [suggestion.score for suggestion in found]
    assert len({suggestion.code for suggestion in found}) == 5
    assert scores == sorted(scores, reverse=True)
    assert 0 < scores[-1] <= scores[0] <= 1


@pytest.mark.parametrize("value", ["", "  ", "§§§"])
def test_a_value_without_letters_has_no_suggestion(value: str) -> None:
    assert SUGGESTER.suggest(value) == ()
