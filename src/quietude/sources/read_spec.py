"""Where a source's records are and how they are written: the `read` part of a manifest."""

from __future__ import annotations

import codecs
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, field_validator, model_validator

from quietude.sources.document_spec import (
    BucketDocuments,
    CmisDocuments,
    FolderDocuments,
    MailboxDocuments,
    ShareDocuments,
    SiteDocuments,
    WebDavDocuments,
)
from quietude.sources.expression import Expression, Part, Value, Words
from quietude.sources.simulator.spec import SimulatorSpec

Format = Literal["csv", "xlsx", "ods", "json", "ndjson", "geojson", "gpkg", "shapefile", "parquet"]

MAX_RECORD_BYTES = 4 * 2**20  # the longest narrative met is 6 kB; a record a thousand times longer is not one


class FileForm(Part):
    """How files of one form are written."""

    format: Format = Field(
        description="Form of the files; `csv` holds every delimited text, `.gz` is recognised by itself."
    )
    encoding: str | None = Field(
        default=None, description="Encoding of the text; found out (byte-order mark, UTF-8) when absent."
    )
    separator: str | None = Field(
        default=None, description="Character between columns; found out among `,` `;` tab `|` when absent."
    )
    quote: str | None = Field(
        default='"', description="Character around texts that hold separators or line ends; null: none."
    )
    skip: int = Field(default=0, ge=0, description="Lines (rows of a sheet) before the header.")
    header: bool = Field(default=True, description="Whether the first line holds the names of the columns.")
    names: tuple[str, ...] = Field(default=(), description="Names of the columns, when the file has none.")
    empty: Words = Field(default=(), description="Values that mean nothing, besides the empty text: `NA`, `-`, `NULL`.")
    sheet: str | None = Field(default=None, description="Sheet of a workbook; the first when absent.")
    layer: str | None = Field(default=None, description="Layer of a geographic file; the first when absent.")
    records: str | None = Field(
        default=None, description="Path of the list of records in a JSON document, as in `result.items`."
    )
    max_record_bytes: int = Field(
        default=MAX_RECORD_BYTES, gt=0, description="A longer record is set aside, and never held in memory whole."
    )

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str | None) -> str | None:
        if encoding is not None:
            try:
                codecs.lookup(encoding)
            except LookupError as error:
                raise ValueError(
                    f"no such encoding {encoding!r}; expected for instance utf-8, cp1252, iso8859-15, utf-16"
                ) from error
        return encoding

    @field_validator("separator", "quote")
    @classmethod
    def _is_one_character(cls, mark: str | None) -> str | None:
        mark = "\t" if mark in {"tab", "\\t"} else mark
        if mark is not None and (len(mark) != 1 or ord(mark) > 127):
            raise ValueError(f"expected one ASCII character, not {mark!r}")
        return mark

    @model_validator(mode="after")
    def _has_its_needs(self) -> FileForm:
        if not self.header and not self.names and self.format == "csv":
            raise ValueError("header: false needs names")
        return self


class ReadSpec(FileForm):
    """One set of files of one form. Wildcards (`*`, `**`, `?`) and braces (`{a,b}`) are allowed in paths."""

    path: Words = Field(
        min_length=1,
        description="Files in the town's folder or the data folder, read in this order; matches of a wildcard by name.",
    )


class WrittenSpec(Part):
    """The `read` part of a logbook that is written in the portal itself: there is no file."""

    format: Literal["logbook"] = Field(description="`logbook`: the records are written in the portal.")


class FlowRead(Part):
    """The `read` part of a source of which there is no file: its records only come by themselves."""

    format: Literal["flow"] = Field(description="`flow`: there is no file; `flow` says by which doors records come.")


DOCUMENTS = frozenset({"folder", "webdav", "mailbox", "s3", "cmis", "smb", "site"})
"""Formats of sources whose records are documents of another system."""
ELSEWHERE = DOCUMENTS | {"simulator", "logbook", "flow"}
"""Formats that are no files of tables."""


def _to_list(value: Any) -> Any:
    return (value,) if isinstance(value, dict) else value


def _reader_of(value: Any) -> str:
    given = value.get("format") if isinstance(value, dict) else value.format
    return given if given in ELSEWHERE else "files"


AnyRead = Annotated[
    Annotated[ReadSpec, Tag("files")]
    | Annotated[SimulatorSpec, Tag("simulator")]
    | Annotated[WrittenSpec, Tag("logbook")]
    | Annotated[FlowRead, Tag("flow")]
    | Annotated[FolderDocuments, Tag("folder")]
    | Annotated[WebDavDocuments, Tag("webdav")]
    | Annotated[MailboxDocuments, Tag("mailbox")]
    | Annotated[BucketDocuments, Tag("s3")]
    | Annotated[CmisDocuments, Tag("cmis")]
    | Annotated[ShareDocuments, Tag("smb")]
    | Annotated[SiteDocuments, Tag("site")],
    Discriminator(_reader_of),
]
Reads = Annotated[tuple[AnyRead, ...], BeforeValidator(_to_list)]
"""Sets of files, read one after the other as one source; or records made up, written in the portal, or coming in."""


class Positions(Part):
    """Where sensors or sites stand, from another file: each record takes the position of the key it holds."""

    read: ReadSpec = Field(description="The file of positions.")
    key: Value = Field(description="Expression over that file's columns: the key of a position.")
    lon: Value = Field(description="Expression over that file's columns: longitude in degrees.")
    lat: Value = Field(description="Expression over that file's columns: latitude in degrees.")
    of: Value | None = Field(
        default=None, description="Expression over the record: its key; the sensor of an observation when absent."
    )


class PlaceSpec(Part):
    """Where it happened, as far as the source says; what is not said is looked for by the geocoder."""

    address: Value | None = Field(default=None, description="Address or place in words.")
    postcode: Value | None = Field(default=None, description="Postcode.")
    zone_hint: Value | None = Field(
        default=None, description="Code or name of a zone of the territory the source states."
    )
    lon: Value | None = Field(default=None, description="Longitude, in any of the notations met.")
    lat: Value | None = Field(default=None, description="Latitude, in any of the notations met.")
    km: Value | None = Field(default=None, description="Kilometre marker along the road of the address.")
    km_offset: Value | None = Field(default=None, description="Metres past the kilometre marker.")
    label: Value | None = Field(default=None, description="Name of the place to show; the geocoder's when absent.")
    scale: float | None = Field(
        default=None, gt=0, description="What whole-number coordinates are multiplied by, such as 1e-5."
    )
    accuracy_m: float = Field(
        default=20.0, gt=0, description="How near the truth the source's own coordinates are, in metres."
    )
    positions: Positions | None = Field(
        default=None, description="File of positions for records that name a sensor or a site."
    )

    def expressions(self) -> dict[str, Expression]:
        """Return the expressions over the record, by name."""
        names = ("address", "postcode", "zone_hint", "lon", "lat", "km", "km_offset", "label")
        found = {name: expression for name in names if (expression := getattr(self, name)) is not None}
        if self.positions is not None and self.positions.of is not None:
            found["position_key"] = self.positions.of
        return found
