"""What a page names, with its place in the text."""

from __future__ import annotations

from quietude.documents.extracted import Page
from quietude.documents.mentions import Kind, mentions

TEXT = """ARRETE N°A2024_144
VU le code général des collectivités territoriales et notamment les articles L. 2212-1 et L. 2213-3 ;
VU le décret n°2011-1241 du 5 octobre 2011 et l'arrêté préfectoral n°2017-1244 du 7 août 2017 ;
VU la demande de l'entreprise HORIZON Réseaux, 12 bis rue de l’Hôtel de
Ville ; le 31 février 2024 n'est pas un jour, le 01/03/2024 en est un.
ARTICLE 3 : au sens de l'article R. 417-10 du code de la route, Chemin des
Carrouges, place du 11 Novembre et RUE JULES GUESDE.
LE MAIRE"""
PAGE = Page(number=3, text=TEXT, width=None, height=None)


def values(kind: Kind) -> list[str]:
    return [mention.value for mention in mentions([PAGE]) if mention.kind == kind]


def test_dates_are_days_of_the_calendar() -> None:
    assert values("date") == ["2011-10-05", "2017-08-07", "2024-03-01"]


def test_orders_and_articles_of_law_have_one_form() -> None:
    assert values("order") == ["A2024_144", "2017-1244"]
    assert values("law") == [
        "code général des collectivités territoriales L. 2212-1",
        "code général des collectivités territoriales L. 2213-3",
        "décret 2011-1241",
        "code de la route R. 417-10",
    ]


def test_ways_run_over_the_end_of_a_line() -> None:
    assert values("place") == [
        "12 bis rue de l'Hôtel de Ville",
        "Chemin des Carrouges",
        "place du 11 Novembre",
        "RUE JULES GUESDE",
    ]
    assert values("organisation") == ["HORIZON Réseaux"]


def test_a_mention_says_where_it_stands() -> None:
    assert all(TEXT[found.start : found.end] == found.text and found.page == 3 for found in mentions([PAGE]))
