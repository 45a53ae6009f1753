from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from quietude.ingest.masks import LABELS, SUSPECT, mask
from quietude.ingest.protect import masked

CORPUS: dict[str, Any] = YAML(typ="safe").load(
    Path(__file__).with_name("personal_data.yml").read_text(encoding="utf-8")
)
SENTENCES = [(kind, text, datum) for kind, pairs in CORPUS["masked"].items() for text, datum in pairs]


@pytest.mark.parametrize(("kind", "text", "datum"), SENTENCES, ids=[text for _, text, _ in SENTENCES])
def test_personal_data_are_replaced_by_their_kind(kind: str, text: str, datum: str) -> None:
    result, found = mask(text, "FR")
    assert datum not in result
    assert LABELS[kind] in result
    assert found[kind] >= 1


@pytest.mark.parametrize("text", CORPUS["kept"])
def test_what_is_no_personal_datum_is_left_alone(text: str) -> None:
    assert mask(text, "FR") == (text, {})


@pytest.mark.parametrize("text", [text for _, text, _ in SENTENCES])
def test_the_cheap_pattern_suspects_every_text_that_the_exact_ones_find(text: str) -> None:
    assert pl.Series([text]).str.contains(SUSPECT).item()


def test_national_numbers_of_other_countries_are_masked_by_country() -> None:
    assert mask("call (773) 702-8181 now", "US")[0] == "call [téléphone] now"


def test_the_words_around_stay() -> None:
    text = "Appel de jeanne@exemple.fr (06 39 98 12 34) : véhicule AB-123-CD, rien d'autre."
    assert mask(text, "FR")[0] == "Appel de [courriel] ([téléphone]) : véhicule [plaque], rien d'autre."


def phones() -> Iterator[str]:
    yield from (f"06{mark}39{mark}98{mark}12{mark}34" for mark in ("", " ", ".", "-", "/"))


@settings(max_examples=50, deadline=None)
@given(
    before=st.text("abc éà,;", max_size=12),
    phone=st.sampled_from(list(phones())),
    after=st.text("abc éà,;", max_size=12),
)
def test_a_telephone_number_is_found_whatever_stands_around(before: str, phone: str, after: str) -> None:
    result, _ = mask(f"{before} {phone} {after}", "FR")
    assert phone not in result
    assert result.startswith(before)


LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"


@settings(max_examples=300, deadline=None)
@given(
    left=st.text(LETTERS, min_size=2, max_size=2),
    number=st.integers(1, 999),
    right=st.text(LETTERS, min_size=2, max_size=2),
    gap=st.sampled_from(["-", "", " ", " - "]),
    write=st.sampled_from([str.upper, str.lower]),
)
def test_any_plate_of_a_vehicle_is_masked(
    left: str, number: int, right: str, gap: str, write: Callable[[str], str]
) -> None:
    plate = write(f"{left}{gap}{number:03}{gap}{right}")
    sentence = f"Véhicule {plate}, vu deux fois"
    assert mask(sentence, "FR")[0] == "Véhicule [plaque], vu deux fois"
    assert pl.Series([sentence]).str.contains(SUSPECT).item()


@settings(max_examples=200, deadline=None)
@given(
    day=st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    clock=st.times(),
    form=st.sampled_from(
        ["%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d-%m-%Y %Hh%M", "%Y-%m-%d %H:%M", "%d %m %Y %H %M", "%Y%m%d%H%M%S"]
    ),
    country=st.sampled_from(["FR", "US", "GB", "BE"]),
)
def test_a_date_with_its_time_is_no_telephone_number(day: date, clock: time, form: str, country: str) -> None:
    sentence = f"le {datetime.combine(day, clock).strftime(form)} bruit"
    assert mask(sentence, country) == (sentence, {})


@settings(max_examples=50, deadline=None)
@given(text=st.text(max_size=80))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once, _ = mask(text, "FR")
    assert mask(once, "FR")[0] == once


def test_a_column_is_masked_like_its_texts() -> None:
    texts = [text for _, text, _ in SENTENCES] + CORPUS["kept"] + [None]
    column, found = masked(pl.Series("text", texts), "FR")
    assert column.to_list() == [mask(text, "FR")[0] if text is not None else None for text in texts]
    assert found.total() >= len(SENTENCES)


@pytest.mark.parametrize(
    "value", ["48.8566589343692", "10000954", "200600000303", "2018-04-16T07:11:51", "12/31/2017 11:59:00 PM"]
)
def test_numbers_and_dates_of_their_own_are_left_alone(value: str) -> None:
    column, found = masked(pl.Series("text", [value]), "FR")
    assert (column.to_list(), dict(found)) == ([value], {})
