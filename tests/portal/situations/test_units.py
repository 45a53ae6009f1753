"""Units: one is engaged on one situation, the nearest available come first, a position has an age."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import orjson
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st
from tests.portal.conftest import MakeUser, SignIn
from tests.portal.logbook.conftest import service
from tests.portal.situations.conftest import NOW, Begin

from quietude.portal.accounts.models import User
from quietude.portal.accounts.roles import Role
from quietude.portal.situations import roads, states
from quietude.portal.situations.models import Unit
from quietude.portal.situations.units import distance_m, keep_unit, set_position, set_unit, units_near
from quietude.situations.api import Lack, Way


@pytest.fixture
def units(supervisor: User) -> list[Unit]:
    """Return three units of the police that are available, 0, 1 and 2 km east of the port."""
    made = []
    for number in range(3):
        unit = keep_unit(supervisor, NOW, Unit(code=f"VIC{number}", service=service("police")))
        set_unit(supervisor, unit.pk, NOW, status="available")
        made.append(set_position(supervisor, unit.pk, NOW, lon_deg=5.38 + 0.0123 * number, lat_deg=43.29))
    return made


@pytest.mark.django_db
def test_the_nearest_that_is_free_comes_first(units: list[Unit], begin: Begin, agent: User) -> None:
    found = begin()
    near = units_near(found, NOW)
    assert [each.unit.code for each in near] == ["VIC0", "VIC1", "VIC2"]
    assert near[1].distance_m == pytest.approx(996, rel=0.01)
    set_unit(agent, units[0].pk, NOW, status="busy")
    set_unit(agent, units[2].pk, NOW, status="on_the_way", key=found.key)
    assert [each.unit.code for each in units_near(found, NOW)] == ["VIC2", "VIC1", "VIC0"]
    assert units_near(found, NOW + timedelta(minutes=16))[0].is_old


def lay_streets(folder: Path, *lines: list[list[float]]) -> None:
    said = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": line}}
            for line in lines
        ],
    }
    (folder / "territory").mkdir(exist_ok=True)
    (folder / "territory" / "streets.geojson").write_bytes(orjson.dumps(said))


@pytest.fixture
def town_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that passes for the town's where its streets are looked for."""
    monkeypatch.setattr(roads, "current_town", lambda: SimpleNamespace(folder=tmp_path))
    return tmp_path


@pytest.mark.django_db
def test_the_soonest_by_the_streets_comes_first_and_straight_lines_last(
    units: list[Unit], begin: Begin, town_folder: Path, sign_in: SignIn
) -> None:
    detour = [[5.38, 43.29], [5.38, 43.31], [5.395, 43.31], [5.3923, 43.29]]
    island = [[5.4046, 43.28], [5.4046, 43.30]]
    lay_streets(town_folder, [[5.37, 43.29], [5.3795, 43.29]], [[5.3795, 43.29], [5.38, 43.29]], detour, island)
    Unit.objects.filter(pk=units[0].pk).update(lon_deg=5.37, lat_deg=43.29)
    found = begin()
    near = units_near(found, NOW)
    assert [each.unit.code for each in near] == ["VIC0", "VIC1", "VIC2"]
    assert near[0].way is not None
    assert near[0].way.distance_m == pytest.approx(near[0].distance_m, rel=0.01)
    assert near[0].minutes == 2
    assert near[1].way is not None
    assert near[1].way.distance_m == pytest.approx(5670, rel=0.02), "996 m in a straight line"
    assert near[2].way == Way(None, lack=Lack.APART)
    Unit.objects.filter(pk=units[1].pk).update(lon_deg=5.60)
    page = sign_in(Role.SUPERVISOR, language="en").get(f"/situations/{found.key}/").content.decode()
    for said in ("m by the streets, about 2 min", "no way by the streets is known", "far from any street", "estimates"):
        assert said in page, said


@pytest.mark.django_db
def test_without_streets_or_with_a_file_that_cannot_be_read_lines_are_straight_and_said_to_be(
    units: list[Unit], begin: Begin, town_folder: Path, sign_in: SignIn
) -> None:
    found, client = begin(), sign_in(Role.SUPERVISOR, language="en")
    address = f"/situations/{found.key}/"
    assert "has no file of its streets" in client.get(address).content.decode()
    lay_streets(town_folder)
    page = client.get(address).content.decode()
    assert "streets cannot be read" in page
    assert "996 m in a straight line" in page


@pytest.mark.django_db
def test_a_unit_is_on_one_situation_at_a_time_and_free_when_it_is_resolved(
    units: list[Unit], begin: Begin, agent: User
) -> None:
    first, second = begin("rodeo"), begin("night_noise")
    set_unit(agent, units[0].pk, NOW, status="on_the_way", key=first.key)
    with pytest.raises(ValidationError, match=r"engagé sur 2026-0001"):
        set_unit(agent, units[0].pk, NOW, status="on_the_way", key=second.key)
    set_unit(agent, units[0].pk, NOW, status="on_scene", key=first.key)
    states.resolve(agent, first.key, NOW, outcome="Dispersés", why="fini")
    unit = Unit.objects.get(pk=units[0].pk)
    assert (unit.status, unit.situation) == ("available", None)


@pytest.mark.django_db
@pytest.mark.parametrize(("lon", "lat"), [(0.0, 0.0), (float("nan"), 43.0), (181.0, 43.0), (5.0, 91.0)])
def test_a_position_that_is_none_is_refused(lon: float, lat: float, units: list[Unit], agent: User) -> None:
    with pytest.raises(ValidationError, match="Ce n’est pas une position"):
        set_position(agent, units[0].pk, NOW, lon_deg=lon, lat_deg=lat)


@pytest.mark.django_db
def test_only_those_who_may_keep_and_move_units(units: list[Unit], agent: User, make_user: MakeUser) -> None:
    with pytest.raises(PermissionDenied):
        keep_unit(agent, NOW, Unit(code="VIC9", service=service("police")))
    with pytest.raises(PermissionDenied):
        set_unit(make_user(Role.ANALYST), units[0].pk, NOW, status="off")
    with pytest.raises(ValidationError):
        set_unit(agent, units[0].pk, NOW, status="on_the_way")


degrees = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(degrees, degrees)
def test_a_distance_is_the_same_there_and_back_and_at_most_half_the_earth(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    assert distance_m(a, b) == pytest.approx(distance_m(b, a))
    assert 0 <= distance_m(a, b) <= 20_015_115  # half the circumference of that radius


def test_a_distance_is_that_of_a_published_case() -> None:
    # Paris (Notre-Dame) to Marseille (Vieux-Port), 661 km as the crow flies
    assert distance_m((2.3499, 48.8530), (5.3698, 43.2965)) == pytest.approx(660_700, rel=0.005)
