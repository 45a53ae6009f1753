import pytest

from quietude.model.vocabulary import VocabularyError, read_vocabulary

GOOD = """code: noise
order: 1
icon: volume-2
colour: 0
severity: 2
origin: reported
label: {fr: Bruit, en: Noise}
definition: {fr: Tout bruit., en: Any noise.}
natures:
  music:
    label: {fr: Musique, en: Music}
    definition: {fr: Musique forte., en: Loud music.}
    synonyms: {fr: [sono], en: [loud music]}
    details:
      bar:
        severity: 3
        label: {fr: Bar, en: Bar}
        definition: {fr: Musique d'un bar., en: Music from a bar.}
"""


def faults_of(text: str, name: str = "noise.yml") -> str:
    with pytest.raises(VocabularyError) as caught:
        read_vocabulary({name: text})
    return str(caught.value)


def test_what_a_term_does_not_state_comes_from_above() -> None:
    vocabulary = read_vocabulary({"noise.yml": GOOD})
    assert [(term.code, term.severity, term.origin) for term in vocabulary.terms] == [
        ("noise", 2, "reported"),
        ("noise.music", 2, "reported"),
        ("noise.music.bar", 3, "reported"),
    ]


@pytest.mark.parametrize(
    ("wrong", "right", "fault"),
    [
        pytest.param("severity: 3", "severity: 6", "noise.yml:16: natures.music.details.bar.severity", id="severity"),
        pytest.param("synonyms:", "synonim:", "did you mean 'synonyms'?", id="unknown-key"),
        pytest.param("  music:", "  Music:", "noise.yml:10: natures.Music", id="code"),
        pytest.param("en: Loud music.}", "}", "natures.music.definition.en", id="no-english"),
        pytest.param("origin: reported", "origin: rumour", "noise.yml:6: origin", id="origin"),
        pytest.param("[sono]", "[Musique]", "synonym 'Musique' (fr) repeats the label", id="synonym-is-label"),
        pytest.param("[sono]", "[sono, Sono]", "synonym 'Sono' (fr) repeats", id="synonym-twice"),
        pytest.param("natures:", "natures: {", "not YAML", id="not-yaml"),
        pytest.param("      bar:", "      bar: {}\n      bar:", "not YAML: found duplicate key", id="code-twice"),
    ],
)
def test_a_fault_names_its_file_line_and_remedy(wrong: str, right: str, fault: str) -> None:
    assert fault in faults_of(GOOD.replace(wrong, right, 1))


def test_a_file_is_called_after_its_code() -> None:
    assert "bruit.yml:1: code is 'noise'; the file must be called noise.yml" in faults_of(GOOD, "bruit.yml")


def test_two_families_have_not_one_rank_nor_one_colour() -> None:
    other = GOOD.replace("code: noise", "code: dirt")
    with pytest.raises(VocabularyError) as caught:
        read_vocabulary({"dirt.yml": other, "noise.yml": GOOD})
    assert "noise.yml:2: order 1 is already taken by dirt.yml" in str(caught.value)
    assert "noise.yml:4: colour 0 is already taken by dirt.yml" in str(caught.value)


def test_all_faults_are_told_at_once() -> None:
    text = GOOD.replace("severity: 3", "severity: 6").replace("origin: reported", "origin: rumour")
    assert len(faults_of(text).splitlines()) == 2
