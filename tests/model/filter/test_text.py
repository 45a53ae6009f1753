"""What people type is read as they mean it, said back as it is read, and refused at the character."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.model.strategies import choices, questions

from quietude.model.filter.errors import SENTENCES, Problem
from quietude.model.filter.question import ABSENT, Box, Choice, Filter, Near, ZoneChoice
from quietude.model.filter.text import FilterError, parse, say
from quietude.model.territory import Level, Territory, Zone
from quietude.model.vocabulary import load_vocabulary

TODAY = date(2024, 3, 13)  # a Wednesday after a leap day


def level(name: str, french: str, english: str, zones: dict[str, str]) -> Level:
    square = shapely.box(5, 43, 6, 44)
    outlines = tuple(Zone(code=code, name=named, parent=None, geometry=square) for code, named in zones.items())
    return Level(name=name, labels={"fr": french, "en": english}, zones=outlines)


TOWN = Territory(
    levels=(
        level(
            "arrondissement",
            "Arrondissement",
            "District",
            {"13201": "1er arrondissement", "13202": "2e arrondissement", "13212": "12e arrondissement"},
        ),
        level(
            "quartier",
            "Quartier",
            "Neighbourhood",
            {
                "13201-noailles": "Noailles",
                "13202-panier": "Le Panier",
                "13216-estaque": "L’Estaque",
                "13212-sb": "Saint-Barnabé",
                "13204-sb": "Saint Barnabé",
                "13201-sc": "Saint-Charles",
                "q,1": 'Quartier "neuf", nord',
                "none-such": "Aucun",
            },
        ),
        level("zone_police", "Zone de police", "Police zone", {"N": "Noailles", "S": "Sud"}),
    )
)


def read(text: str, **options: Any) -> Filter:
    town: dict[str, Any] = {"territory": TOWN, "vocabulary": load_vocabulary(), "timezone": "Europe/Paris"}
    return parse(text, today=TODAY, **(town | options))


PANIER = ("quartier", "13202-panier")


@pytest.mark.parametrize(
    ("text", "question"),
    [
        pytest.param("", Filter(), id="nothing"),
        pytest.param(
            'nature:bruit quartier:"Le Panier" depuis:2019-01-01 gravité>=3 près:43.2965,5.3698,300m "tapage nocturne"',
            Filter(
                categories=Choice(("noise",)),
                zones=ZoneChoice((PANIER,)),
                since=date(2019, 1, 1),
                severity_from=3,
                near=Near(43.2965, 5.3698, 300),
                words=("tapage nocturne",),
            ),
            id="the-example",
        ),
        pytest.param(
            'nature:noise zone:"le panier" since:2019-01-01 severity>=3 near:43.2965,5.3698,0.3km "tapage nocturne"',
            Filter(
                categories=Choice(("noise",)),
                zones=ZoneChoice((PANIER,)),
                since=date(2019, 1, 1),
                severity_from=3,
                near=Near(43.2965, 5.3698, 300),
                words=("tapage nocturne",),
            ),
            id="the-example-in-english",
        ),
        pytest.param("NATURE:BRUIT Gravite>2", Filter(categories=Choice(("noise",)), severity_from=3), id="capitals"),
        pytest.param("nature:noise.music", Filter(categories=Choice(("noise.music",))), id="a-code"),
        pytest.param(
            "nature:bruit , dégradations -nature:tag",
            read("nature:noise nature:damage sauf nature:damage.graffiti"),
            id="alternatives-and-exclusion",
        ),
        pytest.param("nature:aucune", Filter(categories=Choice((ABSENT,))), id="no-category"),
        pytest.param("famille:bruit", Filter(categories=Choice(("noise",))), id="a-family"),
        pytest.param("quartier:estaque", Filter(zones=ZoneChoice((("quartier", "13216-estaque"),))), id="a-whole-word"),
        pytest.param("zone:L'Estaque", Filter(zones=ZoneChoice((("quartier", "13216-estaque"),))), id="an-apostrophe"),
        pytest.param("quartier:le-panier", Filter(zones=ZoneChoice((PANIER,))), id="a-hyphen-for-a-space"),
        pytest.param("arrondissement:1", Filter(zones=ZoneChoice((("arrondissement", "13201"),))), id="a-number"),
        pytest.param("district:12", Filter(zones=ZoneChoice((("arrondissement", "13212"),))), id="a-level-s-label"),
        pytest.param("zone-de-police:sud", Filter(zones=ZoneChoice((("zone_police", "S"),))), id="a-level-of-words"),
        pytest.param("zone:bezirk/3", Filter(zones=ZoneChoice((("bezirk", "3"),))), id="a-zone-of-elsewhere"),
        pytest.param(
            "quartier:aucun -quartier:noailles",
            Filter(zones=ZoneChoice((("quartier", ABSENT),), (("quartier", "13201-noailles"),))),
            id="outside-every-zone",
        ),
        pytest.param("2019", Filter(since=date(2019, 1, 1), until=date(2019, 12, 31)), id="a-year"),
        pytest.param("2024-02", Filter(since=date(2024, 2, 1), until=date(2024, 2, 29)), id="a-month"),
        pytest.param("février-2023", Filter(since=date(2023, 2, 1), until=date(2023, 2, 28)), id="a-month-s-name"),
        pytest.param("période:31/05/2019", Filter(since=date(2019, 5, 31), until=date(2019, 5, 31)), id="a-day"),
        pytest.param("2019..2020-02", Filter(since=date(2019, 1, 1), until=date(2020, 2, 29)), id="a-span"),
        pytest.param("depuis:2019 jusqu’à:2020", read("2019..2020"), id="from-and-to"),
        pytest.param("hier", Filter(since=date(2024, 3, 12), until=date(2024, 3, 12)), id="yesterday"),
        pytest.param("aujourd’hui", Filter(since=TODAY, until=TODAY), id="today"),
        pytest.param("this-week", Filter(since=date(2024, 3, 11), until=date(2024, 3, 17)), id="this-week"),
        pytest.param("mois-dernier", Filter(since=date(2024, 2, 1), until=date(2024, 2, 29)), id="last-month"),
        pytest.param("année-dernière", Filter(since=date(2023, 1, 1), until=date(2023, 12, 31)), id="last-year"),
        pytest.param("depuis:30j", Filter(since=date(2024, 2, 12)), id="thirty-days"),
        pytest.param("since:2w", Filter(since=date(2024, 2, 28)), id="two-weeks"),
        pytest.param("pendant:1mois", Filter(since=date(2024, 2, 13), until=TODAY), id="a-month-long"),
        pytest.param("depuis:1an", Filter(since=date(2023, 3, 13)), id="a-year-ago"),
        pytest.param(
            "depuis:2024-03-31T03:00 jusqu'à:2024-03-31T02:00:00Z",
            Filter(
                since=datetime(2024, 3, 31, 3, tzinfo=ZoneInfo("Europe/Paris")),
                until=datetime(2024, 3, 31, 2, tzinfo=UTC),
            ),
            id="instants",
        ),
        pytest.param("jour:samedi,dim", Filter(weekdays=(5, 6)), id="days"),
        pytest.param("jour:week-end", Filter(weekdays=(5, 6)), id="the-week-end"),
        pytest.param("day:friday-monday", Filter(weekdays=(0, 4, 5, 6)), id="a-span-of-days"),
        pytest.param("heure:22-6", Filter(hours=(0, 1, 2, 3, 4, 5, 22, 23)), id="a-night"),
        pytest.param("heure:8h-9h,14", Filter(hours=(8, 14)), id="hours"),
        pytest.param("hour:0-24", Filter(hours=tuple(range(24))), id="the-whole-day"),
        pytest.param("gravité:2-4", Filter(severity_from=2, severity_to=4), id="severities"),
        pytest.param("gravité>1 gravité<5", Filter(severity_from=2, severity_to=4), id="severities-compared"),
        pytest.param("gravité = 3", Filter(severity_from=3, severity_to=3), id="one-severity"),
        pytest.param("statut:en-cours,ouvert", Filter(statuses=Choice(("open", "under_way"))), id="statuses"),
        pytest.param("origine:capteur", Filter(origins=Choice(("sensor",))), id="an-origin"),
        pytest.param("-réalité:fictif", Filter(realities=Choice(none_of=("fictional",))), id="no-fiction"),
        pytest.param("sensibilité:interne régime:rgpd", read("sensitivity:internal law:gdpr"), id="rights"),
        pytest.param("localisé:non", Filter(is_located=False), id="not-located"),
        pytest.param("drapeau:category:unmapped", Filter(flags=Choice(("category:unmapped",))), id="a-flag"),
        pytest.param("dans:43.2,5.5;43.1,5.3", Filter(box=Box(5.3, 43.1, 5.5, 43.2)), id="a-box"),
        pytest.param(
            "contour:43,5;44,5;44,6", Filter(polygon=((5.0, 43.0), (5.0, 44.0), (6.0, 44.0))), id="an-outline"
        ),
        pytest.param("id:201905-" + "a" * 32, Filter(ids=("201905-" + "a" * 32,)), id="a-fact"),
        pytest.param(
            "tapage, nocturne -bar sauf «rue  longue»",
            Filter(words=("tapage", "nocturne"), without_words=("bar", "rue  longue")),
            id="words",
        ),
        pytest.param('"2019" "sauf" "nature:bruit"', Filter(words=("2019", "sauf", "nature:bruit")), id="quoted"),
        pytest.param("12:30 rue - 5a", Filter(words=("12:30", "rue", "5a")), id="what-only-looks-like-a-condition"),
        pytest.param('"a \\"b\\" c:\\\\d"', Filter(words=('a "b" c:\\d',)), id="quotes-in-quotes"),
    ],
)
def test_a_text_is_read_as_it_is_meant(text: str, question: Filter) -> None:
    assert read(text) == question


@pytest.mark.parametrize(
    ("text", "problem", "fault", "suggestion"),
    [
        pytest.param("nature:bruyt", Problem.UNKNOWN_CATEGORY, "bruyt", "Bruit", id="category"),
        pytest.param("zone:pannier", Problem.UNKNOWN_ZONE, "pannier", '"Le Panier"', id="zone"),
        pytest.param("hier zone:Noailles", Problem.AMBIGUOUS_ZONE, "Noailles", "zone_police:N", id="zones"),
        pytest.param(
            "quartier:saint-barnabé", Problem.AMBIGUOUS_ZONE, "saint-barnabé", "quartier:13204-sb", id="twins"
        ),
        pytest.param("graviter>=3", Problem.UNKNOWN_KEY, "graviter", "gravité", id="key"),
        pytest.param("statut:fini,ouvert", Problem.UNKNOWN_VALUE, "fini", None, id="value"),
        pytest.param("source:polic", Problem.UNKNOWN_SOURCE, "polic", "police", id="source"),
        pytest.param("depuis:2019-02-30", Problem.BAD_MOMENT, "2019-02-30", None, id="date"),
        pytest.param("pendant:9999999ans", Problem.BAD_MOMENT, "9999999ans", None, id="long-ago"),
        pytest.param("heure:22,25", Problem.BAD_HOUR, "25", None, id="hour"),
        pytest.param("gravité>5", Problem.BAD_SEVERITY, "5", None, id="severity"),
        pytest.param("a près:43,5 b", Problem.BAD_POINT, "43,5", None, id="near"),
        pytest.param("près:95,5,1m", Problem.BAD_POINT, "95,5,1m", None, id="beyond-the-pole"),
        pytest.param("dans:43,5", Problem.BAD_OUTLINE, "43,5", None, id="outline"),
        pytest.param("-depuis:2019", Problem.NOT_NEGATED, "depuis", None, id="negated"),
        pytest.param("nature>=bruit", Problem.NOT_COMPARED, "nature", None, id="compared"),
        pytest.param("2019 depuis:2020", Problem.SAID_TWICE, "depuis", None, id="twice"),
        pytest.param("nature:", Problem.MISSING_VALUE, "", None, id="missing"),
        pytest.param("nature:bruit,", Problem.MISSING_VALUE, "", None, id="missing-after-a-comma"),
        pytest.param('bruit "tapage', Problem.UNCLOSED_QUOTE, '"tapage', None, id="open-quote"),
        pytest.param("bruit ” nocturne", Problem.UNEXPECTED, "”", None, id="stray-quote"),
        pytest.param('bruit ""', Problem.UNEXPECTED, '""', None, id="empty-words"),
    ],
)
def test_a_fault_is_shown_at_its_characters(text: str, problem: Problem, fault: str, suggestion: str | None) -> None:
    with pytest.raises(FilterError) as raised:
        read(text, sources=("police", "desk"))
    error = raised.value
    assert error.code is problem
    assert text[error.position : error.position + error.length] == fault
    assert suggestion is None or suggestion in error.suggestions
    assert error.say("fr") != error.say("en")
    assert "{" not in error.say("fr") + error.say("en")


def test_what_is_suggested_is_read() -> None:
    with pytest.raises(FilterError) as raised:
        read("zone:Noailles")
    found = {pair for text in raised.value.suggestions for pair in read(text).zones.any_of}
    assert found == {("quartier", "13201-noailles"), ("zone_police", "N")}


def test_every_problem_has_its_sentences_in_both_languages() -> None:
    assert set(SENTENCES) == set(Problem)
    assert all(set(sentences) == {"fr", "en"} for sentences in SENTENCES.values())


known_pairs = st.sampled_from([(kind.name, zone.code) for kind in TOWN.levels for zone in kind.zones])
foreign_pairs = st.sampled_from(
    [("bezirk", "3"), ("bezirk", 'a "b",c'), ("quartier", ABSENT), ("arrondissement", ABSENT), ("quartier", "gone")]
)
some_pairs = st.lists(known_pairs | foreign_pairs, max_size=3).map(tuple)
codes = st.sampled_from([*(term.code for term in load_vocabulary().terms), ABSENT])
any_text = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(
    question=questions(words=any_text),
    zones=st.builds(ZoneChoice, some_pairs, some_pairs),
    categories=choices(codes),
    sources=choices(any_text),
    language=st.sampled_from(["fr", "en"]),
)
@settings(max_examples=100, deadline=None)
def test_what_is_said_is_read_as_the_same_question(
    question: Filter, zones: ZoneChoice, categories: Choice, sources: Choice, language: str
) -> None:
    question = replace(question, zones=zones, categories=categories, sources=sources, flags=sources)
    text = say(question, territory=TOWN, vocabulary=load_vocabulary(), language=language)
    assert read(text, language=language) == question


@given(text=st.text("nature:bruit zone,\"“«»'->=<3;.é\\", max_size=30) | any_text)
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused_inside_itself(text: str) -> None:
    faults = []
    try:
        read(text)
    except FilterError as error:
        faults.append((error.position, error.position + error.length))
    assert all(0 <= start <= end <= len(text) for start, end in faults)
