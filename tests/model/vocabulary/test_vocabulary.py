import re

import pytest

from quietude.model.event import SEVERITIES
from quietude.model.fold import fold
from quietude.model.vocabulary import LANGUAGES, Family, UnknownTermError, Vocabulary, load_vocabulary
from quietude.model.vocabulary.read import packaged_texts, read_vocabulary

VOCABULARY = load_vocabulary()
FAMILIES = [
    "noise",
    "cleanliness",
    "public_space_use",
    "nuisance",
    "traffic",
    "parking",
    "equipment",
    "damage",
    "theft",
    "violence",
    "drugs_alcohol",
    "fire_rescue",
    "animals",
    "buildings",
    "assistance",
    "events",
    "water_beach",
    "transport",
    "administrative",
    "other_police",
]
SSMSI = {
    "Homicides", "Tentatives d'homicide", "Coups et blessures volontaires", "Autres coups et blessures volontaires",
    "Coups et blessures volontaires intrafamiliaux", "Violences physiques intrafamiliales",
    "Violences physiques hors cadre familial", "Violences sexuelles", "Vols avec armes", "Vols violents sans arme",
    "Vols sans violence contre des personnes", "Cambriolages de logement", "Vols de véhicule", "Vols de véhicules",
    "Vols dans les véhicules", "Vols d'accessoires sur véhicules", "Destructions et dégradations volontaires",
    "Usage de stupéfiants", "Usage de stupéfiants (AFD)", "Usage de stupéfiants (hors AFD)", "Trafic de stupéfiants",
    "Escroqueries et fraudes aux moyens de paiement",
}  # fmt: skip
ALERT_CATEGORIES = {"traffic", "naturalDisaster", "weather", "environment", "health", "security", "agriculture"}


def test_families_are_the_published_ones_in_their_order() -> None:
    assert [family.code for family in VOCABULARY.families] == FAMILIES
    assert [family.order for family in VOCABULARY.families] == list(range(1, len(FAMILIES) + 1))


def test_there_are_at_least_ninety_natures() -> None:
    assert sum(term.level == 2 for term in VOCABULARY.terms) >= 90


def test_codes_are_unique_and_of_the_documented_form() -> None:
    codes = [term.code for term in VOCABULARY.terms]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,2}", code) for code in codes)


def test_every_term_hangs_below_an_existing_one() -> None:
    assert all(
        term.parent is None if term.level == 1 else VOCABULARY.has(term.parent or "") for term in VOCABULARY.terms
    )
    assert all(term.code.startswith(f"{term.parent}.") for term in VOCABULARY.terms if term.parent is not None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_term_is_labelled_and_defined(language: str) -> None:
    assert all(term.labels[language] and term.definitions[language].endswith(".") for term in VOCABULARY.terms)


@pytest.mark.parametrize("language", LANGUAGES)
def test_siblings_have_different_labels(language: str) -> None:
    groups = [VOCABULARY.families, *(VOCABULARY.children(term.code) for term in VOCABULARY.terms)]
    repeated = [
        [term.code for term in group] for group in groups if len({fold(t.label(language)) for t in group}) < len(group)
    ]
    assert not repeated


def test_severities_are_one_to_five() -> None:
    assert {term.severity for term in VOCABULARY.terms} == set(SEVERITIES)


def test_colours_go_to_eight_families_once_each() -> None:
    assert sorted(family.colour for family in VOCABULARY.families if family.colour is not None) == list(range(8))


def test_official_statistics_are_mapped_one_and_all() -> None:
    mapped = [label for term in VOCABULARY.terms for label in term.mappings.get("ssmsi", ())]
    assert set(mapped) == SSMSI


def test_alerts_have_a_category_of_smart_data_models() -> None:
    mapped = {value.split("/")[0] for term in VOCABULARY.terms for value in term.mappings.get("sdm_alert", ())}
    assert mapped <= ALERT_CATEGORIES
    assert len(mapped) >= 4


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("tapage nocturne", "noise.neighbours"),
        ("Dépôt sauvage", "cleanliness.dumping"),
        ("vente a la sauvette", "public_space_use.street_vending"),
        ("VSO", "public_space_use.street_vending"),
        ("hall occupé", "public_space_use.hall_occupation"),
        ("attroupement", "public_space_use.gathering"),
        ("IPM", "drugs_alcohol.drunkenness"),
        ("point de deal", "drugs_alcohol.dealing"),
        ("rodéo", "traffic.rodeo"),
        ("double file", "parking.illegal"),
        ("accident corporel", "traffic.accident.injury"),
        ("travaux de voirie", "traffic.works"),
        ("lampadaire", "equipment.lighting"),
        ("vitrine brisée", "damage.private"),
        ("tag", "damage.graffiti"),
        ("vol à la tire", "theft.person.pickpocket"),
        ("cambriolage", "theft.burglary"),
        ("coups", "violence.assault"),
        ("menaces de mort", "violence.threat.verbal"),
        ("départ de feu", "fire_rescue.fire"),
        ("chien errant", "animals.stray"),
        ("immeuble menaçant ruine", "buildings.danger_order"),
        ("objets trouvés", "assistance.lost_property"),
        ("sans-abri", "assistance.rough_sleeping"),
        ("manif", "events.demonstration"),
        ("noyade", "water_beach.swimmer_distress"),
        ("signal fermé franchi", "transport.signal_passed"),
    ],
)
def test_it_has_the_words_of_public_tranquility(words: str, code: str) -> None:
    assert code in VOCABULARY.find(words)


def test_find_reads_codes_and_english_too() -> None:
    assert VOCABULARY.find("noise.music") == ("noise.music",)
    assert VOCABULARY.find("Graffiti", "en") == ("damage.graffiti",)
    assert VOCABULARY.find("nothing of the kind") == ()


def test_find_gives_the_coarser_term_first() -> None:
    found = VOCABULARY.find("point de deal")
    assert found == ("drugs_alcohol.dealing", "drugs_alcohol.dealing.point")


def test_labels_go_down_from_the_family() -> None:
    assert VOCABULARY.path_label("noise.music.bar") == "Bruit › Musique › Bar ou discothèque"
    assert VOCABULARY.path_label("noise.music.bar", "en") == "Noise › Music › Bar or club"


def test_a_language_that_is_not_kept_falls_back_on_the_first() -> None:
    assert VOCABULARY.label("noise", "de") == "Bruit"


def test_the_tree_is_walked_both_ways() -> None:
    assert [term.code for term in VOCABULARY.ancestors("noise.music.bar")] == ["noise", "noise.music"]
    assert "noise.music.bar" in {term.code for term in VOCABULARY.children("noise.music")}
    assert VOCABULARY.children("noise.music.bar") == ()
    assert isinstance(VOCABULARY.family("noise.music.bar"), Family)
    assert VOCABULARY.family("noise.music.bar").code == "noise"


def test_an_unknown_code_names_the_nearest() -> None:
    with pytest.raises(UnknownTermError, match=r"no term 'noise.musik' .* nearest: noise.music"):
        VOCABULARY.term("noise.musik")


def test_the_nearest_of_a_last_part_alone_is_its_code() -> None:
    assert VOCABULARY.nearest("graffiti", 1) == ("damage.graffiti",)


def test_what_is_packaged_was_made_from_the_files() -> None:
    from_files: Vocabulary = read_vocabulary(packaged_texts())
    assert from_files == VOCABULARY
