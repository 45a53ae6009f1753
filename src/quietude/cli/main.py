"""The `quietude` command: finds the other commands, reads the settings once."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

import click

from quietude.config import SettingsError, read_settings

COMMANDS = {
    "import": "import_source",
    "vocabulary": "vocabulary",
    "geocode": "geocode",
    "rules": "rules",
    "serve": "serve",
    "store": "store",
    "retention": "retention",
    "user": "user",
    "database": "database",
    "backup": "backup",
    "restore": "restore",
    "demo": "demo",
    "audit": "audit",
    "guard": "guard",
    "alarms": "alarms",
    "replay": "replay",
    "search": "search",
}
"""Command to module of this package, which holds a click command called `command`; loaded only when called."""


class LazyGroup(click.Group):
    """A group that imports a command only when it is asked for, so that `quietude --help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Return one command, or None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"quietude.cli.{COMMANDS[cmd_name]}").command
        return command


@click.group(cls=LazyGroup)
@click.option("--town", help="Name of the town's folder (default: QUIETUDE_TOWN).")
@click.version_option(package_name="quietude")
@click.pass_context
def main(ctx: click.Context, town: str | None) -> None:
    """Quiétude: one stream of facts on public tranquility."""
    if town is not None:
        os.environ["QUIETUDE_TOWN"] = town
    try:
        ctx.obj = read_settings(os.environ, working_dir=Path.cwd())
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
