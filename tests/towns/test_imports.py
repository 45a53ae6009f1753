"""A sample of each source's records, as they are, comes in by the whole way from file to store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from quietude.ingest.api import ImportReport, Ledger, Outcome, run_import
from quietude.model.filter.question import Filter
from quietude.model.viewer import Viewer
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import Town, count_records, find_files, load_town
from quietude.store.api import Store

TOWNS = Path(__file__).resolve().parent.parent.parent / "towns"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAMPLE = 1_500
REAL = {
    "marseille": ["accidents", "dangerous_buildings"],
    "paris": ["dans_ma_rue", "traffic_orders"],
    "bench": ["laguna_beach", "milwaukee", "ucpd", "uk_police", "houston", "chicago", "sncf", "leuven_events"],
}
NUMBERS = {"marseille": ["weather"], "bench": ["leuven_levels", "auckland"]}
FACTS = [(town, source) for town, sources in REAL.items() for source in sources]
OBSERVED = [(town, source) for town, sources in NUMBERS.items() for source in sources]
DROPPED = ("usagers", "signataire", "MATRICULE", "nom_demandeur", "GARDIEN", "operateur")


@pytest.fixture(scope="module")
def towns(data_dir: Path) -> dict[str, Town]:
    return {name: load_town(TOWNS / name, data_dir) for name in REAL}


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the towns' ledgers; compiled gazetteers beside them serve one import after the other."""
    return tmp_path_factory.mktemp("ledgers")


def ledger_of(town: Town, ledgers: Path) -> Ledger:
    return Ledger(ledgers / town.name / "ledger.sqlite3")


def imported(
    town: Town, source: str, ledgers: Path, folder: Path, limit: int | None = SAMPLE
) -> tuple[ImportReport, Store]:
    store = Store.open(folder / "facts", levels=town.territory.level_names, timezone=town.timezone)
    ledger = ledger_of(town, ledgers)
    report = run_import(town, source, store, ledger, vocabulary=load_vocabulary(), now=NOW, limit=limit)
    return report, store


def shortened(town: Town, source: str) -> Town:
    """Return the town with a made-up logbook of forty days in place of two years."""
    manifest = town.sources[source]
    read = tuple(spec.model_copy(update={"since": "P40D"}) for spec in manifest.read)
    return replace(town, sources={**town.sources, source: manifest.model_copy(update={"read": read})})


def facts_of(store: Store, *columns: str) -> pl.DataFrame:
    table = store.query(Viewer.system("test"), Filter(), columns=columns, order_by=())
    return pl.DataFrame(pl.from_arrow(table))


@pytest.mark.data
@pytest.mark.parametrize(("name", "source"), FACTS, ids=[source for _, source in FACTS])
def test_a_sample_of_facts_comes_in(
    towns: dict[str, Town], name: str, source: str, ledgers: Path, tmp_path: Path
) -> None:
    report, store = imported(towns[name], source, ledgers, tmp_path)
    assert report.outcome == Outcome.DONE
    assert report.read >= SAMPLE
    assert report.columns_unread == []
    assert report.quarantined < 0.02 * report.read
    facts = facts_of(store, "category_by", "located_by", "attributes")
    assert facts.height == report.filed
    assert facts["category_by"].null_count() < 0.02 * facts.height
    assert facts["located_by"].null_count() < 0.05 * facts.height
    kept = "".join(facts["attributes"].head(50).drop_nulls())
    assert not [column for column in DROPPED if f'"{column}"' in kept]


@pytest.mark.data
@pytest.mark.parametrize(("name", "source"), OBSERVED, ids=[source for _, source in OBSERVED])
def test_a_sample_of_numbers_comes_in(
    towns: dict[str, Town], name: str, source: str, ledgers: Path, tmp_path: Path
) -> None:
    report, store = imported(towns[name], source, ledgers, tmp_path)
    assert report.outcome == Outcome.DONE
    assert report.columns_unread == []
    assert report.quarantined == 0
    numbers = store.observations(Viewer.system("test"), source=source)
    assert numbers.num_rows == report.values > SAMPLE


