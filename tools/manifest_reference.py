"""Write docs/manifests.md from the models' own descriptions: `python tools/manifest_reference.py`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from quietude.sources.document_spec import (
    BucketDocuments,
    CmisDocuments,
    FolderDocuments,
    MailboxDocuments,
    RightSpec,
    ShareDocuments,
    SiteDocuments,
    WebDavDocuments,
)
from quietude.sources.door_spec import CursorSpec, FolderSpec, HeaderSpec, PullSpec, SignatureSpec
from quietude.sources.expression import Case, Condition, Expression
from quietude.sources.flow_spec import FlowSpec
from quietude.sources.manifest import Defaults, Expect, Label, Manifest, Period, Schedule
from quietude.sources.map_spec import CategorySpec, MapSpec, SeriesSpec, VideoSpec
from quietude.sources.read_spec import FileForm, PlaceSpec, Positions, ReadSpec

PAGE = Path(__file__).resolve().parent.parent / "docs" / "manifests.md"
START, END = "<!-- reference, written by tools/manifest_reference.py -->", "<!-- end of the reference -->"
SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("The manifest", Manifest),
    ("`read`: where the records are", ReadSpec),
    ("`map`: which column becomes what", MapSpec),
    ("An expression", Expression),
    ("A condition (`only`, and in a case)", Condition),
    ("A case (`when`)", Case),
    ("`map.category`", CategorySpec),
    ("`map.place`", PlaceSpec),
    ("`map.place.positions`", Positions),
    ("`map.series`", SeriesSpec),
    ("`map.video`", VideoSpec),
    ("`expect`", Expect),
    ("`defaults`", Defaults),
    ("`period`", Period),
    ("`schedule`", Schedule),
    ("`flow`", FlowSpec),
    ("`flow.files`: tables that come by the doors pull and folder", FileForm),
    ("`flow.signature`", SignatureSpec),
    ("A value in the headers (`timestamp`, `id`)", HeaderSpec),
    ("`flow.pull`", PullSpec),
    ("`flow.pull.cursor`", CursorSpec),
    ("`flow.folder`", FolderSpec),
    ("`read` of documents: `folder`", FolderDocuments),
    ("`read` of documents: `webdav`", WebDavDocuments),
    ("`read` of documents: `mailbox`", MailboxDocuments),
    ("`read` of documents: `s3`", BucketDocuments),
    ("`read` of documents: `cmis`", CmisDocuments),
    ("`read` of documents: `smb`", ShareDocuments),
    ("`read` of documents: `site`", SiteDocuments),
    ("`read.rights`: what rights there mean here", RightSpec),
    ("A text of the screen", Label),
)


def reference() -> str:
    """Return the reference of every field, in the order of the models."""
    parts = []
    for title, model in SECTIONS:
        summary = (model.__doc__ or "").strip().split("\n\n")
        parts += [f"## {title}", "", *(line.strip() for line in summary[0].splitlines()), ""]
        parts += [" ".join(line.split()) for line in summary[1:]] + ([""] if summary[1:] else [])
        parts += ["| Key | Default | Meaning |", "|---|---|---|"]
        parts += [
            f"| `{field.alias or name}` | {default_of(field)} | {cell(field)} |"
            for name, field in model.model_fields.items()
        ]
        parts.append("")
    return "\n".join(parts).rstrip()


def default_of(field: FieldInfo) -> str:
    """Return a field's default in words."""
    if field.is_required():
        return "required"
    value = field.default if field.default is not PydanticUndefined else None
    if value is None or value in ((), {}):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def cell(field: FieldInfo) -> str:
    """Return a field's description and its admitted words, for a cell of a table."""
    words = [word for word in words_of(field.annotation) if f"{word}" not in (field.description or "")]
    choice = f" One of {', '.join(f'`{word}`' for word in words)}." if words else ""
    return f"{field.description}{choice}".replace("|", "\\|")


def words_of(annotation: Any) -> list[str]:
    """Return the words of a choice, if the type is one."""
    if str(get_origin(annotation)) == "typing.Literal":
        return [str(word) for word in get_args(annotation)]
    return [word for part in get_args(annotation) for word in words_of(part)]


def written(page: str) -> str:
    """Return the page with its reference made anew."""
    before, rest = page.split(START, 1)
    after = rest.split(END, 1)[1]
    return f"{before}{START}\n\n{reference()}\n\n{END}{after}"


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(written(text), encoding="utf-8")
    sys.exit(0)
