"""Settings read from the environment: what is stated arrives, what cannot be used is refused with its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from quietude.config import Settings, SettingsError, read_settings

PROVIDER = {
    "QUIETUDE_OIDC_ISSUER": "https://auth.example.gouv.fr/api/v2",
    "QUIETUDE_OIDC_CLIENT_ID": "valcombe",
    "QUIETUDE_OIDC_SECRET": "not for the log",
}


def read(folder: Path, **environ: str) -> Settings:
    return read_settings(environ, working_dir=folder)


def test_without_an_issuer_there_is_no_provider(tmp_path: Path) -> None:
    assert read(tmp_path, QUIETUDE_OIDC_CLIENT_ID="valcombe").oidc_issuer is None


def test_a_provider_is_issuer_name_and_secret_and_asks_for_a_second_factor(tmp_path: Path) -> None:
    settings = read(tmp_path, **PROVIDER)
    assert settings.oidc_issuer == "https://auth.example.gouv.fr/api/v2"
    assert (settings.oidc_client_id, settings.oidc_secret) == ("valcombe", "not for the log")
    assert settings.oidc_label == "ProConnect"
    assert settings.oidc_amr == ("mfa",)
    assert settings.oidc_vouches_for_emails is False


def test_the_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from a file\n", encoding="utf-8")
    environ = {**PROVIDER, "QUIETUDE_OIDC_SECRET": "", "QUIETUDE_OIDC_SECRET_FILE": str(tmp_path / "secret")}
    assert read(tmp_path, **environ).oidc_secret == "from a file"


def test_the_secret_is_not_shown_with_the_settings(tmp_path: Path) -> None:
    assert "not for the log" not in repr(read(tmp_path, **PROVIDER))


def test_words_are_separated_by_spaces_and_none_is_none(tmp_path: Path) -> None:
    more = {"QUIETUDE_OIDC_AMR": "", "QUIETUDE_OIDC_ACR": "eidas2 eidas3", "QUIETUDE_OIDC_SCOPES": "openid email siret"}
    settings = read(tmp_path, **PROVIDER, **more)
    assert settings.oidc_amr == ()
    assert settings.oidc_acr == ("eidas2", "eidas3")
    assert settings.oidc_scopes == ("openid", "email", "siret")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"QUIETUDE_OIDC_ISSUER": "http://auth.example.gouv.fr"}, "https://"),
        ({"QUIETUDE_OIDC_ISSUER": "auth.example.gouv.fr"}, "https://"),
        ({"QUIETUDE_OIDC_ISSUER": "https://user:word@auth.example.gouv.fr"}, "https://"),
        ({"QUIETUDE_OIDC_ISSUER": "file:///etc/passwd"}, "https://"),
        ({"QUIETUDE_OIDC_CLIENT_ID": ""}, "QUIETUDE_OIDC_CLIENT_ID"),
        ({"QUIETUDE_OIDC_SECRET": ""}, "QUIETUDE_OIDC_SECRET_FILE"),
        ({"QUIETUDE_OIDC_SECRET": "", "QUIETUDE_OIDC_SECRET_FILE": "/nowhere/at/all"}, "/nowhere/at/all"),
        ({"QUIETUDE_OIDC_SCOPES": "email"}, "QUIETUDE_OIDC_SCOPES"),
        ({"QUIETUDE_OIDC_EMAILS_VERIFIED": "yes"}, "QUIETUDE_OIDC_EMAILS_VERIFIED"),
    ],
)
def test_a_provider_that_cannot_be_used_is_refused_at_the_start(
    tmp_path: Path, changed: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named) as refusal:
        read(tmp_path, **{**PROVIDER, **changed})
    assert "not for the log" not in str(refusal.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_on_this_machine_alone_a_provider_needs_no_tls(tmp_path: Path, host: str) -> None:
    issuer = f"http://{host}:8080/realms/town"
    assert read(tmp_path, **{**PROVIDER, "QUIETUDE_OIDC_ISSUER": issuer}).oidc_issuer == issuer


def test_scheduled_backups_say_where_to_and_for_whom(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="QUIETUDE_BACKUP_DIR and QUIETUDE_BACKUP_RECIPIENTS"):
        read_settings({"QUIETUDE_BACKUP_EVERY_MINUTES": "5"}, working_dir=tmp_path)
    whole = {
        "QUIETUDE_BACKUP_EVERY_MINUTES": "5",
        "QUIETUDE_BACKUP_DIR": "backups",
        "QUIETUDE_BACKUP_RECIPIENTS": "age1x",
    }
    assert read_settings(whole, working_dir=tmp_path).backup_every_minutes == 5
