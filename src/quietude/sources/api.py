"""The door of `sources`: towns, manifests and raw records. Other packages import from here only."""

from __future__ import annotations

from quietude.sources.batch import FILE, LINE, Problem, RawBatch, SourceError
from quietude.sources.crosswalk_file import CrosswalkError, read_crosswalk
from quietude.sources.document_spec import (
    BucketDocuments,
    CmisDocuments,
    DocumentRead,
    FolderDocuments,
    MailboxDocuments,
    RightSpec,
    ShareDocuments,
    SiteDocuments,
    WebDavDocuments,
)
from quietude.sources.door_spec import CursorSpec, FolderSpec, HeaderSpec, PullSpec, SignatureSpec
from quietude.sources.duration import Duration, parse_duration
from quietude.sources.expression import Condition, Expression, Part
from quietude.sources.flow_records import (
    BodyError,
    NothingError,
    Sent,
    flow_batch,
    read_body,
    read_delivery,
    read_downloaded,
    read_message,
    sent_of,
)
from quietude.sources.flow_spec import FlowSpec
from quietude.sources.forms.cap import CapAlert
from quietude.sources.forms.chain import Link, fold
from quietude.sources.forms.feed import FeedEntry, read_feed
from quietude.sources.forms.problem import FormError
from quietude.sources.gazetteer_files import (
    GAZETTEER_SCHEMA,
    GazetteerError,
    GazetteerFile,
    GazetteerSpec,
    gazetteer_paths,
    read_gazetteer,
)
from quietude.sources.logbook_file import BLOCKS, Block, EntryField, Logbook, load_logbook, load_logbooks
from quietude.sources.manifest import Label, Manifest, manifest_from
from quietude.sources.manifest_file import load_manifest
from quietude.sources.map_spec import CategorySpec, MapSpec, SeriesSpec
from quietude.sources.marks import Marks
from quietude.sources.read import (
    SourceFile,
    count_records,
    find_files,
    prefetched,
    read_batches,
    read_file,
    read_positions,
)
from quietude.sources.read_spec import PlaceSpec, Positions, ReadSpec
from quietude.sources.signature import SignatureError, verify
from quietude.sources.sniff import Sniffed, sniff
from quietude.sources.territory_files import TerritoryError, TerritorySpec, read_territory
from quietude.sources.territory_geojson import territory_from_geojson, territory_to_geojson
from quietude.sources.territory_points import zones_from_points
from quietude.sources.town import Protection, Town, View, load_manifests, load_town, read_places
from quietude.sources.yaml_file import Fault, ManifestError, faults_of, plain, read_yaml, suggest, text_of, yaml_of

__all__ = [
    "BLOCKS",
    "FILE",
    "GAZETTEER_SCHEMA",
    "LINE",
    "Block",
    "BodyError",
    "BucketDocuments",
    "CapAlert",
    "CategorySpec",
    "CmisDocuments",
    "Condition",
    "CrosswalkError",
    "CursorSpec",
    "DocumentRead",
    "Duration",
    "EntryField",
    "Expression",
    "Fault",
    "FeedEntry",
    "FlowSpec",
    "FolderDocuments",
    "FolderSpec",
    "FormError",
    "GazetteerError",
    "GazetteerFile",
    "GazetteerSpec",
    "HeaderSpec",
    "Label",
    "Link",
    "Logbook",
    "MailboxDocuments",
    "Manifest",
    "ManifestError",
    "MapSpec",
    "Marks",
    "NothingError",
    "Part",
    "PlaceSpec",
    "Positions",
    "Problem",
    "Protection",
    "PullSpec",
    "RawBatch",
    "ReadSpec",
    "RightSpec",
    "Sent",
    "SeriesSpec",
    "ShareDocuments",
    "SignatureError",
    "SignatureSpec",
    "SiteDocuments",
    "Sniffed",
    "SourceError",
    "SourceFile",
    "TerritoryError",
    "TerritorySpec",
    "Town",
    "View",
    "WebDavDocuments",
    "count_records",
    "faults_of",
    "find_files",
    "flow_batch",
    "fold",
    "gazetteer_paths",
    "load_logbook",
    "load_logbooks",
    "load_manifest",
    "load_manifests",
    "load_town",
    "manifest_from",
    "parse_duration",
    "plain",
    "prefetched",
    "read_batches",
    "read_body",
    "read_crosswalk",
    "read_delivery",
    "read_downloaded",
    "read_feed",
    "read_file",
    "read_gazetteer",
    "read_message",
    "read_places",
    "read_positions",
    "read_territory",
    "read_yaml",
    "sent_of",
    "sniff",
    "suggest",
    "territory_from_geojson",
    "territory_to_geojson",
    "text_of",
    "verify",
    "yaml_of",
    "zones_from_points",
]
