from __future__ import annotations

import polars as pl
import pytest
from tests.sources.simulator.examples import rows_of

from quietude.sources.simulator.spec import SERVICES, Service
from quietude.sources.simulator.stage import Stage


@pytest.fixture(scope="module")
def logbooks(stage: Stage) -> dict[Service, pl.DataFrame]:
    return {service: rows_of(service, stage, since="P120D", facts_per_day=160) for service in SERVICES}


def share(rows: pl.DataFrame, column: str, pattern: str) -> float:
    found = rows[column].drop_nulls().str.contains(pattern).mean()
    assert isinstance(found, float)
    return found


def test_the_police_write_capitals_two_clocks_and_now_and_then_a_wrong_year(
    logbooks: dict[Service, pl.DataFrame],
) -> None:
    rows = logbooks["municipal_police"]
    assert share(rows, "ADRESSE", r"^[A-Z0-9 '/().,\-\"&]+$") > 0.99
    assert 0.1 < share(rows, "HEURE", r"^\d\dh\d\d$") < 0.3
    assert share(rows, "HEURE", r"^\d\d[:h]\d\d$") == 1
    wrong = 1 - share(rows, "DATE_MC", r"/202[56]$")
    assert 0 < wrong < 0.003
    assert rows["GRAVITE"].null_count() > 0


def test_the_video_centre_writes_decimal_commas_and_zero_for_unknown_cameras(
    logbooks: dict[Service, pl.DataFrame],
) -> None:
    rows = logbooks["video_centre"]
    assert 0.005 < share(rows, "lon", "^0$") < 0.05
    assert share(rows, "lon", r"^(0|5,\d+)$") == 1
    assert rows.filter(pl.col("fin") < pl.col("horodatage")).is_empty()


def test_the_desk_knows_who_asks_how_and_often_not_where(logbooks: dict[Service, pl.DataFrame]) -> None:
    rows = logbooks["town_hall_desk"]
    assert 0.15 < rows["longitude"].null_count() / rows.height < 0.6
    assert rows["longitude"].is_null().equals(rows["latitude"].is_null())
    by_night = rows.filter(pl.col("date_demande").str.slice(11, 2).cast(pl.Int8) < 6)
    assert not by_night["canal"].is_in(["Téléphone", "Guichet"]).any()
    assert rows.filter((pl.col("etat") == "Clôturée") != pl.col("date_cloture").is_not_null()).is_empty()


def test_the_landlord_knows_the_day_and_seldom_the_hour(logbooks: dict[Service, pl.DataFrame]) -> None:
    rows = logbooks["social_landlord"]
    assert 0.4 < rows["HEURE_FAITS"].null_count() / rows.height < 0.7
    assert share(rows, "DATE_FAITS", r"^\d\d/\d\d/\d\d$") == 1
    assert share(rows, "HEURE_FAITS", r"^\d\dH[03]0$") == 1


def test_transport_writes_whole_numbers_for_degrees_and_sometimes_swaps_them(
    logbooks: dict[Service, pl.DataFrame],
) -> None:
    rows = logbooks["transport"]
    assert share(rows, "X", r"^\d{6,7}$") == 1
    assert 0 < share(rows, "X", r"^43\d{5}$") < 0.02
    assert rows.filter(pl.col("X").str.starts_with("43") != pl.col("Y").str.starts_with("5")).is_empty()


@pytest.mark.parametrize("service", ["municipal_police", "town_hall_desk"])
def test_an_amended_entry_comes_again_later_under_its_number_and_says_so(
    logbooks: dict[Service, pl.DataFrame], service: Service
) -> None:
    rows = logbooks[service].with_row_index("row")
    key, text = {"municipal_police": ("N_MC", "COMPTE_RENDU"), "town_hall_desk": ("reference", "commentaire")}[service]
    again = rows.filter(pl.col(key).is_duplicated()).sort(key, "row")
    assert 0.01 < again.height / rows.height < 0.12
    pairs = again.group_by(key, maintain_order=True).agg(pl.col(text), pl.col("row"))
    assert pairs.filter(pl.col(text).list.len() != 2).is_empty()
    assert pairs[text].list.last().str.ends_with("[complété]").all()
