"""The trial finds records it never learned from, beside the naive baseline, and the score is fitted on the others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.ingest.locate.made_up_town import STREETS, write_town

from quietude.ingest.locate.calibration import FEATURES
from quietude.ingest.locate.trial import fit_source, try_source
from quietude.sources.api import Town, load_town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = write_town(tmp_path_factory.mktemp("towns"))
    return load_town(folder, folder)


def test_tested_records_were_not_taught_and_lessons_help(town: Town) -> None:
    trial = try_source(town, "reports")
    files, learned = trial.measures["files"], trial.measures["learned"]
    assert trial.taught + trial.tested == 16 * len(STREETS)
    assert 0.1 < trial.tested / (trial.taught + trial.tested) < 0.3
    assert files.records == learned.records == trial.tested
    assert trial.baseline == 1.0
    assert 0.8 < (trial.stated_zone_agrees or 0) < 1.0
    assert 0.8 < learned.right < 1.0
    assert learned.located == 1.0
    assert learned.median_error_m < files.median_error_m / 3


def test_the_fit_says_what_it_was_made_of(town: Town) -> None:
    fitted = fit_source(town, "reports", today=date(2026, 1, 31))
    assert set(fitted.coefficients) == set(FEATURES)
    assert (fitted.provenance["source"], fitted.provenance["fitted_on"]) == ("trial/reports", "2026-01-31")
    assert set(fitted.accuracy_factor) >= {"number", "street"}


def test_an_unknown_source_is_named(town: Town) -> None:
    with pytest.raises(KeyError, match="no source 'absent'; it has reports"):
        try_source(town, "absent")


def test_too_few_records_prove_nothing(tmp_path: Path) -> None:
    folder = write_town(tmp_path, records_per_street=2)
    with pytest.raises(ValueError, match=r"reports\.yml: only 38 records"):
        try_source(load_town(folder, folder), "reports")


@pytest.mark.data
@pytest.mark.slow
def test_marseille_reaches_what_was_set_out_for(repository: Path, data_dir: Path) -> None:
    trial = try_source(load_town(repository / "towns" / "marseille", data_dir), "accidents")
    assert trial.baseline < 0.65
    for name in ("files", "learned", "learned, zone stated"):
        found = trial.measures[name]
        assert found.located >= 0.85
        assert found.near >= 0.90
    learned = trial.measures["learned"]
    assert learned.right >= 0.70
    assert learned.brier <= 0.17
    assert 0.6 <= learned.within_accuracy <= 0.8
    table = learned.reliability
    gaps = ((table["promised"] - table["kept"]).abs() * table["records"]).to_list()
    assert sum(gaps) / sum(table["records"].to_list()) <= 0.04
