"""The delivered rulebook is whole; one that is not is refused, with file, line and remedy."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from quietude.rulebook import book as book_module
from quietude.rulebook.api import Mark, Rule, Rulebook, RulebookError, Status, counts, load_rulebook, matching
from quietude.rulebook.book import place_of, read_rulebook, rulebook_folder

BOOK = load_rulebook()
ROWS = range(1, 41)
"""The rows of the table of rules that the software was specified with."""
GOOD = """
title: {fr: "Plaques", en: "Plates"}
order: 1
rules:
  - id: R7
    title: {fr: "Plaques", en: "Plates"}
    text: {fr: "Elles sont masquées.", en: "They are masked."}
    sources:
      - {name: "Code de la sécurité intérieure", article: "L. 233-1"}
    mark: secondary
    read_on: 2026-11
    in_force: {from: 2026-08-02, to: null}
    later:
      - {issue: 3, what: {fr: "le reste", en: "the rest"}}
"""


def named(rule: Rule) -> str:
    return rule.id


def written(folder: Path, *texts: str) -> Path:
    for number, text in enumerate(texts):
        (folder / f"theme{number}.yml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_a_rule(row: int) -> None:
    assert BOOK.rule(f"R{row}") is not None


def test_what_is_excluded_by_design_and_what_holds_for_all_data_are_rules_too() -> None:
    others = [rule for rule in BOOK.rules if not rule.id.startswith("R")]
    assert {rule.id for rule in others} == {"X1", "X2", "X3", "X4", "X5", "D1", "D2"}
    assert {rule.mark for rule in others} == {Mark.CHOICE}


@pytest.mark.parametrize("rule", BOOK.rules, ids=named)
def test_texts_are_sentences_and_the_two_languages_differ(rule: Rule) -> None:
    texts = [rule.text, *(part.what for part in rule.later)]
    assert all(said.endswith(".") for text in texts for said in (text.fr, text.en))
    assert all(text.fr != text.en for text in (rule.title, *texts))


@pytest.mark.parametrize("rule", BOOK.rules, ids=named)
def test_no_rule_is_dated_after_what_is_read_of_it(rule: Rule) -> None:
    assert all(source.dated is None or f"{source.dated:%Y-%m}" <= rule.read_on for source in rule.sources)


@pytest.mark.parametrize("rule", BOOK.rules, ids=named)
def test_a_proven_rule_has_a_test_and_any_other_says_what_is_missing(rule: Rule) -> None:
    assert bool(rule.tests) == (rule.status in {Status.PROVEN, Status.PARTLY})
    assert bool(rule.later) == (rule.status is not Status.PROVEN)


def test_a_test_named_by_two_rules_is_named_by_rules_that_are_read_together() -> None:
    shared = {test: ids for test, ids in BOOK.proven_by().items() if len(ids) > 1}
    strangers = {
        test: ids
        for test, ids in shared.items()
        for rule in map(BOOK.rule, ids)
        if rule is not None and not set(ids) <= {rule.id, *rule.related}
    }
    assert strangers == {}


def test_addresses_are_those_of_authorities_and_authors() -> None:
    hosts = {
        re.sub(r"^https://(?:www\.)?([^/]+).*", r"\1", source.address)
        for rule in BOOK.rules
        for source in rule.sources
        if source.address is not None
    }
    assert hosts == {
        "accessibilite.numerique.gouv.fr",
        "eur-lex.europa.eu",
        "github.com",  # the CNIL's own tool
        "hal.science",
        "legifrance.gouv.fr",
        "owasp.org",
        "partenaires.proconnect.gouv.fr",
    }


def test_rules_are_in_the_order_people_count_in() -> None:
    ids = [rule.id for rule in BOOK.rules]
    assert ids.index("X5") < ids.index("R2") < ids.index("R10") < ids.index("R31") < ids.index("R31b") < ids.index("D1")
    assert ids == sorted(ids, key=place_of)


@pytest.mark.parametrize(
    ("day", "is_there"),
    [
        pytest.param(date(2026, 8, 1), False, id="the-day-before"),
        pytest.param(date(2026, 8, 2), True, id="the-first-day"),
    ],
)
def test_a_rule_is_there_from_its_first_day(day: date, is_there: bool) -> None:
    assert ("R31" in {rule.id for rule in BOOK.in_force(day)}) == is_there


def test_rules_without_dates_are_always_there() -> None:
    undated = {rule.id for rule in BOOK.rules if rule.in_force.since is None}
    assert undated <= {rule.id for rule in BOOK.in_force(date(1900, 1, 1))}


def test_every_rule_has_one_status() -> None:
    assert sum(counts(BOOK.rules).values()) == len(BOOK.rules)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("PLAQUES masquees", "R7", id="case-and-accents"),
        pytest.param("number plates masked", "R7", id="english"),
        pytest.param("506370", "R1", id="number-of-a-decision"),
        pytest.param("art. 101", "R11", id="article"),
        pytest.param("test_any_plate_of_a_vehicle", "R7", id="name-of-a-test"),
    ],
)
def test_rules_are_found_by_their_words(words: str, expected: str) -> None:
    assert expected in {rule.id for rule in matching(BOOK.rules, words)}


def test_words_that_no_rule_holds_find_nothing_and_no_words_find_all() -> None:
    assert matching(BOOK.rules, "plaques zanzibar") == ()
    assert matching(BOOK.rules, "  ") == BOOK.rules


def test_a_written_rulebook_is_read(tmp_path: Path) -> None:
    book = read_rulebook(written(tmp_path, GOOD))
    assert [theme.code for theme in book.themes] == ["theme0"]
    assert book.theme_of("R7").title.say("en") == "Plates"
    assert book.rules[0].in_force.since == date(2026, 8, 2)


def test_a_theme_without_that_rule_is_no_answer() -> None:
    assert BOOK.rule("R99") is None
    with pytest.raises(KeyError):
        Rulebook(()).theme_of("R1")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param("    mark:", "    marc:", "theme0.yml:10:5: unknown key 'marc'; did you mean 'mark'?", id="key"),
        pytest.param("issue: 3", "issue: soon", "theme0.yml:14:10: rules.0.later.0.issue", id="issue"),
        pytest.param("to: null", "to: 2026-01-01", "theme0.yml:12:5", id="dates"),
        pytest.param("    later:", "    later: []\n    other:", "theme0.yml:", id="nothing-to-come"),
        pytest.param(', en: "They are masked."', "", "theme0.yml:7:5: rules.0.text.en: missing; In English.", id="en"),
        pytest.param("rules:", "rules: [", "not YAML", id="no-yaml"),
    ],
)
def test_a_fault_names_its_file_line_and_remedy(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in GOOD
    with pytest.raises(RulebookError, match=re.escape(said)):
        read_rulebook(written(tmp_path, GOOD.replace(before, after)))


def test_an_id_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"theme1.yml:5:5: R7 is already at \S+theme0.yml:5:5; give each"):
        read_rulebook(written(tmp_path, GOOD, GOOD))


def test_related_rules_exist(tmp_path: Path) -> None:
    text = GOOD + "    related: [R7, X9]\n"
    with pytest.raises(RulebookError, match=r"theme0.yml:15:19: related: there is no rule 'X9'"):
        read_rulebook(written(tmp_path, text))


def test_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(RulebookError) as refusal:
        read_rulebook(written(tmp_path, GOOD.replace("order: 1", "order: 0"), GOOD.replace("mark:", "marc:")))
    assert {"theme0.yml", "theme1.yml"} <= set(re.findall(r"theme\d.yml", str(refusal.value)))


def test_a_folder_without_rules_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"holds no \*\.yml"):
        read_rulebook(tmp_path)


def test_an_installed_rulebook_lies_in_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel puts the files where an installed package looks for them."""
    root = Path(__file__).parents[2]
    shipped = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    target = Path(shipped["targets"]["wheel"]["force-include"]["rulebook"])
    assert rulebook_folder() == root / "rulebook"
    (tmp_path / target).mkdir(parents=True)
    monkeypatch.setattr(book_module, "__file__", str(tmp_path / "quietude" / "rulebook" / "book.py"))
    assert rulebook_folder() == tmp_path / target
