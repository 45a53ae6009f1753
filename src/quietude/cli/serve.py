"""`quietude serve`: the portal, in one process."""

from __future__ import annotations

import click

from quietude.config import Settings
from quietude.portal.api import PortalError, serve


@click.command("serve")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for every network card."
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 for any free one.",
)
@click.pass_obj
def command(settings: Settings, host: str, port: int) -> None:
    """Serve the portal until interrupted. The database is brought up to date first."""
    try:
        serve(
            settings, host=host, port=port, say=lambda address: click.echo(f"Quiétude is at {address} (Ctrl+C to stop)")
        )
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        click.echo("Stopped.")
