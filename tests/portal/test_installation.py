from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from quietude.config import Settings, SettingsError
from quietude.portal.installation import database_from, secret_key_of


@pytest.fixture
def plain(tmp_path: Path) -> Settings:
    return Settings(town="valcombe", towns_dir=tmp_path, data_dir=tmp_path, var_dir=tmp_path / "var")


def test_the_key_is_made_once_and_only_its_owner_reads_it(plain: Settings) -> None:
    key = secret_key_of(plain)
    assert len(key) >= 64
    assert secret_key_of(plain) == key
    assert stat.S_IMODE((plain.var_dir / "secret.key").stat().st_mode) == 0o600


def test_a_key_that_is_given_is_not_written(plain: Settings) -> None:
    assert secret_key_of(replace(plain, secret_key="given")) == "given"
    assert not plain.var_dir.exists()


def test_two_installations_have_two_keys(plain: Settings, tmp_path: Path) -> None:
    assert secret_key_of(plain) != secret_key_of(replace(plain, var_dir=tmp_path / "other"))


def test_sqlite_lies_beside_the_towns_facts(plain: Settings) -> None:
    database = database_from(plain)
    assert database["NAME"] == plain.var_dir / "valcombe" / "portal.sqlite3"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]


def test_postgresql_by_its_address(plain: Settings) -> None:
    address = "postgresql://anne:s%40fe@db.example:5433/quietude?sslmode=require"
    database = database_from(replace(plain, database_url=address))
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["USER"], database["PASSWORD"], database["HOST"], database["PORT"]) == (
        "anne",
        "s@fe",
        "db.example",
        "5433",
    )
    assert (database["NAME"], database["OPTIONS"]["sslmode"]) == ("quietude", "require")


def test_connections_to_postgresql_are_pooled_not_kept_by_threads(plain: Settings) -> None:
    database = database_from(replace(plain, database_url="postgresql://anne@db.example/quietude"))
    assert database["CONN_MAX_AGE"] == 0
    assert database["OPTIONS"]["pool"]["max_size"] < 100


@pytest.mark.parametrize("address", ["mysql://somewhere/db", "postgresql://somewhere", "quietude"])
def test_an_address_of_something_else_is_refused(plain: Settings, address: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        database_from(replace(plain, database_url=address))