@pytest.mark.data
@pytest.mark.parametrize(("name", "source"), [*FACTS, *OBSERVED], ids=[source for _, source in [*FACTS, *OBSERVED]])
def test_the_files_hold_about_as_many_records_as_the_manifest_expects(
    towns: dict[str, Town], name: str, source: str
) -> None:
    manifest = towns[name].sources[source]
    assert manifest.expect.rows is not None
    snapshots = 6 if manifest.snapshot else 1
    fewest, most = (bound * snapshots for bound in manifest.expect.rows)
    assert (
        0.7 * fewest <= count_records(find_files(manifest, towns[name].data_dir)) <= 1.6 * most
    )  # counted by lines, not parsed


@pytest.mark.data
def test_the_gravity_of_an_accident_is_kept_and_its_people_are_not(
    towns: dict[str, Town], ledgers: Path, tmp_path: Path
) -> None:
    _, store = imported(towns["marseille"], "accidents", ledgers, tmp_path, limit=4_000)
    facts = facts_of(store, "severity", "attributes")
    assert set(facts["severity"].unique()) == {3, 4, 5}
    assert not facts["attributes"].str.contains("an_nais|sexe").any()


@pytest.mark.data
def test_public_places_of_three_separators_come_in(towns: dict[str, Town], ledgers: Path, tmp_path: Path) -> None:
    report, _ = imported(towns["marseille"], "public_places", ledgers, tmp_path, limit=None)
    assert report.read == 1_375
    assert report.filed + report.duplicates == report.read
    assert report.columns_unread == []
    schools = [
        place
        for place in ledger_of(towns["marseille"], ledgers).places(source="public_places")
        if "Ecole" in place.name
    ]
    assert len(schools) > 200
    assert not [key for place in schools for key in place.attributes if "elephone" in key or "mail" in key.lower()]


@pytest.mark.data
@pytest.mark.slow
def test_the_last_snapshot_of_orders_is_the_present_and_what_left_is_withdrawn(
    towns: dict[str, Town], ledgers: Path, tmp_path: Path
) -> None:
    report, store = imported(towns["marseille"], "dangerous_buildings", ledgers, tmp_path, limit=None)
    facts = facts_of(store, "status", "flags", "version")
    is_withdrawn = facts["flags"].list.eval(pl.element().str.starts_with("withdrawn")).list.any().fill_null(value=False)
    assert report.read == 7_379
    assert is_withdrawn.sum() == report.withdrawn
    assert facts.filter(~is_withdrawn).height >= 1_390  # of the 1,396 lines of 5 August 2021
    assert (facts["version"] > 1).sum() > 500


@pytest.mark.data
@pytest.mark.parametrize("service", ["municipal_police", "town_hall_desk", "transport"])
def test_a_made_up_logbook_comes_in_as_fiction_masked_and_placed(
    towns: dict[str, Town], service: str, ledgers: Path, tmp_path: Path
) -> None:
    report, store = imported(shortened(towns["marseille"], f"sim_{service}"), f"sim_{service}", ledgers, tmp_path)
    assert report.outcome == Outcome.DONE
    assert report.columns_unread == []
    assert set(report.masked) >= {"telephone", "email", "plate"}
    facts = facts_of(store, "reality", "text", "located_by", "category_by", "attributes")
    assert set(facts["reality"]) == {"fictional"}
    assert (
        not facts["text"]
        .str.contains(r"@example\.|06 ?39 ?98|SS[- ]\d{3}[- ][A-Z]{2}\b|[A-Z]{2}[- ]\d{3}[- ]SS\b")
        .any()
    )
    assert facts["located_by"].null_count() < 0.02 * facts.height
    assert facts["category_by"].null_count() == 0
