from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.simulator.examples import NOW, rows_of, spec_of

from quietude.model.territory import Territory
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import read_crosswalk
from quietude.sources.simulator.lexicon_file import read_voice
from quietude.sources.simulator.records import KEY_COLUMNS, WRITERS, read_simulated
from quietude.sources.simulator.spec import SERVICES, Service
from quietude.sources.simulator.stage import Stage, build_stage

TEXTS: dict[Service, str] = {
    "municipal_police": "COMPTE_RENDU",
    "video_centre": "message",
    "town_hall_desk": "commentaire",
    "social_landlord": "OBSERVATIONS",
    "transport": "DESCRIPTION",
}
CATEGORIES: dict[Service, tuple[str, ...]] = {
    "municipal_police": ("NATURE",),
    "video_centre": ("lib_evt",),
    "town_hall_desk": ("thematique", "sous_thematique"),
    "social_landlord": ("MOTIF",),
    "transport": ("LIBELLE",),
}
NUMBER = re.compile(r"(?<![\d:])(?:\+33 ?\d|0\d)(?:[ .]?\d\d){4}(?!\d)")
MAIL = re.compile(r"@([\w.-]+\w)")


@pytest.fixture(scope="module")
def logbooks(stage: Stage) -> dict[Service, pl.DataFrame]:
    return {service: rows_of(service, stage) for service in SERVICES}


def test_every_service_has_a_writer() -> None:
    assert set(WRITERS) == set(KEY_COLUMNS) == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_rows_are_texts_with_a_key(logbooks: dict[Service, pl.DataFrame], service: Service) -> None:
    rows = logbooks[service]
    assert rows.height > 300
    assert set(rows.dtypes) == {pl.String}
    assert rows[KEY_COLUMNS[service]].null_count() == 0
    assert (rows[TEXTS[service]].str.len_chars() > 0).all()


@pytest.mark.parametrize("service", SERVICES)
def test_the_same_seed_writes_the_same_logbook(
    logbooks: dict[Service, pl.DataFrame], stage: Stage, service: Service
) -> None:
    assert rows_of(service, stage).equals(logbooks[service])


def test_another_seed_writes_another_logbook(logbooks: dict[Service, pl.DataFrame], stage: Stage) -> None:
    other = rows_of("transport", stage, seed=8)
    assert not set(other["DESCRIPTION"]) >= set(logbooks["transport"]["DESCRIPTION"].head(50))


@pytest.mark.parametrize("service", SERVICES)
@given(seed=st.integers(0, 2**40), from_day=st.integers(1, 25), length=st.integers(0, 40))
@settings(max_examples=4, deadline=None)
def test_a_day_is_written_the_same_whatever_period_is_asked_for(
    stage: Stage, service: Service, seed: int, from_day: int, length: int
) -> None:
    first = date(2026, 4, from_day)
    last = (first + timedelta(days=length)).isoformat()
    late = datetime(2027, 1, 1, tzinfo=UTC)
    part = rows_of(service, stage, now=late, seed=seed, facts_per_day=40, since=first.isoformat(), until=last)
    whole = rows_of(service, stage, now=late, seed=seed, facts_per_day=40, since="2026-04-01", until="2026-06-10")
    assert part.join(whole, on=part.columns, how="anti", nulls_equal=True).is_empty()
    keys = part[KEY_COLUMNS[service]].unique()
    assert whole.filter(pl.col(KEY_COLUMNS[service]).is_in(keys.implode())).height == part.height


def test_nothing_is_known_before_it_is_entered(stage: Stage) -> None:
    early, later = (
        rows_of("municipal_police", stage, now=NOW + timedelta(hours=hours), since="2026-03-01") for hours in (0, 30)
    )
    entered = early.select(at=pl.col("SAISI_LE").str.to_datetime("%d/%m/%Y %H:%M:%S"))
    assert entered.filter(pl.col("at") > pl.datetime(2026, 3, 20, 12, 30)).is_empty()
    assert later.height > early.height
    assert early.join(later, on=early.columns, how="anti", nulls_equal=True).is_empty()


def test_a_time_without_a_zone_is_refused(stage: Stage) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        next(read_simulated(spec_of("transport"), stage, now=datetime(2026, 3, 20)))  # noqa: DTZ001 - the fault under test


@pytest.mark.parametrize("service", SERVICES)
def test_every_category_a_service_can_write_is_in_its_crosswalk(
    logbooks: dict[Service, pl.DataFrame], repository: Path, service: Service
) -> None:
    path = repository / "towns" / "marseille" / "crosswalks" / f"sim_{service}.csv"
    crosswalk = read_crosswalk(path, load_vocabulary())
    two_levels = len(CATEGORIES[service]) == 2
    possible = [
        f"{entry.code} > {entry.label}" if two_levels else entry.label for entry in read_voice(service).categories
    ]
    written = (
        logbooks[service].select(pl.concat_str(CATEGORIES[service], separator=" > ").alias("said"))["said"].unique()
    )
    assert set(written) <= set(possible)
    assert crosswalk.apply(pl.Series(possible))["relation"].null_count() == 0


@pytest.mark.parametrize("service", SERVICES)
def test_texts_are_many_whole_and_hold_no_empty_slot(logbooks: dict[Service, pl.DataFrame], service: Service) -> None:
    texts = logbooks[service][TEXTS[service]]
    assert texts.n_unique() > 0.8 * len(texts)
    assert not texts.str.contains(r"[{}]").any()
    gaps = texts.str.contains(r"  | \.|\.\.|,\.").sum()  # a slip of the pen may have struck out a word of one letter
    assert gaps < 0.003 * len(texts)


@pytest.mark.parametrize("service", SERVICES)
def test_no_number_or_address_of_a_real_person_is_written(
    logbooks: dict[Service, pl.DataFrame], service: Service
) -> None:
    everything = "\n".join(text for column in logbooks[service] for text in column.drop_nulls())
    numbers = {
        re.sub(r"\D", "", number).removeprefix("33").removeprefix("0")[:5] for number in NUMBER.findall(everything)
    }
    assert numbers <= {"63998", "46571", "19900"}
    assert set(MAIL.findall(everything)) <= {"example.org", "example.com", "example.net"}


@pytest.mark.parametrize("service", SERVICES)
def test_personal_data_stand_in_about_the_stated_share_of_texts(
    logbooks: dict[Service, pl.DataFrame], service: Service
) -> None:
    texts = logbooks[service][TEXTS[service]]
    share = texts.str.contains(r"@example\.|39 ?\.?98|65 ?\.?71|99 ?\.?00|SS[- ]\d{3}|\d{3}[- ]SS").sum() / len(texts)
    assert 0.4 * read_voice(service).personal < share < 2.5 * read_voice(service).personal + 0.05


@pytest.mark.parametrize("service", SERVICES)
def test_a_town_without_a_gazetteer_has_logbooks_too(territory: Territory, service: Service) -> None:
    bare = build_stage(territory, None, timezone="Europe/Paris")
    assert rows_of(service, bare).height > 200
