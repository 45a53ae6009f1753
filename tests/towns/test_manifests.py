"""Every town of the repository can be read, and says of each source what the law and the reader need."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from quietude.model.event import Reality, Regime
from quietude.model.vocabulary import load_vocabulary
from quietude.sources.api import Manifest, load_manifest, parse_duration, read_crosswalk
from quietude.sources.simulator.spec import SERVICES, SimulatorSpec

TOWNS = Path(__file__).resolve().parent.parent.parent / "towns"
MANIFESTS = sorted(TOWNS.glob("*/sources/*.yml"))
EXPECTED = {
    "marseille": {
        "accidents", "dangerous_buildings", "public_places", "weather", "sim_municipal_police",
        "sim_video_centre", "sim_town_hall_desk", "sim_social_landlord", "sim_transport",
    },
    "paris": {"dans_ma_rue", "traffic_orders"},
    "bench": {
        "laguna_beach", "milwaukee", "ucpd", "uk_police", "houston", "chicago", "sncf", "leuven_events",
        "leuven_levels", "auckland",
    },
}  # fmt: skip
LOGBOOKS = [path for path in MANIFESTS if path.stem.startswith("sim_")]
POLICE = {"laguna_beach", "milwaukee", "ucpd", "uk_police", "houston", "chicago"}


def named(path: Path) -> str:
    return f"{path.parent.parent.name}/{path.stem}"


@pytest.fixture(params=MANIFESTS, ids=named)
def manifest(request: pytest.FixtureRequest) -> Manifest:
    return load_manifest(request.param)


@pytest.mark.parametrize("town", EXPECTED)
def test_a_town_has_its_sources(town: str) -> None:
    assert {path.stem for path in (TOWNS / town / "sources").glob("*.yml")} == EXPECTED[town]


def test_a_source_names_its_owner_law_licence_or_notice_and_purpose(manifest: Manifest) -> None:
    assert manifest.owner
    assert manifest.legal_basis
    assert manifest.purpose
    assert manifest.licence or manifest.notice
    assert manifest.title.fr != manifest.title.en


def test_a_source_states_how_many_rows_it_should_have(manifest: Manifest) -> None:
    assert manifest.expect.rows is not None
    fewest, most = manifest.expect.rows
    assert 0 < fewest < most <= 6 * fewest


def test_what_is_not_published_is_kept_three_years_at_most(manifest: Manifest) -> None:
    today = date(2026, 11, 22)
    limit = parse_duration("P3Y").before(today)
    assert manifest.history == "open" or parse_duration(manifest.retention).before(today) >= limit


def test_what_is_dropped_is_dropped_for_a_reason(manifest: Manifest) -> None:
    assert all(len(reason) > 10 for reason in manifest.map.drop.values())


def test_registers_of_police_fall_under_the_penal_regime(manifest: Manifest) -> None:
    assert (manifest.regime == Regime.TITRE_III) == (manifest.name in POLICE)


def test_crosswalks_can_be_read_with_the_vocabulary(manifest: Manifest) -> None:
    path = manifest.crosswalk_path()
    rows = read_crosswalk(path, load_vocabulary()).rows if path is not None else None
    assert rows is None or len(rows) > 5


@pytest.mark.parametrize("path", LOGBOOKS, ids=named)
def test_made_up_logbooks_say_that_they_are_and_share_one_world(path: Path) -> None:
    manifest = load_manifest(path)
    assert manifest.defaults.reality == Reality.FICTIONAL
    assert "fictive" in manifest.title.fr.lower() or "fictif" in manifest.title.fr.lower()
    assert "fictional" in manifest.title.en.lower()
    first = load_manifest(LOGBOOKS[0]).read[0].model_dump(exclude={"service"})
    assert manifest.read[0].model_dump(exclude={"service"}) == first
    assert manifest.duplicates == "last"


def test_only_logbooks_of_the_simulator_are_fictional(manifest: Manifest) -> None:
    assert (manifest.defaults.reality == Reality.FICTIONAL) == manifest.is_simulated


def test_every_source_is_documented(manifest: Manifest, repository: Path) -> None:
    assert f"`{manifest.name}`" in (repository / "docs" / "towns.md").read_text(encoding="utf-8")


def test_every_service_and_setting_of_the_simulator_is_documented(repository: Path) -> None:
    page = (repository / "docs" / "simulator.md").read_text(encoding="utf-8")
    settings = {field.alias or name for name, field in SimulatorSpec.model_fields.items()} - {"format"}
    assert not [word for word in (*SERVICES, *settings) if f"`{word}`" not in page]
