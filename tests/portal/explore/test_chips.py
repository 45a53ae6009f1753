"""Each condition in the reader's words, with what it takes to change or remove it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation

from quietude.model.filter.question import ABSENT, Box, Choice, Filter, Near, ZoneChoice
from quietude.portal.explore.chips import chips
from quietude.portal.explore.reading import text_of
from quietude.portal.explore.selection import Mode, Selection, default_display
from quietude.portal.town import current_town


def shown(question: Filter, language: str = "fr") -> list[str]:
    territory = current_town().territory
    selection = Selection(question, default_display(territory, exact=True))
    with translation.override(language), timezone.override("Europe/Paris"):
        return [chip.label for chip in chips(selection, territory, exact=True, language=language)]


@pytest.mark.parametrize(
    ("question", "french", "english"),
    [
        (Filter(since=date(2023, 7, 14), until=date(2023, 7, 14)), "14 juil. 2023", "14 July 2023"),
        (
            Filter(since=date(2023, 7, 14), until=date(2023, 8, 1)),
            "14 juil. 2023 – 1 août 2023",
            "14 July 2023 – 1 Aug. 2023",
        ),
        (Filter(since=date(2023, 7, 14)), "depuis le 14 juil. 2023", "since 14 July 2023"),
        (Filter(until=date(2023, 7, 14)), "jusqu’au 14 juil. 2023", "until 14 July 2023"),
        (
            Filter(since=datetime(2023, 7, 14, 10, tzinfo=UTC)),
            "depuis le 14 juil. 2023 12:00",
            "since 14 July 2023 12:00",
        ),
        (Filter(zones=ZoneChoice(any_of=(("quarter", "port"),))), "Le Port", "Le Port"),
        (Filter(zones=ZoneChoice(none_of=(("quarter", "port"),))), "sauf Le Port", "not Le Port"),
        (
            Filter(zones=ZoneChoice(any_of=(("quarter", ABSENT),))),
            "hors de toute zone (Quartier)",
            "outside every zone (Quarter)",
        ),
        (Filter(categories=Choice(any_of=("noise",))), "Bruit", "Noise"),
        (Filter(severity_from=3), "Gravité 3 à 5", "Severity 3 to 5"),
        (Filter(severity_from=4, severity_to=4), "Gravité 4, grave", "Severity 4, serious"),
        (Filter(words=("tapage nocturne",)), "« tapage nocturne »", "“tapage nocturne”"),
        (Filter(without_words=("bar",)), "sauf « bar »", "not “bar”"),
        (Filter(near=Near(43.3, 5.4, 1500)), "à moins de 1\u202f500 m d’un point", "within 1,500 m of a point"),
        (Filter(box=Box(5.3, 43.2, 5.4, 43.3)), "dans le cadre tracé", "in the box on the map"),
        (Filter(is_located=False), "sans lieu", "without a place"),
        (Filter(realities=Choice(any_of=("fictional",))), "Fictif", "Fictional"),
    ],
)
def test_a_chip_says_its_condition_in_both_languages(question: Filter, french: str, english: str) -> None:
    assert shown(question, "fr") == [french]
    assert shown(question, "en") == [english]


def test_every_kind_of_condition_has_a_chip_whose_text_reads_back() -> None:
    question = Filter(
        since=date(2023, 1, 1),
        weekdays=(5, 6),
        hours=(22, 23),
        categories=Choice(any_of=("noise",)),
        zones=ZoneChoice(any_of=(("quarter", "port"),)),
        sources=Choice(any_of=("logbook",)),
        statuses=Choice(any_of=("open",)),
        origins=Choice(any_of=("patrol",)),
        realities=Choice(any_of=("real",)),
        regimes=Choice(any_of=("RGPD",)),
        sensitivities=Choice(any_of=("internal",)),
        flags=Choice(any_of=("late",)),
        severity_from=2,
        is_located=True,
        words=("bar",),
        without_words=("cave",),
        near=Near(43.3, 5.4, 100),
        ids=("202301-" + "0" * 32,),
    )
    assert len(shown(question)) == 18
    assert all(shown(question))


def test_removing_a_chip_keeps_the_others_and_goes_back_to_the_first_page() -> None:
    territory = current_town().territory
    display = default_display(territory, exact=True)
    question = Filter(severity_from=3, words=("bar",))
    selection = Selection(question, display)
    first, second = chips(selection, territory, exact=True, language="fr")
    assert (first.without, second.without) == ("q=bar", "severity-from=3")
    assert second.text == text_of(Filter(words=("bar",)))
    assert display.mode is Mode.POINTS
