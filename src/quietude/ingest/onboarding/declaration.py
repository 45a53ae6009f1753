"""A source as a person declares it step by step, and the manifest and crosswalk that come of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

from quietude.ingest.onboarding.profile import TOTALS
from quietude.ingest.onboarding.roles import MANY, Role
from quietude.model.fold import fold

NAME_MAX = 40
RESERVED = ("new",)
"""What the address of a source cannot be."""
OCCURRENCE = (Role.BEGIN, Role.BEGIN_CLOCK)
CLOCKS = {Role.BEGIN: Role.BEGIN_CLOCK, Role.END: Role.END_CLOCK, Role.REPORTED: Role.REPORTED_CLOCK}
TIMES = {Role.BEGIN: "occurred_from", Role.END: "occurred_to", Role.REPORTED: "reported_at"}
PLACES = {
    Role.ADDRESS: "address",
    Role.POSTCODE: "postcode",
    Role.ZONE: "zone_hint",
    Role.LON: "lon",
    Role.LAT: "lat",
}
JOINS = {Role.TEXT: " — ", Role.TITLE: ", ", Role.ADDRESS: " "}
WORDS = {Role.SEVERITY: "severity", Role.STATUS: "status"}
FIXED = ("status", "origin", "reality", "severity", "zone_hint")
"""What may be said once for every record."""


class _Kept(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Use(_Kept):
    """What becomes of one column."""

    role: Role
    reason: str = ""
    """Why it is dropped; said in the manifest."""


class TimeReading(_Kept):
    """How the times of one role are read."""

    order: Literal["auto", "day", "month"] = "auto"
    parse: tuple[str, ...] = ()
    extract: str | None = None
    share: float = 0.0
    is_ambiguous: bool = False


class Coded(_Kept):
    """What one value of the source's categories becomes."""

    code: str = ""
    """Empty: nothing in the vocabulary fits it."""
    relation: Literal["exact", "broad", "narrow", "none"] = "broad"


class Declaration(_Kept):
    """Everything a person said of a source so far; what is not said yet is empty."""

    read: dict[str, Any] = Field(default_factory=dict)
    about: dict[str, Any] = Field(default_factory=dict)
    columns: dict[str, Use] = Field(default_factory=dict)
    times: dict[Role, TimeReading] = Field(default_factory=dict)
    fixed: dict[str, str] = Field(default_factory=dict)
    """Of `FIXED`, and "category": one code for every record."""
    totals_column: str | None = None
    """Column whose value begins with "total" in lines to be left."""
    categories: dict[str, Coded] = Field(default_factory=dict)
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    """"severity" and "status": the source's word to the model's."""

    def of(self, role: Role) -> list[str]:
        """Return the columns of a role, in the order of the file."""
        return [name for name, use in self.columns.items() if use.role == role]

    def faults(self) -> list[tuple[str, str]]:
        """Return (code, column) of what keeps the columns from being a source; none when they can be one."""
        found = [("begin_missing", "")] if not self.of(Role.BEGIN) else []
        if not self.of(Role.CATEGORY) and not self.fixed.get("category"):
            found.append(("category_missing", ""))
        found += [("once", name) for role in Role if role not in MANY for name in self.of(role)[1:]]
        found += [
            ("clock_alone", name) for date, clock in CLOCKS.items() if not self.of(date) for name in self.of(clock)
        ]
        found += [("half_a_place", name) for name in self._half_place()]
        return found + [("reason_missing", name) for name, use in self.columns.items() if self._is_unexplained(use)]

    def _half_place(self) -> list[str]:
        lon, lat = self.of(Role.LON), self.of(Role.LAT)
        return [] if bool(lon) == bool(lat) else [*lon, *lat]

    @staticmethod
    def _is_unexplained(use: Use) -> bool:
        return use.role == Role.DROP and not use.reason.strip()


def name_for(title: str, taken: Mapping[str, object]) -> str:
    """Return a source's name made of its title: lower-case ASCII, not yet taken."""
    words = re.sub(r"[^a-z0-9]+", "_", fold(title).encode("ascii", "ignore").decode()).strip("_")
    base = (words if words[:1].isalpha() else f"source_{words}").strip("_")[:NAME_MAX].rstrip("_")
    name, again = base, 1
    while name in taken or name in RESERVED:
        again += 1
        name = f"{base}_{again}"
    return name


