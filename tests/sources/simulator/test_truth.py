from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.sources.simulator.examples import NOW, rows_of, spec_of

from quietude.sources.simulator.lexicon_file import read_voice
from quietude.sources.simulator.records import KEY_COLUMNS
from quietude.sources.simulator.spec import SERVICES, Service
from quietude.sources.simulator.stage import Stage
from quietude.sources.simulator.truth import FACTS, PLANTS, REPORTS, Truth, simulate_truth


@pytest.fixture(scope="module")
def truth(stage: Stage) -> Truth:
    return simulate_truth([spec_of(service) for service in SERVICES], stage, now=NOW)


@pytest.mark.parametrize("service", SERVICES)
def test_every_record_is_told_of_in_the_truth_once(truth: Truth, stage: Stage, service: Service) -> None:
    rows = rows_of(service, stage)
    reports = truth.reports.filter(pl.col("service") == service)
    assert sorted(reports["source_key"]) == sorted(rows[KEY_COLUMNS[service]])


def test_every_report_is_of_a_fact(truth: Truth) -> None:
    assert truth.facts["fact"].is_unique().all()
    assert truth.reports.join(truth.facts, on="fact", how="anti").is_empty()


def test_a_service_reports_what_it_is_competent_for_only(truth: Truth) -> None:
    told = truth.reports.join(truth.facts, on="fact").group_by("service").agg(pl.col("nature").unique())
    for service, natures in told.iter_rows():
        assert set(natures) <= set(read_voice(service).natures)


def test_most_facts_are_never_told_and_some_several_times(truth: Truth) -> None:
    services = truth.reports.group_by("fact").agg(pl.col("service").n_unique())
    assert services.height < truth.facts.height
    assert (services["service"] >= 3).any()


def test_plants_of_facts_are_described_and_alive_on_their_day(truth: Truth) -> None:
    planted = truth.facts.filter(pl.col("plant").is_not_null()).join(truth.plants, on="plant", how="left")
    assert planted.height > 100
    assert planted["kind"].null_count() == 0
    bounded = planted.filter(pl.col("first_day").is_not_null())
    assert bounded.filter(~pl.col("occurred_at").dt.date().is_between("first_day", "last_day")).is_empty()
    assert planted.filter(~pl.col("nature").is_in("natures")).is_empty()


def test_facts_of_a_hot_spot_lie_about_it(truth: Truth) -> None:
    planted = truth.facts.join(truth.plants.filter(pl.col("kind") == "hot_spot"), on="plant")
    metres = (
        ((pl.col("lat_deg") - pl.col("lat_deg_right")) * 111_195).pow(2)
        + ((pl.col("lon_deg") - pl.col("lon_deg_right")) * 111_195 * 0.728).pow(2)
    ).sqrt()
    assert planted.select((metres < 4 * pl.col("radius_m") + 400).mean()).item() > 0.8


def test_written_files_hold_the_same_tables(truth: Truth, tmp_path: Path) -> None:
    truth.write(tmp_path / "new")
    for name, table in ((FACTS, truth.facts), (REPORTS, truth.reports), (PLANTS, truth.plants)):
        assert pl.read_parquet(tmp_path / "new" / name).equals(table)


def test_logbooks_of_two_worlds_have_no_common_truth(stage: Stage) -> None:
    with pytest.raises(ValueError, match="logbooks of one world"):
        simulate_truth([spec_of("transport"), spec_of("video_centre", seed=8)], stage, now=NOW)


def test_nothing_true_lies_in_the_future(truth: Truth) -> None:
    later = truth.facts.filter(pl.col("occurred_at") > pl.datetime(2026, 3, 20, 12, 30))
    assert later.is_empty()
