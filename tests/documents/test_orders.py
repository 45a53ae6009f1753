"""Orders on traffic, by their titles: the number, the ways, the district. Labelled by hand."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from bench import orders as bench
from bench.source_values import data_folder
from hypothesis import given
from hypothesis import strategies as st
from tests.documents.making import ORDER

from quietude.documents.mentions import MONTHS
from quietude.documents.order_places import Stretch, stretches_of
from quietude.documents.order_times import Hours, days_of, hours_of
from quietude.documents.orders import read_order


@pytest.mark.parametrize(
    ("title", "number", "ways", "district"),
    [
        (
            "Arrêté n° 2025 T 12916 modifiant, à titre provisoire, le stationnement gênant la circulation générale "
            "rue Ramponeau, à Paris 20e.",
            "2025 T 12916",
            ["rue Ramponeau"],
            "20",
        ),
        (
            "Arrêté n° 2025 T 15048 modifiant, à titre provisoire, les règles de stationnement, de circulation "
            "générale et des cycles avenue Gambetta, rues des Gâtines et autres voies, à Paris 20e.",
            "2025 T 15048",
            ["avenue Gambetta", "rue des Gâtines"],
            "20",
        ),
        (
            "Arrêté n° 2025 C 12599 modifiant, à titre provisoire, les règles de stationnement et de circulation "
            "rues de Latran, Jean de Beauvais, places Marcelin Berthelot et de la Sorbonne, à Paris 5e.",
            "2025 C 12599",
            ["rue de Latran", "rue Jean de Beauvais", "place Marcelin Berthelot", "place de la Sorbonne"],
            "5",
        ),
        (
            "Arrêté n° 2026 C 15627 modifiant, à titre provisoire, la règle du stationnement quai Henri IV et rue "
            "Agrippa d’Aubigné, à Paris 4e",
            "2026 C 15627",
            ["quai Henri IV", "rue Agrippa d'Aubigné"],
            "4",
        ),
        (
            "Arrêté n° 2026 T 13216 du 4 mai 2026 modifiant, à titre provisoire, les règles de stationnement rues du "
            "commandant Rivière et La Boétie, à Paris dans le 8e arrondissement",
            "2026 T 13216",
            ["rue du commandant Rivière", "rue La Boétie"],
            "8",
        ),
        (
            "Arrêté n° 2025 T 14779 modifiant, à titre provisoire, les règles de stationnement et de circulation "
            "générale et des cycles dans diverses voies, à Paris 14e.",
            "2025 T 14779",
            [],
            "14",
        ),
        (
            "Arrêté n° 2025 T 17001 modifiant les règles de stationnement rue Pierre et Marie Curie, à Paris 5e.",
            "2025 T 17001",
            ["rue Pierre et Marie Curie"],
            "5",
        ),
    ],
)
def test_a_title_gives_its_ways(title: str, number: str, ways: list[str], district: str) -> None:
    read = read_order(title)
    assert read is not None
    assert (read.number, list(read.ways), list(read.districts)) == (number, ways, [district])


def test_the_days_stand_in_the_text() -> None:
    read = read_order("Interdiction momentanée du stationnement rue des Écoliers", ORDER)
    assert read is not None
    assert (read.first_day, read.last_day) == (date(2024, 5, 13), date(2024, 5, 31))
    assert read.is_temporary
    assert read.natures == {"parking"}
    assert read.forbids == {"parking"}
    assert read.length_days == 19
    assert read.laws == ("code de la route R. 417-10",)


def test_another_order_is_none_on_traffic() -> None:
    assert read_order("Arrêté portant délégation de signature") is None


@pytest.mark.parametrize(
    ("title", "natures"),
    [
        ("Arrêté modifiant le stationnement gênant la circulation générale rue Haxo", {"parking"}),
        ("Arrêté modifiant les règles de circulation générale et des cycles rue Haxo", {"traffic", "cycles"}),
        ("Arrêté instaurant un sens unique rue Haxo", {"one_way", "traffic"}),
        ("Arrêté instituant une zone de rencontre rue Haxo", {"meeting_zone"}),
        ("Arrêté portant limitation de la vitesse rue Haxo", {"speed", "traffic"}),
        ("Arrêté de circulation rue Haxo pour des travaux de fouille", {"traffic", "works"}),
    ],
)
def test_a_title_gives_what_it_rules(title: str, natures: set[str]) -> None:
    read = read_order(title)
    assert read is not None
    assert read.natures == natures


@pytest.mark.parametrize(
    ("title", "ways", "districts"),
    [
        ("la circulation quai et impasse de Conti, à Paris 6e", ["quai de Conti", "impasse de Conti"], ["6"]),
        ("la circulation pont de Tolbiac, à Paris 12e et 13e.", ["pont de Tolbiac"], ["12", "13"]),
        ("la circulation route des Lacs à Madrid, à Paris 16e.", ["route des Lacs à Madrid"], ["16"]),
        ("le stationnement quai André Citroën, à Paris15e.", ["quai André Citroën"], ["15"]),
        ("le stationnement rue Saint-Lambert 15e.", ["rue Saint-Lambert"], ["15"]),
        ("la circulation avenue Foch et de stationnement rue Say, à Paris 1er", ["avenue Foch", "rue Say"], ["1"]),
        ("zone de rencontre rue Le Vau (entre la rue A et la rue B), à Paris 2e", ["rue Le Vau"], ["2"]),
        ("les places de stationnement sur la voie publique", [], []),
    ],
)  # fmt: skip
def test_ways_and_districts_of_odd_titles(title: str, ways: list[str], districts: list[str]) -> None:
    read = read_order(f"Arrêté n° 2025 T 1 modifiant {title}")
    assert read is not None
    assert (list(read.ways), list(read.districts)) == (ways, districts)


def test_the_town_tells_one_name_from_two() -> None:
    title = "Arrêté modifiant la circulation rue des Panais et Victor Hugo"
    town = {"rue des Panais", "rue Victor Hugo", "rue Pierre et Marie Curie"}
    both = read_order(title, known=town.__contains__)
    one = read_order("Arrêté modifiant la circulation rue Pierre et Marie Curie", known=town.__contains__)
    assert both is not None
    assert both.ways == ("rue des Panais", "rue Victor Hugo")
    assert one is not None
    assert one.ways == ("rue Pierre et Marie Curie",)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("à compter du lundi 13 mai 2025 et\njusqu'au vendredi 30 mai 2025", date(2025, 5, 13), date(2025, 5, 30)),
        ("du 5 au 7 avril 2025", date(2025, 4, 5), date(2025, 4, 7)),
        ("du 28 mars au 2 avril 2025 inclus", date(2025, 3, 28), date(2025, 4, 2)),
        ("du 05/04/2025 au 07/04/2025", date(2025, 4, 5), date(2025, 4, 7)),
        ("à compter du 3 mars 2025 et pour une durée de 2 semaines", date(2025, 3, 3), date(2025, 3, 16)),
        ("le jeudi 25 juillet 2024 de 12h00 à 13h30", date(2024, 7, 25), date(2024, 7, 25)),
        ("du 31 février au 2 mars 2025", None, None),
        ("du 7 avril 2025 au 5 avril 2025", None, None),
        ("vu le décret du 5 octobre 2011 et son arrêté du 15 février 2012", None, None),
    ],
)  # fmt: skip
def test_the_days_of_a_text(text: str, first: date | None, last: date | None) -> None:
    assert days_of(text) == (first, last)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 900))
def test_a_span_that_is_written_is_read_again(first: date, more: int) -> None:
    last = first + timedelta(days=more)
    said = " au ".join(
        f"{day.day}{'er' if day.day == 1 else ''} {MONTHS[day.month - 1]} {day.year}" for day in (first, last)
    )
    assert days_of(f"Le stationnement est interdit du {said}.") == (first, last)


@given(st.text(max_size=300))
def test_no_text_makes_the_reading_fail(text: str) -> None:
    read = read_order(f"Arrêté de circulation {text}", text)
    assert read is not None


def test_hours_are_those_of_the_works_not_of_the_signs() -> None:
    said = (
        "les travaux se feront de nuit, entre 20h00 et 8h00. Les signalisations seront mises (entre 22h et 6h). "
        "L'entreprise contactera la Police Municipale au n° 01 entre 7h et 02h du matin."
    )
    (hours,) = hours_of(said)
    assert hours == Hours(time(20), time(8))
    assert hours.is_night


def test_stretches_go_with_the_way_before_them() -> None:
    said = (
        "• Rue Jules Guesde au droit des n°63 et n°67, • Rue Gâtine au droit du n° 12, "
        "sur l'avenue Pasteur, tronçon compris entre l'allée des Lilas et l'entrée du stade."
    )
    assert stretches_of(said) == (
        Stretch("Rue Jules Guesde", "63", "67"),
        Stretch("Rue Gâtine", "12", "12"),
        Stretch("avenue Pasteur", "allée des Lilas", "entrée du stade", is_between_ways=True),
    )


def test_the_labelled_titles_are_read_as_published() -> None:
    folder = data_folder()
    if not (folder / bench.TITLES).exists():
        pytest.skip("the titles are not part of the project: python -m bench.orders says where they lie")
    tallies, whole, count = bench.measure(folder)
    assert count == 200
    assert whole >= 190
    assert min(tallies["ways"].precision, tallies["ways"].recall) > 0.95
