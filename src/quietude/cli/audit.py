"""`quietude audit`: keys of the journal of acts, its check, its outside witness."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from quietude.cli.noting import note_command
from quietude.config import Settings
from quietude.journal.api import (
    CannotVerify,
    CheckKey,
    Exchange,
    JournalError,
    Kind,
    SqliteJournal,
    Use,
    VerifierKey,
    Witness,
    create_key,
    examine_extract,
    public_path,
    read_extract,
    read_key,
    verify,
)
from quietude.portal.api import PortalError, copy_journal

FILE = click.Path(path_type=Path)
DAMAGED, UNCHECKED = 1, 2
"""How `verify` ends, beside 0."""


@click.group(name="audit")
def command() -> None:
    """Prove who opened, changed, communicated, linked or erased what."""


def _log(settings: Settings) -> Path:
    return settings.var_dir / settings.town / "portal.sqlite3"


def _key(settings: Settings) -> Path:
    return settings.var_dir / settings.town / "journal.key"


@command.command()
@click.option("--name", help="Name of the log or the witness, like an address (default: quietude/TOWN/journal).")
@click.option("--witness", "is_witness", is_flag=True, help="Make the key of a witness; give its --name too.")
@click.option("--out", type=FILE, help="File to write (default: journal.key in the town's var folder).")
@click.pass_obj
def key(settings: Settings, *, name: str | None, is_witness: bool, out: Path | None) -> None:
    """Make a key, once, and print its public half: give it to those who check, and keep it away from this disk."""
    if is_witness and (name is None or out is None):
        raise click.ClickException("a witness is somebody else: give --name and --out")
    path = out or _key(settings)
    try:
        public = create_key(path, name or f"quietude/{settings.town}/journal", Use.WITNESS if is_witness else Use.LOG)
    except JournalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{path}: the private key, readable by its owner only\n{public}")


@command.command("verify")
@click.option("--log", type=FILE, help="The journal's file (default: the town's).")
@click.option("--key", "public", help="Public key, or its file (default: the .pub beside the town's key).")
@click.option("--checkpoint", type=FILE, multiple=True, help="A signed checkpoint that was kept elsewhere.")
@click.option("--witness", type=FILE, multiple=True, help="A file or folder of checkpoints that a witness signed.")
@click.option("--witness-key", help="Public key of the witness, or its file.")
@click.option("--extract", type=FILE, help="A certified extract: its archive, or its PDF with the proof beside it.")
@click.pass_context
def check(
    ctx: click.Context,
    *,
    extract: Path | None,
    log: Path | None,
    public: str | None,
    checkpoint: tuple[Path, ...],
    witness: tuple[Path, ...],
    witness_key: str | None,
) -> None:
    """Check the journal: ends with 0 when nothing is wrong, 1 when something is, 2 when it could not be checked."""
    settings: Settings = ctx.obj
    if extract is not None:
        ctx.exit(_check_extract(extract, public or str(public_path(_key(settings)))))
    if log is None and settings.database_url is not None:
        click.echo(
            "NOT CHECKED: the journal lies in PostgreSQL. Copy it with `quietude audit export --out FILE`, "
            "then `quietude audit verify --log FILE`."
        )
        ctx.exit(UNCHECKED)
    asked = ["--log", str(log or _log(settings)), "--key", public or str(public_path(_key(settings)))]
    asked += [word for path in checkpoint for word in ("--checkpoint", str(path))]
    asked += [word for path in witness for word in ("--witness", str(path))]
    asked += [] if witness_key is None else ["--witness-key", witness_key]
    ctx.exit(verify(asked))


def _check_extract(path: Path, public: str) -> int:
    """Say what is wrong with an extract; 0 nothing, 1 something, 2 it could not be checked."""
    try:
        found = examine_extract(read_extract(path), CheckKey.parse(public))
    except CannotVerify as error:
        click.echo(f"NOT CHECKED: {error}")
        return UNCHECKED
    if found.findings:
        click.echo("\n".join(found.findings))
        click.echo(f"ALTERED: {len(found.findings)} findings in the extract of {found.label}.")
        return DAMAGED
    click.echo(
        f"UNTOUCHED: {path.name} is the extract of {found.label} that entry {found.index} of the journal certifies, "
        f"made on {found.at}."
    )
    return 0


@command.command()
@click.option("--out", type=FILE, required=True, help="The new SQLite file.")
@click.pass_obj
def export(settings: Settings, *, out: Path) -> None:
    """Copy the journal, from SQLite or PostgreSQL, to a file of its own that `verify` reads anywhere."""
    note_command(settings, Kind.COMMUNICATE, "audit export", file=out.name)
    try:
        entries = copy_journal(settings, out)
    except PortalError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{out}: {entries:,} entries. Check it with quietude audit verify --log {out}")


@command.command()
@click.option("--exchange", type=FILE, required=True, help="The folder shared with the witness.")
@click.option("--log", type=FILE, help="The journal's file (default: the town's).")
@click.option("--key", "private", type=FILE, help="The journal's private key (default: the town's).")
@click.pass_obj
def checkpoint(settings: Settings, *, exchange: Path, log: Path | None, private: Path | None) -> None:
    """Show the journal's state to the witness, with the proof that it continues what the witness holds."""
    path = log or _log(settings)
    if not path.is_file():
        raise click.ClickException(f"{path}: there is no journal here")
    try:
        own = read_key(private or _key(settings), Use.LOG)
        journal = SqliteJournal(path, own)
        with journal.transaction() as cursor:
            state = journal.tables.head(cursor).checkpoint
            asked = Exchange(exchange).ask(state, own, partial(journal.tables.node, cursor))
        journal.close()
    except JournalError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(
            f"{exchange}: the witness cannot be reached ({error.strerror}). Acts go on and are noted; mount the folder "
            "again and repeat this: the witness then signs all that it missed"
        ) from error
    click.echo(f"{asked}: {state.size} entries, for the witness to sign")


@command.command()
@click.option("--exchange", type=FILE, required=True, help="The folder shared with the log.")
@click.option("--key", "private", type=FILE, required=True, help="The witness's private key.")
@click.option(
    "--log-key", multiple=True, required=True, help="Public key of a log, as `quietude audit key` printed it."
)
@click.option("--state", type=FILE, required=True, help="Where the witness remembers; on its own disk, backed up.")
@click.option("--every", "every_s", type=click.FloatRange(min=0.1), metavar="SECONDS", help="Look again and again.")
def witness(*, exchange: Path, private: Path, log_key: tuple[str, ...], state: Path, every_s: float | None) -> None:
    """Sign the checkpoint that lies in the folder, when it continues the last one seen; refuse it otherwise.

    To run by somebody else, on another machine: whoever rules over both log and witness can make both anew.
    """
    try:
        signer = Witness(read_key(private, Use.WITNESS), [VerifierKey.parse(text) for text in log_key], state)
    except JournalError as error:
        raise click.ClickException(str(error)) from error
    while True:
        try:
            signed = Exchange(exchange).answer(signer, at=datetime.now(UTC))
        except JournalError as error:
            if every_s is None:
                raise click.ClickException(f"refused: {error}") from error
            click.echo(f"refused: {error}", err=True)
        else:
            if signed is not None or every_s is None:
                click.echo("nothing was asked" if signed is None else f"{signed}: signed")
        if every_s is None:
            return
        time.sleep(every_s)
