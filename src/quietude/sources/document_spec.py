"""Where a source's documents are: the `read` part of a manifest whose kind is `documents`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath
from typing import Literal

from pydantic import Field, field_validator, model_validator

from quietude.model.event import Sensitivity
from quietude.sources.door_spec import SecretName, ShortDuration
from quietude.sources.duration import parse_duration
from quietude.sources.expression import Part, Words

ADDRESS = "^https?://"
HOST = r"^[A-Za-z0-9_.:-]{1,253}$"
LEFT = ("~$*", ".*", "*.tmp", "*.part", "Thumbs.db", "desktop.ini")
"""Names that programs leave behind while someone works, or for themselves."""


class RightSpec(Part):
    """What a right of the other server, or a folder there, means here. All rules that apply count together."""

    folder: str | None = Field(default=None, description="The rule applies to this folder there and all below it.")
    principal: str | None = Field(
        default=None,
        description="The rule applies to what this group or user may read there, named as that server names it.",
    )
    sensitivity: Sensitivity | None = Field(
        default=None,
        description="What the documents are; the strictest counts, the manifest's own among them: it is the least.",
    )
    groups: Words = Field(default=(), description="Services here that may read them, by code.")

    @model_validator(mode="after")
    def _says_one_thing(self) -> RightSpec:
        if (self.folder is None) == (self.principal is None):
            raise ValueError("a rule of rights says folder or principal: one of them")
        if self.sensitivity is None and not self.groups:
            raise ValueError("a rule of rights says sensitivity, groups, or both")
        return self


class DocumentsSpec(Part):
    """What every place of documents says."""

    rights: tuple[RightSpec, ...] = Field(default=(), description="What rights there mean here.")
    document_class: str = Field(
        default="other",
        alias="class",
        pattern=r"^[a-z][a-z0-9_]{0,39}$",
        description="Class of the documents, one of docs/ged.md or of the town's.",
    )
    leave: Words = Field(default=LEFT, description="Names that are left alone, `*` and `?` allowed.")
    max_bytes: int = Field(default=200 * 2**20, gt=0, description="A larger document is not taken; the run says which.")
    deletions: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Share of the known documents that may vanish at once; more waits for a person's word.",
    )
    timeout: ShortDuration = Field(default="PT30S", description="How long the server may take for one answer.")

    @model_validator(mode="after")
    def _states_rights(self) -> DocumentsSpec:
        if getattr(self, "format", "") != "cmis" and any(rule.principal is not None for rule in self.rights):
            raise ValueError("rights: only cmis states who may read a document; give rules by folder")
        return self

    @property
    def wait(self) -> timedelta:
        """Return how long one answer may take."""
        return parse_duration(self.timeout).exact


class FolderDocuments(DocumentsSpec):
    """A folder of this machine, or of a share that it mounts. Links are not followed."""

    format: Literal["folder"] = Field(description="`folder`.")
    path: str = Field(description="Folder within QUIETUDE_DROP_DIR.")

    @field_validator("path")
    @classmethod
    def _is_inside(cls, text: str) -> str:
        path = PurePosixPath(text)
        if path.is_absolute() or not path.parts or ".." in path.parts or "\\" in text:
            raise ValueError(f"{text!r}: expected a folder within QUIETUDE_DROP_DIR, as in documents/orders")
        return text


class AccountSpec(DocumentsSpec):
    """Who asks the other server."""

    user: str | None = Field(default=None, description="Name of the account; it should be allowed to read only.")
    secret: SecretName | None = Field(
        default=None, description="Name of its secret: a file of the folder QUIETUDE_SECRETS_DIR."
    )

    @model_validator(mode="after")
    def _needs_both(self) -> AccountSpec:
        if (self.user is None) != (self.secret is None):
            raise ValueError("user and secret need each other")
        return self


class WebDavDocuments(AccountSpec):
    """A folder of a WebDAV server (Nextcloud, SharePoint, Apache)."""

    format: Literal["webdav"] = Field(description="`webdav`.")
    url: str = Field(
        pattern=ADDRESS, description="Address of the folder; inside the network QUIETUDE_FETCH_HOSTS lists its host."
    )


class MailboxDocuments(DocumentsSpec):
    """A mailbox that is read by IMAP; messages are neither marked as read nor moved."""

    format: Literal["mailbox"] = Field(description="`mailbox`.")
    host: str = Field(pattern=HOST, description="Name of the server.")
    port: int = Field(default=993, gt=0, lt=65536, description="Its port.")
    is_secured: bool = Field(
        default=True, alias="tls", description="Whether it is spoken to through TLS; false for a listed host only."
    )
    user: str = Field(min_length=1, description="Name of the account.")
    secret: SecretName = Field(description="Name of its secret: a file of the folder QUIETUDE_SECRETS_DIR.")
    mailbox: str = Field(default="INBOX", min_length=1, description="Which of its mailboxes.")


class BucketDocuments(DocumentsSpec):
    """A bucket of an object store that speaks S3."""

    format: Literal["s3"] = Field(description="`s3`.")
    url: str = Field(pattern=ADDRESS, description="Address of the store, without the bucket.")
    bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", description="Name of the bucket.")
    prefix: str = Field(default="", description="Beginning of the keys that are taken; all when empty.")
    region: str = Field(default="us-east-1", pattern="^[a-z0-9-]+$", description="Region that requests are signed for.")
    access_key: str = Field(min_length=1, description="Name of the key; it should be allowed to list and read only.")
    secret: SecretName = Field(description="Name of its secret: a file of the folder QUIETUDE_SECRETS_DIR.")


class CmisDocuments(AccountSpec):
    """A folder of a document system that speaks CMIS 1.1 (Alfresco, Nuxeo), asked by its browser binding."""

    format: Literal["cmis"] = Field(description="`cmis`.")
    url: str = Field(pattern=ADDRESS, description="Service address of the browser binding.")
    repository: str | None = Field(default=None, description="Which repository; the only one when absent.")
    folder: str = Field(default="/", pattern="^/", description="Path of the folder, with all below it.")
    sweep: ShortDuration = Field(
        default="P1D", description="How often all is listed, to learn what was deleted; between, what changed is asked."
    )

    @property
    def sweep_every(self) -> timedelta:
        """Return how often all is listed."""
        return parse_duration(self.sweep).exact


class ShareDocuments(DocumentsSpec):
    """A share of a Windows or Samba server (SMB 2 and 3). Links and other servers (DFS) are not followed."""

    format: Literal["smb"] = Field(description="`smb`.")
    host: str = Field(pattern=HOST, description="Name of the server; QUIETUDE_FETCH_HOSTS must list it.")
    port: int = Field(default=445, gt=0, lt=65536, description="Its port.")
    share: str = Field(pattern=r"^[^\\/:*?\"<>|]{1,80}$", description="Name of the share.")
    path: str = Field(default="", description="Folder in the share; all of it when empty.")
    user: str = Field(min_length=1, description="Name of the account, with its domain if needed: `VILLE\\lecteur`.")
    secret: SecretName = Field(description="Name of its secret: a file of the folder QUIETUDE_SECRETS_DIR.")

    @field_validator("path")
    @classmethod
    def _is_inside(cls, text: str) -> str:
        path = PurePosixPath(text)
        if path.is_absolute() or ".." in path.parts or "\\" in text:
            raise ValueError(f"{text!r}: expected a folder within the share, as in Police/Rapports")
        return text


class SiteDocuments(DocumentsSpec):
    """What a website publishes, by its sitemap. Its robots.txt is kept to."""

    format: Literal["site"] = Field(description="`site`.")
    url: str = Field(pattern=ADDRESS, description="Address of the sitemap, or of an index of sitemaps.")
    only: Words = Field(default=(), description="Beginnings of the paths that are taken; all when absent.")
    max_pages: int = Field(default=20_000, gt=0, description="More pages than these: the run fails.")


DocumentRead = (
    FolderDocuments
    | WebDavDocuments
    | MailboxDocuments
    | BucketDocuments
    | CmisDocuments
    | ShareDocuments
    | SiteDocuments
)
"""Where documents are."""
