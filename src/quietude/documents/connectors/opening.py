"""From a manifest to the connector that follows its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from quietude.documents.connectors.bucket import Bucket
from quietude.documents.connectors.change import Connector, ConnectorError
from quietude.documents.connectors.cmis import Cmis
from quietude.documents.connectors.folder import Folder
from quietude.documents.connectors.mailbox import Mailbox
from quietude.documents.connectors.share import Share
from quietude.documents.connectors.signing import signed_with
from quietude.documents.connectors.site import Site
from quietude.documents.connectors.web import Web, basic
from quietude.documents.connectors.webdav import WebDav
from quietude.fetch.api import Fetcher
from quietude.sources.api import (
    BucketDocuments,
    CmisDocuments,
    DocumentRead,
    FolderDocuments,
    MailboxDocuments,
    ShareDocuments,
    SiteDocuments,
    WebDavDocuments,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What connectors need of the installation."""

    fetcher: Fetcher
    secret_of: Callable[[str], str]
    """Name of a secret to the secret; raises `LookupError`."""
    clock: Callable[[], datetime]
    """The time, UTC."""
    drop_dir: Path | None = None
    """What folders lie in (QUIETUDE_DROP_DIR)."""


def connector_of(read: DocumentRead, around: Surroundings) -> Connector:
    """Return the connector of a manifest's place; nothing is asked yet. How to run one: see `Connector`.

    Raises:
        ConnectorError: a secret or a setting is missing.
    """
    if isinstance(read, FolderDocuments):
        if around.drop_dir is None:
            raise ConnectorError("QUIETUDE_DROP_DIR is not set: set it to the folder that holds those of manifests")
        return Folder(root=around.drop_dir / read.path, leave=read.leave, deletions=read.deletions)
    secret = _secret(read.secret, around) if not isinstance(read, SiteDocuments) else ""
    seconds, fetcher = read.wait.total_seconds(), around.fetcher
    if isinstance(read, MailboxDocuments):
        return Mailbox(
            connect=lambda: fetcher.connection(
                read.host.lower(), read.port, is_secured=read.is_secured, seconds=seconds
            ),
            user=read.user, secret=secret, mailbox=read.mailbox, deletions=read.deletions,
        )  # fmt: skip
    if isinstance(read, ShareDocuments):
        return Share(
            fetcher=fetcher, host=read.host.lower(), port=read.port, share=read.share, path=read.path, user=read.user,
            secret=secret, seconds=seconds, leave=read.leave, deletions=read.deletions,
        )  # fmt: skip
    return _by_http(read, secret, around)


def _by_http(
    read: WebDavDocuments | BucketDocuments | CmisDocuments | SiteDocuments, secret: str, around: Surroundings
) -> Connector:
    seconds, fetcher = read.wait.total_seconds(), around.fetcher
    if isinstance(read, BucketDocuments):
        signed = signed_with(read.access_key, secret, read.region, around.clock)
        return Bucket(
            web=Web(fetcher=fetcher, credentials=signed, seconds=seconds), url=read.url.rstrip("/"),
            bucket=read.bucket, prefix=read.prefix, leave=read.leave, deletions=read.deletions,
        )  # fmt: skip
    if isinstance(read, SiteDocuments):
        web = Web(fetcher=fetcher, seconds=seconds, redirections=3)
        return Site(web=web, url=read.url, only=read.only, max_pages=read.max_pages, deletions=read.deletions)
    web = Web(fetcher=fetcher, credentials=basic(read.user, secret), seconds=seconds)
    if isinstance(read, CmisDocuments):
        return Cmis(
            web=web, url=read.url, repository=read.repository, folder=read.folder, sweep=read.sweep_every,
            clock=around.clock, asks_rights=bool(read.rights), leave=read.leave, deletions=read.deletions,
        )  # fmt: skip
    return WebDav(web=web, url=read.url.rstrip("/") + "/", leave=read.leave, deletions=read.deletions)


def _secret(name: str | None, around: Surroundings) -> str:
    if name is None:
        return ""
    try:
        return around.secret_of(name)
    except LookupError as error:
        raise ConnectorError(str(error)) from error