def manifest_content(declared: Declaration, name: str) -> dict[str, Any]:
    """Return the manifest of a declared source as plain values, in the order of the documentation."""
    about = {key: value for key, value in declared.about.items() if value not in (None, "", [], {})}
    schedule = about.pop("schedule", None)
    read = {key: value for key, value in declared.read.items() if value not in (None, "", 0)}
    content: dict[str, Any] = {**about, "read": {**read, "path": f"files/{name}/*"}}
    content["kind"] = "incidents"
    if declared.totals_column is not None and declared.totals_column in declared.columns:
        content["only"] = [{"column": declared.totals_column, "matches": TOTALS, "negate": True}]
    content["map"] = _map(declared, name)
    defaults: dict[str, Any] = {
        key: value for key in ("status", "origin", "reality") if (value := declared.fixed.get(key))
    }
    if severity := declared.fixed.get("severity"):
        defaults["severity"] = int(severity)
    if defaults:
        content["defaults"] = defaults
    if schedule:
        content["schedule"] = schedule
    return content


def _map(declared: Declaration, name: str) -> dict[str, Any]:
    mapped: dict[str, Any] = {"source_key": _key(declared)}
    for role, target in TIMES.items():
        if declared.of(role):
            mapped[target] = _time(declared, role)
    mapped["category"] = _category(declared, name)
    for role, target in WORDS.items():
        if columns := declared.of(role):
            mapped[target] = {"column": columns[0], "translate": _told(declared.words.get(target, {}))}
    for role, target in ((Role.TITLE, "title"), (Role.TEXT, "text")):
        if columns := declared.of(role):
            mapped[target] = _joined(columns, JOINS[role])
    place = {
        target: _joined(declared.of(role), JOINS.get(role, " ")) for role, target in PLACES.items() if declared.of(role)
    }
    if zone := declared.fixed.get("zone_hint"):
        place.setdefault("zone_hint", {"constant": zone})
    if place:
        mapped["place"] = place
    if kept := declared.of(Role.KEEP):
        mapped["attributes"] = kept
    if dropped := declared.of(Role.DROP):
        mapped["drop"] = {column: declared.columns[column].reason for column in dropped}
    return mapped


def _told(words: Mapping[str, str]) -> dict[str, str]:
    """Return the words that something is said of; a table needs one entry, which no value can have here."""
    said = {word: meaning for word, meaning in words.items() if meaning}
    return said or {"\u0000": "unknown"}


def _joined(columns: list[str], join: str) -> str | dict[str, Any]:
    return columns[0] if len(columns) == 1 else {"columns": columns, "join": join}


def _key(declared: Declaration) -> str | dict[str, Any]:
    """Return what identifies a record: the source's own key, else a fingerprint of what is said of it."""
    own = declared.of(Role.KEY)
    if own:
        return _joined(own, "-")
    telling = (Role.BEGIN, Role.BEGIN_CLOCK, Role.CATEGORY, Role.ADDRESS, Role.LON, Role.LAT, Role.TITLE, Role.TEXT)
    return {"digest": [column for role in telling for column in declared.of(role)], "ordinal": True}


def _time(declared: Declaration, role: Role) -> dict[str, Any]:
    columns = [*declared.of(role), *declared.of(CLOCKS[role])]
    reading = declared.times.get(role, TimeReading())
    value: dict[str, Any] = {"column": columns[0]} if len(columns) == 1 else {"columns": columns}
    if reading.extract:
        value["extract"] = reading.extract
    return {**value, "parse": list(reading.parse) or ["french"]}


def _category(declared: Declaration, name: str) -> dict[str, Any]:
    columns = declared.of(Role.CATEGORY)
    said = {"column": columns[0]} if len(columns) == 1 else {"columns": columns} if columns else {}
    if not columns or declared.fixed.get("category"):
        return {**said, "code": declared.fixed.get("category", "")}
    return {**said, "crosswalk": f"crosswalks/{name}.csv"}


def manifest_text(declared: Declaration, name: str) -> str:
    """Return the manifest as YAML, as it is written to its file."""
    held = io.StringIO()
    writer = YAML()
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.width = 4096
    writer.dump(manifest_content(declared, name), held)
    return held.getvalue()


def crosswalk_text(declared: Declaration, *, version: int = 1) -> str:
    """Return the crosswalk as CSV: values that nothing is said of are left out, and show as unknown at each import."""
    held = io.StringIO()
    held.write(f"# version: {version}\n")
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(["source_category", "code", "relation", "note"])
    for value, coded in declared.categories.items():
        relation = coded.relation if coded.code else "none"
        writer.writerow([" ".join(value.split()), coded.code, relation, ""])
    return held.getvalue()
